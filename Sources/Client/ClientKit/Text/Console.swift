import Glibc

/// Where a command writes; tests collect it.
package protocol Console: AnyObject {
    /// Results, to standard output.
    func write(_ text: String)
    /// Everything else, to standard error.
    func note(_ text: String)
    /// Whether a person looks at standard output, so that it may be drawn anew.
    var outputIsTerminal: Bool { get }
    /// Whether a person looks at standard error.
    var errorIsTerminal: Bool { get }
}

/// The process's own streams.
package final class StandardConsole: Console {
    /// The process's own streams.
    package init() {}

    package func write(_ text: String) { Self.write(text, to: STDOUT_FILENO) }

    package func note(_ text: String) { Self.write(text, to: STDERR_FILENO) }

    package var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    package var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes all of it. A reader that went away ends the process by SIGPIPE; any other failure
    /// leaves nobody to tell.
    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}

import Glibc

package import struct Foundation.Data

/// Where a command writes; tests collect it.
package protocol Console: AnyObject {
    /// Results, to standard output.
    func write(_ text: String)
    /// Results that come in pieces of bytes, to standard output.
    func write(bytes: Data)
    /// Everything else, to standard error.
    func note(_ text: String)
    /// Why a result could not be written, as errno; `nil` if all were.
    var outputFailure: Int32? { get }
    /// Whether a person looks at standard output, so that it may be drawn anew.
    var outputIsTerminal: Bool { get }
    /// Whether a person looks at standard error.
    var errorIsTerminal: Bool { get }
    /// Whether a person can be asked: at standard input, with the question on standard error.
    var isInteractive: Bool { get }
    /// Asks a person for a line; `nil` when the input has ended.
    func ask(_ question: String) -> String?
}

extension Console {
    package var isInteractive: Bool { false }

    /// As a text: for consoles that get whole characters.
    package func write(bytes: Data) { write(String(decoding: bytes, as: UTF8.self)) }

    package func ask(_ question: String) -> String? { nil }
}

/// The process's own streams.
package final class StandardConsole: Console {
    /// The process's own streams.
    package init() {}

    package private(set) var outputFailure: Int32?

    package func write(_ text: String) {
        outputFailure = outputFailure ?? Self.write(text, to: STDOUT_FILENO)
    }

    package func write(bytes: Data) {
        outputFailure = outputFailure ?? Self.write(bytes: Array(bytes), to: STDOUT_FILENO)
    }

    /// Where notes cannot be written there is nobody to tell.
    package func note(_ text: String) { _ = Self.write(text, to: STDERR_FILENO) }

    package var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    package var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    package var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && errorIsTerminal }

    package func ask(_ question: String) -> String? {
        note(question)
        return readLine(strippingNewline: true)
    }

    /// Writes all of it. A reader that went away ends the process by SIGPIPE; any other failure
    /// is returned as errno.
    ///
    /// The signal is raised also where it is ignored, as under some supervisors: with its reader
    /// `gridcall stats --watch | head -1` must end.
    static func write(_ text: String, to descriptor: Int32) -> Int32? {
        write(bytes: Array(text.utf8), to: descriptor)
    }

    private static func write(bytes: [UInt8], to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EPIPE {
                _ = signal(SIGPIPE, SIG_DFL)
                raise(SIGPIPE)
            }
            if count < 0, errno != EINTR { return errno }
            rest = rest.dropFirst(max(0, count))
        }
        return nil
    }
}

extension Console {
    /// Nothing has failed.
    package var outputFailure: Int32? { nil }
}

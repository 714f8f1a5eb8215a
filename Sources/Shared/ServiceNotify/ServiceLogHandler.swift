import Glibc
package import Logging

/// Writes a service's log to standard error, a line for each event, in a form that stays the same.
///
/// In a terminal or a file: `2026-01-31T08:00:00.125Z notice gridcall-broker: serving key=value`.
/// Where standard error is the journal of systemd (`$JOURNAL_STREAM`, systemd.exec(5)), which
/// knows time and name itself: `<5>serving key=value`, the priority as sd-daemon(3) has it.
package struct ServiceLogHandler: LogHandler {
    /// What every line of the logger says besides.
    package var metadata: Logger.Metadata = [:]
    /// What is less urgent is not written.
    package var logLevel = Logger.Level.info
    private let label: String
    private let isJournal: Bool

    /// Makes every logger of the process write this way; call it once, first of all.
    package static func bootstrap(environment: [String: String]) {
        let isJournal = isStandardError(environment["JOURNAL_STREAM"])
        LoggingSystem.bootstrap { ServiceLogHandler(label: $0, isJournal: isJournal) }
    }

    init(label: String, isJournal: Bool) {
        self.label = label
        self.isJournal = isJournal
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    package func log(event: LogEvent) {
        let all = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        let text = LogLine.text("\(event.message)", all.mapValues { "\($0)" })
        let head =
            isJournal
            ? "<\(event.level.journalPriority)>"
            : "\(LogLine.time(Self.now())) \(event.level) \(label): "
        Self.write(Array((head + text + "\n").utf8))
    }

    /// One write for a line, so that the lines of threads and processes do not mix.
    private static func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func now() -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time
    }

    /// Whether `stream`, a device and an inode number, names what standard error is.
    private static func isStandardError(_ stream: String?) -> Bool {
        var status = stat()
        guard let stream, fstat(STDERR_FILENO, &status) == 0 else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}

extension Logger.Level {
    /// The priority of syslog(3) that the journal keeps.
    fileprivate var journalPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}

package import GridCodec
import GridModel

/// Shows the broker's statistics: once, again and again, or until nothing is left to do.
package struct StatsCommand: ClientCommand {
    private let format: OutputFormat
    private let watchSeconds: Double?
    private let waitsUntilIdle: Bool
    private let idleTimeout: Int64?

    /// Statistics; drawn anew every `watchSeconds`; until nothing is queued or in hand, for at
    /// most `idleTimeout` seconds.
    package init(
        format: OutputFormat, watchSeconds: Double? = nil, waitsUntilIdle: Bool = false,
        idleTimeout: Int64? = nil
    ) {
        self.format = format
        self.watchSeconds = watchSeconds
        self.waitsUntilIdle = waitsUntilIdle
        self.idleTimeout = idleTimeout
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        let beganAt = session.client.now
        var screen = RedrawnScreen(isTerminal: session.console.outputIsTerminal)
        while true {
            let stats = try query(in: session)
            let isLast = waitsUntilIdle ? stats.isIdle : watchSeconds == nil
            if watchSeconds != nil || isLast {
                let output = StatsOutput(stats, session.presentation)
                if watchSeconds != nil, format == .table {
                    session.console.write(screen.draw(output.table))
                } else {
                    session.write(
                        as: format, json: output.json, table: output.table, csv: output.csv)
                }
            }
            if isLast { return .done }
            let passed = session.client.now - beganAt
            if let idleTimeout, passed >= idleTimeout * 1_000 {
                throw .waitedTooLong(
                    what: Phrase(
                        chinese: "仍有任务在排队或办理中",
                        english: "there is still work queued or in hand"),
                    seconds: idleTimeout)
            }
            try session.client.pause(milliseconds: pause)
        }
    }

    /// Milliseconds between two looks: at least a tenth of a second, which no broker notices.
    private var pause: Int64 { Int64(max(0.1, min(3_600, watchSeconds ?? 0.2)) * 1_000) }

    private func query(in session: ClientSession) throws(ClientFailure) -> WireStatsView {
        guard case .stats(let stats) = try session.client.query(.stats(.init())) else {
            throw .unexpectedAnswer
        }
        return stats
    }
}

extension WireStatsView {
    /// Whether nothing waits for a worker and no worker has anything in hand.
    package var isIdle: Bool { departments.allSatisfy { $0.queued == 0 && $0.inHand == 0 } }
}

/// Text that is drawn over the one before on a terminal, and below it elsewhere.
package struct RedrawnScreen: Sendable {
    private let isTerminal: Bool
    private var linesDrawn = 0

    /// A screen without text.
    package init(isTerminal: Bool) { self.isTerminal = isTerminal }

    /// What to write so that `text`, which ends with a line end, stands there.
    package mutating func draw(_ text: String) -> String {
        defer { linesDrawn = text.utf8.count { $0 == UInt8(ascii: "\n") } }
        if linesDrawn == 0 { return text }
        // Up over the old lines, then clear to the end of the screen.
        return isTerminal ? "\u{1B}[\(linesDrawn)A\r\u{1B}[J" + text : "\n" + text
    }
}

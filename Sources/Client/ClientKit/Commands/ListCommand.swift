package import Foundation
package import GridCodec
import GridModel

/// Lists the calls that match, a page of them.
package struct ListCommand: ClientCommand {
    /// How many calls are listed unless it is said otherwise.
    package static let defaultLimit = 50

    private let filter: WireListQuery
    private let times: ListTimes
    private let limit: Int
    private let format: OutputFormat

    package var role: WirePeerRole { .terminal }

    /// At most `limit` calls that match `filter` and were filed and closed at those `times`.
    package init(
        _ filter: WireListQuery, times: ListTimes = ListTimes(), limit: Int, format: OutputFormat
    ) {
        self.filter = filter
        self.times = times
        self.limit = limit
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var query = filter
        if times.needZone { _ = try session.client.query(.catalogue(.init())) }
        times.fill(&query, in: session.client.zone)
        var reply = WireListReply()
        // A reply may hold fewer calls than asked for, so that it fits a frame.
        repeat {
            query.limit = UInt32(min(limit - reply.calls.count, ProtocolLimits().listItems))
            guard case .list(let page) = try session.client.query(.list(query)) else {
                throw .unexpectedAnswer
            }
            reply.add(page, isCounted: query.count)
            query.page = page.nextPage
            query.count = false
        } while !query.page.isEmpty && reply.calls.count < limit
        show(reply, isCounted: filter.count, session)
        return .done
    }

    private func show(_ reply: WireListReply, isCounted: Bool, _ session: ClientSession) {
        let output = CallListOutput(reply, isCounted: isCounted, session.presentation)
        switch format {
        case .table: session.console.write(output.table)
        case .json: session.console.write(output.json.rendered)
        case .csv: session.console.write(output.csv)
        }
        guard format != .json else { return }
        for note in output.notes { session.console.note(session.language(note) + "\n") }
    }
}

extension WireListReply {
    fileprivate mutating func add(_ page: WireListReply, isCounted: Bool) {
        calls += page.calls
        nextPage = page.nextPage
        if isCounted {
            total = page.total
            totalIsMinimum = page.totalIsMinimum
        }
    }
}

/// When the calls of a list were filed and closed, as people say it.
package struct ListTimes: Sendable {
    package var filedFrom: TimeBound?
    package var filedTo: TimeBound?
    package var closedFrom: TimeBound?
    package var closedTo: TimeBound?

    /// Any time.
    package init() {}

    /// Whether the street's zone must be known.
    var needZone: Bool {
        [filedFrom, filedTo, closedFrom, closedTo].contains { bound in
            if case .day = bound { true } else { false }
        }
    }

    /// Puts the times into a query.
    func fill(_ query: inout WireListQuery, in zone: LocalZone) {
        query.filedFrom = filedFrom?.start(in: zone).milliseconds ?? 0
        query.filedUntil = filedTo?.end(in: zone).milliseconds ?? 0
        query.closedFrom = closedFrom?.start(in: zone).milliseconds ?? 0
        query.closedUntil = closedTo?.end(in: zone).milliseconds ?? 0
    }
}

/// The text of a page's bytes for people to copy: base64 as RFC 4648 has it for file names,
/// without padding.
package enum PageText {
    /// The text of a page.
    package static func text(_ page: Data) -> String {
        page.base64EncodedString().filter { $0 != "=" }
            .map { $0 == "+" ? "-" : $0 == "/" ? "_" : String($0) }.joined()
    }

    /// The page of a text; `nil` if it is none.
    package static func page(_ text: String) -> Data? {
        let plain = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : String($0) }.joined()
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        return Data(base64Encoded: plain + padding)
    }
}

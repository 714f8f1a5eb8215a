package import GridCodec
import GridModel

/// Tells the story of one call.
package struct TrackCommand: ClientCommand {
    private let call: CallReference
    private let format: OutputFormat

    package var role: WirePeerRole { .terminal }

    /// The story of `call`.
    package init(_ call: CallReference, format: OutputFormat) {
        self.call = call
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        let view = try session.track(call)
        let output = CallOutput(
            view, format == .json ? session.presentation : session.namedPresentation)
        session.write(
            as: format, json: output.json(withSteps: true), table: output.table, csv: output.csv)
        return .done
    }
}

/// Lists calls, newest first.
package struct ListCommand: ClientCommand {
    /// How many calls are listed unless it is said otherwise.
    package static let defaultLimit = 50

    private let filter: WireListQuery
    private let limit: Int
    private let format: OutputFormat

    package var role: WirePeerRole { .terminal }

    /// At most `limit` calls that match `filter`.
    package init(_ filter: WireListQuery, limit: Int, format: OutputFormat) {
        self.filter = filter
        self.limit = limit
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var calls: [WireCallView] = []
        var query = filter
        query.department = try session.id(.department, named: filter.department)
        query.category = try session.id(.category, named: filter.category)
        query.grid = try session.id(.grid, named: filter.grid)
        query.campaign = try session.id(.campaign, named: filter.campaign)
        // A reply may hold fewer calls than asked for, so that it fits a frame.
        repeat {
            query.limit = UInt32(min(limit - calls.count, ProtocolLimits().listItems))
            guard case .list(let page) = try session.client.query(.list(query)) else {
                throw .unexpectedAnswer
            }
            calls += page.calls
            query.beforeSerial = page.nextBeforeSerial
        } while query.beforeSerial != 0 && calls.count < limit
        let output = CallListOutput(
            calls, next: query.beforeSerial,
            format == .json ? session.presentation : session.namedPresentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        if format != .json, query.beforeSerial != 0 {
            session.console.note(
                session.language(
                    chinese: "还有更多：--before \(query.beforeSerial)\n",
                    english: "there are more: --before \(query.beforeSerial)\n"))
        }
        return .done
    }
}

/// Shows the campaigns and how far they are.
package struct CampaignsCommand: ClientCommand {
    private let format: OutputFormat

    package var role: WirePeerRole { .terminal }

    /// All campaigns.
    package init(format: OutputFormat) { self.format = format }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        guard case .campaigns(let reply) = try session.client.query(.campaigns(.init())) else {
            throw .unexpectedAnswer
        }
        let output = CampaignsOutput(
            reply.campaigns, format == .json ? session.presentation : session.namedPresentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        return .done
    }
}

/// Has the broker compute its journal's chain again.
package struct AuditCommand: ClientCommand {
    /// A chain of millions of batches takes a while, in seconds.
    package static let patience: Int64 = 600

    private let format: OutputFormat

    package var role: WirePeerRole { .operator }

    /// An audit of the whole journal.
    package init(format: OutputFormat) { self.format = format }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        let reply = try session.client.query(.audit(.init()), within: Self.patience)
        guard case .audit(let audit) = reply else { throw .unexpectedAnswer }
        let output = AuditOutput(audit)
        session.console.write(
            format == .json ? output.json.rendered : output.table(in: session.language))
        return audit.intact ? .done : .refused
    }
}

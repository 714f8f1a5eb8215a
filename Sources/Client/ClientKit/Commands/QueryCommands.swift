import GridCodec
import GridModel

/// Tells the story of one call.
package struct TrackCommand: ClientCommand {
    private let call: CallReference
    private let format: OutputFormat

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

/// Shows the campaigns and how far they are.
package struct CampaignsCommand: ClientCommand {
    private let format: OutputFormat

    /// All campaigns.
    package init(format: OutputFormat) { self.format = format }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        guard case .campaigns(let reply) = try session.client.query(.campaigns(.init())) else {
            throw .unexpectedAnswer
        }
        let output = CampaignsOutput(
            reply.campaigns, format == .json ? session.presentation : session.namedPresentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        if format == .table, !reply.campaigns.isEmpty {
            session.console.note(session.language(CampaignRates.legend) + "\n")
        }
        return .done
    }
}

/// Has the broker compute its journal's chain again.
package struct AuditCommand: ClientCommand {
    /// A chain of millions of batches takes a while, in seconds.
    package static let patience: Int64 = 600

    private let format: OutputFormat

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

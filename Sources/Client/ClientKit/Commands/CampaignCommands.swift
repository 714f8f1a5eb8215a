import GridCodec
import GridModel

/// Shows one campaign.
package struct CampaignCommand: ClientCommand {
    private let campaign: String
    private let format: OutputFormat

    /// The campaign that people call `campaign`.
    package init(_ campaign: String, format: OutputFormat) {
        self.campaign = campaign
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var query = WireCampaignQuery()
        query.campaign = try session.id(.campaign, named: campaign)
        guard case .campaign(let view) = try session.client.query(.campaign(query)) else {
            throw .unexpectedAnswer
        }
        let output = CampaignOutput(
            view, format == .json ? session.presentation : session.namedPresentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        return .done
    }
}

/// Lists outreach and training.
package struct ActivitiesCommand: ClientCommand {
    private let from: TimeBound?
    private let until: TimeBound?
    private let format: OutputFormat

    /// What was held in a span, its last day included; without bounds everything.
    package init(from: TimeBound?, until: TimeBound?, format: OutputFormat) {
        self.from = from
        self.until = until
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        // The street's zone is known after an answer.
        if from != nil || until != nil { _ = try session.client.query(.catalogue(.init())) }
        var query = WireActivitiesQuery()
        query.from = from?.start(in: session.client.zone).milliseconds ?? 0
        query.until = until?.end(in: session.client.zone).milliseconds ?? 0
        query.limit = UInt32(ProtocolLimits().listItems)
        var activities: [WireActivityView] = []
        // All pages, for the sums are of all.
        repeat {
            guard case .activities(let page) = try session.client.query(.activities(query))
            else { throw .unexpectedAnswer }
            activities += page.activities
            query.page = page.nextPage
        } while !query.page.isEmpty
        let output = ActivitiesOutput(activities, session.presentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        return .done
    }
}

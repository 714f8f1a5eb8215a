package import BrokerEngine
import Foundation
import GRDB
package import GridCodec
import GridModel

extension ViewQueries {
    private static let week = 7.0 * 86_400_000

    /// One campaign with its shares and its effect; throws a `Refusal` if no catalogue named it.
    func campaign(_ id: String, now: Timestamp) throws -> WireCampaignDetailView {
        guard let number = names.campaigns.number(of: id), let declared = names.campaign(id)
        else {
            throw Refusal(
                id.isEmpty ? .missingField : .unknownCampaign, field: "campaign",
                reason: id.isEmpty
                    ? "say which campaign" : "no catalogue so far declared this campaign")
        }
        let history = try history(of: number, id)
        let figures = CampaignFigures(database: database, campaign: number, now: now)
        let grids = try figures.byGrid()
        var view = WireCampaignDetailView()
        view.campaign = summary(
            declared, history.window, grids.values.reduce(.zero, +), now: now)
        view.departments = shares(
            try figures.byDepartment(), declared.targets.departments, names.departments)
        view.grids = shares(grids, declared.targets.grids, names.grids)
        view.assists = declared.assists
        view.categories = declared.categories
        view.legalBasis = declared.legalBasis
        try addEffect(of: declared, history.window, figures, to: &view)
        if let closing = history.closing {
            view.summary = String(decoding: closing.text, as: UTF8.self)
            view.closedBy = try CallComposer(self).name(of: closing.actor)
            view.closedAt = closing.at.milliseconds
        }
        return view
    }

    private func summary(
        _ declared: CatalogueNames.CampaignNames, _ window: CampaignWindow,
        _ counts: CampaignCounts, now: Timestamp
    ) -> WireCampaignView {
        var view = WireCampaignView()
        view.id = declared.id
        view.chinese = declared.name.chinese
        view.english = declared.name.english
        view.target = UInt64(max(0, declared.target))
        view.lead = declared.lead
        view.from = window.from.milliseconds
        view.until = window.until == .distantFuture ? 0 : window.until.milliseconds
        view.state = WireCampaignState(window.state(at: now))
        view.found = UInt64(clamping: counts.found)
        view.rectified = UInt64(clamping: counts.rectified)
        view.closed = UInt64(clamping: counts.closed)
        view.closedOnTime = UInt64(clamping: counts.closedOnTime)
        view.overdue = UInt64(clamping: counts.overdue)
        return view
    }

    /// In the order of numbers; whoever has neither a target nor a call is left out.
    private func shares(
        _ counts: [UInt16: CampaignCounts], _ targets: [CampaignTargets.Share],
        _ table: SymbolTable
    ) -> [WireCampaignShareView] {
        var numbers = Set(counts.keys)
        var wanted: [UInt16: Int] = [:]
        for share in targets {
            guard let number = table.number(of: share.id) else { continue }
            wanted[number] = share.target
            numbers.insert(number)
        }
        return numbers.sorted().map { number in
            let counts = counts[number] ?? .zero
            var view = WireCampaignShareView()
            view.id = names.name(number, in: table)
            view.target = UInt64(max(0, wanted[number] ?? 0))
            view.found = UInt64(clamping: counts.found)
            view.rectified = UInt64(clamping: counts.rectified)
            view.closed = UInt64(clamping: counts.closed)
            view.overdue = UInt64(clamping: counts.overdue)
            return view
        }
    }

    /// How many calls a week while it has run, and in as long a time before it began.
    private func addEffect(
        of declared: CatalogueNames.CampaignNames, _ window: CampaignWindow,
        _ figures: CampaignFigures, to view: inout WireCampaignDetailView
    ) throws {
        let end = window.ranUntil(figures.now)
        let milliseconds = end.milliseconds(since: window.from)
        guard milliseconds > 0 else { return }
        view.weeks = Double(milliseconds) / Self.week
        view.callsPerWeekDuring =
            Double(try figures.tied(in: window.from..<end)) / view.weeks
        let chosen =
            declared.categories.isEmpty
            ? names.versions.last?.categories.map(\.id) ?? [] : declared.categories
        let before = window.from.advanced(byMilliseconds: -milliseconds)..<window.from
        view.callsPerWeekBefore =
            Double(
                try figures.calls(
                    categories: chosen.compactMap { names.categories.number(of: $0) },
                    grids: declared.grids.compactMap { names.grids.number(of: $0) }, in: before))
            / view.weeks
    }

    private func history(of number: UInt16, _ id: String) throws -> CampaignHistory {
        var history = CampaignHistory()
        var version = 0
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT kind, at, until, actor, text FROM campaign_step
                WHERE campaign IS NULL OR campaign = ? ORDER BY place
                """, arguments: [Int64(number)])
        while let row = try rows.next() {
            let kind = CampaignStep.Kind(rawValue: row[0]) ?? .declared
            guard kind != .declared else {
                history.declare(names.versions[version].campaigns.first { $0.id == id })
                version += 1
                continue
            }
            history.apply(
                CampaignStep(
                    kind: kind, campaign: number, at: Timestamp(milliseconds: row[1]),
                    until: Timestamp(milliseconds: row[2]), actor: row[3],
                    text: [UInt8](row[4] as Data)))
        }
        return history
    }
}

extension WireCampaignState {
    /// The state on the wire.
    package init(_ state: CampaignState) {
        self = WireCampaignState(rawValue: Int(state.rawValue)) ?? .unspecified
    }
}

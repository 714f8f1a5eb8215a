import BrokerEngine
import BrokerJournal
import Foundation
import GRDB
import GridCodec
import GridModel
import Testing

@testable import BrokerViews

@Suite("Campaigns and activities in the views")
struct CampaignViewTests {
    private static let day: Int64 = 86_400_000
    private static let week = 7 * day
    /// The window of `autumn`: from a week after the history's beginning, for four weeks.
    private let start = HistoryWriter().now
    private let directory: TemporaryDirectory
    private var writer = HistoryWriter()

    init() throws { directory = try TemporaryDirectory() }

    private func time(_ milliseconds: Int64) -> Timestamp {
        start.advanced(byMilliseconds: milliseconds)
    }

    /// The catalogue with a window, categories, grids and targets for `autumn`.
    private func catalogue(weeks: Int64 = 4) -> StreetCatalogue {
        var catalogue = HistoryWriter.catalogue
        catalogue.campaigns[1].from = time(Self.week)
        catalogue.campaigns[1].until = time((1 + weeks) * Self.week)
        catalogue.campaigns[1].categories = ["litter"]
        catalogue.campaigns[1].grids = ["g-1", "g-2"]
        catalogue.campaigns[1].assists = ["market"]
        catalogue.campaigns[1].legalBasis = "条例"
        catalogue.campaigns[1].targets = CampaignTargets(
            departments: [.init(id: "urban", target: 5), .init(id: "safety", target: 1)],
            grids: [.init(id: "g-2", target: 3)])
        return catalogue
    }

    private func views(_ batches: [Batch], sizes: [Int] = [1]) throws -> TestViews {
        try ViewStore.fill(directory.views, with: batches, sizes: sizes)
        return TestViews(path: directory.views, seq: UInt64(batches.count))
    }

    private mutating func file(
        _ serial: UInt64, category: UInt16 = 1, grid: UInt16, campaign: UInt16,
        observedAt: Timestamp? = nil, isClockSuspect: Bool = false
    ) {
        writer.add(
            .callFiled(
                CallFiled(
                    serial: serial, year: 2026, id: UniqueID(high: 5, low: serial),
                    contentDigest: UniqueID(high: 5, low: serial), category: category,
                    condition: 0, grid: grid, campaign: campaign, urgency: .ordinary,
                    observedAt: observedAt ?? writer.now, isRecordedEarlier: false,
                    isClockSuspect: isClockSuspect, isVerifying: false, coordinates: nil,
                    catalogueVersion: 1, actor: 1, texts: nil)))
    }

    private mutating func queue(
        _ serial: UInt64, _ ordinal: Int, _ department: UInt16, dueIn: Int64
    ) -> AssignmentNumber {
        let number = AssignmentNumber(serial: serial, ordinal: ordinal)
        writer.add(
            .assignmentQueued(
                AssignmentQueued(
                    number: number, department: department, role: .lead, stage: 0,
                    dispatch: .none, resolve: writer.due(in: dueIn))))
        return number
    }

    private func ended(_ number: AssignmentNumber) -> Fact {
        .assignmentCompleted(
            AssignmentEnded(number: number, attempt: 1, actor: 1, texts: nil))
    }

    private func detail(_ views: TestViews, now: Timestamp) -> WireCampaignDetailView {
        views.ask(.campaign("autumn", now: now)).campaign
    }

    @Test(
        "every share and sum is what a plain recount of the calls says",
        arguments: 1...4, [[1], [3, 40, 7]])
    func recount(seed: Int, sizes: [Int]) throws {
        let batches = RandomHistory.batches(seed: UInt64(seed), steps: 900)
        let model = NaiveModel(batches)
        let now = batches.end
        let views = try views(batches, sizes: sizes)
        for (number, id) in HistoryWriter.campaigns.enumerated() {
            let view = views.ask(.campaign(id, now: now)).campaign
            let calls = model.calls.values.filter { $0.fact.campaign == UInt16(number) }
            #expect(view.campaign == campaign(calls, like: view.campaign, now: now))
            #expect(view.departments == departments(calls, now: now))
            #expect(view.grids == grids(calls, now: now))
            #expect(!view.departments.isEmpty && !view.grids.isEmpty)
        }
    }

    private func campaign(
        _ calls: [NaiveModel.Call], like view: WireCampaignView, now: Timestamp
    ) -> WireCampaignView {
        var view = view
        view.found = UInt64(calls.count)
        view.rectified = UInt64(calls.count { [.checking, .closed].contains($0.state) })
        view.closed = UInt64(calls.count { $0.state == .closed })
        view.closedOnTime = UInt64(
            calls.count { $0.state == .closed && !$0.missedResolve })
        view.overdue = UInt64(calls.count { $0.isOverdue(at: now, department: nil) })
        return view
    }

    private func departments(
        _ calls: [NaiveModel.Call], now: Timestamp
    ) -> [WireCampaignShareView] {
        HistoryWriter.departments.enumerated().compactMap { index, id in
            let department = UInt16(index)
            let own = calls.filter { call in
                call.parts.values.contains {
                    $0.department == department && $0.state != .withdrawn
                }
            }
            guard !own.isEmpty else { return nil }
            return share(
                id, own,
                overdue: own.count {
                    $0.isOverdue(at: now, department: department)
                }
            ) { call in
                call.parts.values.allSatisfy {
                    $0.department != department || $0.state == .withdrawn
                        || $0.state == .completed
                }
            }
        }
    }

    private func grids(
        _ calls: [NaiveModel.Call], now: Timestamp
    ) -> [WireCampaignShareView] {
        HistoryWriter.grids.enumerated().compactMap { index, id in
            let own = calls.filter { $0.fact.grid == UInt16(index) }
            guard !own.isEmpty else { return nil }
            return share(
                id, own, overdue: own.count { $0.isOverdue(at: now, department: nil) }
            ) { [.checking, .closed].contains($0.state) }
        }
    }

    private func share(
        _ id: String, _ calls: [NaiveModel.Call], overdue: Int,
        isRectified: (NaiveModel.Call) -> Bool
    ) -> WireCampaignShareView {
        var view = WireCampaignShareView()
        view.id = id
        view.found = UInt64(calls.count)
        view.rectified = UInt64(calls.count(where: isRectified))
        view.closed = UInt64(calls.count { $0.state == .closed })
        view.overdue = UInt64(overdue)
        return view
    }

    @Test("a target without a call is shown, a call of two departments counts for both")
    mutating func shares() throws {
        writer.add(.catalogueAdopted(catalogue()))
        writer.endBatch(milliseconds: 2 * Self.week)
        file(1, grid: 0, campaign: 1)
        let done = queue(1, 0, 0, dueIn: 10)
        _ = queue(1, 1, 1, dueIn: 10)
        writer.add(ended(done))
        writer.endBatch()
        let view = detail(try views(writer.batches), now: writer.now)
        let told = view.departments.map { [$0.target, $0.found, $0.rectified, $0.overdue] }
        #expect(view.departments.map(\.id) == ["urban", "market", "safety"])
        #expect(told == [[5, 1, 1, 0], [0, 1, 0, 1], [1, 0, 0, 0]])
        #expect(view.grids.map(\.id) == ["g-1", "g-2"])
        #expect(view.grids.map(\.target) == [0, 3] && view.grids.map(\.overdue) == [1, 0])
        #expect(view.assists == ["market"] && view.categories == ["litter"])
        #expect(view.legalBasis == "条例" && view.campaign.state == .open)
    }

    @Test("calls a week before count the campaign's categories and grids over as long a time")
    mutating func effect() throws {
        writer.add(.catalogueAdopted(catalogue()))
        writer.endBatch(milliseconds: 3 * Self.week - 1_000)
        // Two weeks have run; the same time before begins a week before the history.
        let times: [(Int64, UInt16, UInt16, UInt16, Bool)] = [
            (-Self.week - 1, 1, 0, .max, false), (-Self.week, 1, 0, .max, true),
            (Self.week - 1, 1, 1, 0, true), (0, 0, 0, .max, false), (0, 1, 2, .max, false),
            (Self.week, 1, 0, 1, true), (3 * Self.week - 1, 1, 0, 1, true),
        ]
        for (number, (offset, category, grid, campaign, _)) in times.enumerated() {
            file(
                UInt64(number + 1), category: category, grid: grid, campaign: campaign,
                observedAt: time(offset))
        }
        // Its clock says before; by the time of filing it is in the window.
        file(8, grid: 0, campaign: 1, observedAt: time(0), isClockSuspect: true)
        writer.endBatch()
        let view = detail(try views(writer.batches), now: time(3 * Self.week))
        #expect(view.weeks == 2)
        let before = times.prefix(5).count { $0.4 }
        #expect(view.callsPerWeekBefore == Double(before) / 2)
        #expect(view.callsPerWeekDuring == 3 / 2.0)
    }

    @Test("a campaign that has not begun has no effect and asks for none")
    mutating func planned() throws {
        writer.add(.catalogueAdopted(catalogue()))
        writer.endBatch()
        let view = detail(try views(writer.batches), now: time(Self.week - 1))
        #expect(view.campaign.state == .planned && view.weeks == 0)
        #expect(view.callsPerWeekBefore == 0 && view.callsPerWeekDuring == 0)
    }

    @Test("decisions of operators are shown, with the summary, until a catalogue moves the window")
    mutating func decisions() throws {
        writer.add(.catalogueAdopted(catalogue()))
        let opened = writer.now
        writer.add(
            .campaignOpened(campaign: 1, until: time(9 * Self.week), actor: 2, reason: nil))
        writer.endBatch()
        writer.add(
            .campaignExtended(
                campaign: 1, until: time(10 * Self.week), actor: 2, reason: writer.place("r")))
        writer.endBatch()
        let closedAt = writer.now
        writer.add(.campaignClosed(campaign: 1, actor: 2, summary: writer.place("查处 3 起")))
        writer.endBatch()
        writer.add(.catalogueAdopted(catalogue()))
        writer.endBatch()
        let view = detail(try views(writer.batches), now: time(2 * Self.week))
        #expect(view.campaign.state == .closed && view.summary == "查处 3 起")
        #expect(view.closedBy == "officer-2" && view.closedAt == closedAt.milliseconds)
        #expect(view.campaign.from == opened.milliseconds)
        #expect(view.campaign.until == time(10 * Self.week).milliseconds)
        #expect(view.weeks == Double(closedAt.milliseconds(since: opened)) / Double(Self.week))
        writer.add(.catalogueAdopted(catalogue(weeks: 5)))
        writer.endBatch()
        try ViewStore.remove(directory.views)
        let moved = detail(try views(writer.batches), now: time(2 * Self.week))
        #expect(moved.campaign.state == .open && moved.summary.isEmpty && moved.closedAt == 0)
        #expect(moved.campaign.until == time(6 * Self.week).milliseconds)
    }

    @Test("an unknown campaign is refused with its field")
    mutating func unknown() throws {
        let views = try views(writer.batches)
        for (id, code) in [("none", RefusalCode.unknownCampaign), ("", .missingField)] {
            let refused = views.ask(.campaign(id, now: .zero)).refused
            #expect(refused.code == UInt32(code.rawValue) && refused.field == "campaign")
        }
    }

    @Test("activities come newest first, page by page, each once, within their span")
    mutating func activities() throws {
        for number in 0..<25 {
            writer.add(
                .activityRecorded(
                    Activity(
                        kind: number.isMultiple(of: 2) ? .outreach : .training,
                        heldAt: time(Int64(number / 2) * Self.day), sessions: 1,
                        people: UInt32(number)), actor: 2, theme: writer.place("宣传 \(number)")))
            writer.endBatch()
        }
        let views = try views(writer.batches)
        var query = WireActivitiesQuery()
        query.limit = 7
        #expect(people(try pages(query, views)) == (0..<25).reversed().map(UInt32.init))
        query.from = time(2 * Self.day).milliseconds
        query.until = time(4 * Self.day).milliseconds
        #expect(people(try pages(query, views)) == [7, 6, 5, 4])
        query.limit = 1
        let first = views.ask(.activities(query)).activities
        #expect(first.activities[0].theme == "宣传 7" && first.activities[0].kind == .training)
        #expect(first.activities[0].recordedBy == "officer-2")
        query.from = 0
        query.page = first.nextPage
        #expect(views.ask(.activities(query)).refused.field == "page")
    }

    private func pages(
        _ query: WireActivitiesQuery, _ views: TestViews
    ) throws -> [WireActivitiesReply] {
        var query = query
        var pages: [WireActivitiesReply] = []
        repeat {
            let item = views.ask(.activities(query))
            try #require(item.refused == WireRefusal())
            #expect(item.activities.activities.count <= Int(query.limit))
            pages.append(item.activities)
            query.page = item.activities.nextPage
        } while !query.page.isEmpty
        return pages
    }

    private func people(_ pages: [WireActivitiesReply]) -> [UInt32] {
        pages.flatMap(\.activities).map(\.people)
    }

    @Test(
        "every statement searches an index that bounds it",
        arguments: [
            (CampaignFigures.sharesSQL, "campaign_share USING PRIMARY KEY"),
            (CampaignFigures.overdueByGridSQL, "part_due"),
            (CampaignFigures.overdueByDepartmentSQL, "part_due"),
            (CampaignFigures.tiedSQL, "COVERING INDEX call_tied"),
            (CampaignFigures.beforeSQL, "COVERING INDEX call_matched"),
            (CampaignFigures.beforeInGridsSQL, "COVERING INDEX call_matched"),
            (ActivityPage.sql, "activity_held"),
        ])
    func plans(sql: String, index: String) throws {
        try ViewStore(path: directory.views).close()
        let database = try DatabaseQueue(path: directory.views)
        let count = sql.count { $0 == "?" }
        let steps = try database.read { database in
            try String.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN " + sql,
                arguments: StatementArguments(
                    (0..<count).map { _ in "[1]" as any DatabaseValueConvertible }),
                adapter: SuffixRowAdapter(fromIndex: 3))
        }
        #expect(steps.contains { $0.hasPrefix("SEARCH") && $0.contains(index) }, "\(steps)")
        for step in steps {
            #expect(!step.hasPrefix("SCAN call") && !step.hasPrefix("SCAN part"), "\(steps)")
        }
    }
}

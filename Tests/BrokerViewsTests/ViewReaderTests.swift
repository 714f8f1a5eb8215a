import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import Testing

@testable import BrokerViews

@Suite("ViewReader")
struct ViewReaderTests {
    /// Made once: every case of every test looks at the same history.
    private static let history = RandomHistory.batches(seed: 21, steps: 1_500)
    private static let plainModel = NaiveModel(history)

    private let directory: TemporaryDirectory
    private let batches = Self.history
    private let model = Self.plainModel
    private let views: TestViews

    init() throws {
        directory = try TemporaryDirectory()
        try ViewStore.fill(directory.views, with: batches, sizes: [20])
        views = TestViews(path: directory.views, seq: UInt64(batches.count))
    }

    @Test("Pages of any size give every call once, the newest first", arguments: [1, 7, 50, 4_096])
    func paging(limit: UInt32) throws {
        var query = WireListQuery()
        query.limit = limit
        #expect(try views.serials(query, now: batches.end) == model.calls.keys.sorted(by: >))
    }

    @Test(
        "Every combination of filters gives what the plain model gives",
        arguments: ["", "urban", "safety"], ["", "closed", "working", "voided", "merged", "filed"])
    func filters(department: String, state: String) throws {
        for (isOpen, isOverdue) in [(false, false), (true, false), (false, true), (true, true)] {
            for (category, grid, campaign) in [
                ("", "", ""), ("litter", "", ""), ("", "g-2", ""), ("noise", "g-1", "spring"),
                ("", "", "autumn"),
            ] {
                var query = WireListQuery()
                query.limit = 13
                query.department = department
                query.state = state
                query.openOnly = isOpen
                query.overdueOnly = isOverdue
                query.category = category
                query.grid = grid
                query.campaign = campaign
                #expect(
                    try views.serials(query, now: batches.end) == expected(query), "\(query)")
            }
        }
        #expect(model.calls.values.contains { $0.isOverdue(at: batches.end, department: nil) })
    }

    private func expected(_ query: WireListQuery) -> [UInt64] {
        let department = HistoryWriter.departments.firstIndex(of: query.department)
            .map(UInt16.init)
        return model.calls.filter { _, call in
            let campaign = Int(call.fact.campaign)
            return (query.state.isEmpty || query.state == "\(call.state)")
                && (!query.openOnly || call.state.isOpen)
                && (!query.overdueOnly || call.isOverdue(at: batches.end, department: department))
                && (department == nil || call.parts.values.contains { $0.department == department })
                && (query.category.isEmpty
                    || query.category == HistoryWriter.categories[Int(call.fact.category)])
                && (query.grid.isEmpty || query.grid == HistoryWriter.grids[Int(call.fact.grid)])
                && (query.campaign.isEmpty
                    || campaign < 2 && query.campaign == HistoryWriter.campaigns[campaign])
        }.keys.sorted(by: >)
    }

    @Test("A page ends where a frame is full")
    func fullFrame() throws {
        var limits = ProtocolLimits()
        limits.frameBytes = 4_096 + 3_000
        let views = TestViews(path: directory.views, seq: 1, limits: limits)
        let pages = try views.pages(WireListQuery(), now: batches.end)
        #expect(pages.count > 5)
        #expect(try pages.allSatisfy { try ($0.serializedBytes() as [UInt8]).count <= 3_000 })
        #expect(pages.flatMap(\.calls).count == model.calls.count)
    }

    @Test("A limit above the protocol's is refused, the protocol's own is not")
    func limit() throws {
        var query = WireListQuery()
        query.limit = 4_096
        #expect(try views.list(query, now: batches.end).calls.count > 50)
        query.limit = 4_097
        #expect(refusal(.list(query, now: batches.end)) == .valueOutOfRange)
        #expect(try views.list(WireListQuery(), now: batches.end).calls.count == 50)
    }

    @Test("Names that nobody declared are refused with their field")
    func unknownNames() throws {
        var query = WireListQuery()
        query.department = "fire"
        #expect(refusal(.list(query, now: .zero)) == .unknownDepartment)
        query = WireListQuery()
        query.category = "fire"
        #expect(refusal(.list(query, now: .zero)) == .unknownCategory)
        query = WireListQuery()
        query.grid = "fire"
        #expect(refusal(.list(query, now: .zero)) == .unknownGrid)
        query = WireListQuery()
        query.campaign = "fire"
        #expect(refusal(.list(query, now: .zero)) == .unknownCampaign)
        query = WireListQuery()
        query.state = "fire"
        #expect(refusal(.list(query, now: .zero)) == .valueOutOfRange)
        #expect(views.ask(.list(query, now: .zero)).refused.field == "state")
    }

    @Test("A call is found by its id and by its case number, and by nothing else")
    func track() throws {
        let call = try #require(model.calls[5])
        var query = WireTrackQuery()
        query.id = call.fact.id.data
        let byID = views.ask(.track(query)).call
        #expect(try byID == views.track(caseNumber: byID.caseNumber))
        #expect(byID.caseNumber.hasPrefix("GL-2026-000005-"))
        query.id = Data([1, 2])
        #expect(refusal(.track(query)) == .malformedID)
        query.id = UniqueID(high: call.fact.id.high, low: 999_999).data
        #expect(refusal(.track(query)) == .notFound)
        for prefix in ["XX", "GL"] {
            let year = prefix == "GL" ? 2025 : 2026
            query.caseNumber = CaseNumber(prefix: prefix, year: year, serial: 5).description
            #expect(refusal(.track(query)) == .notFound)
        }
        query.caseNumber = "GL-2026-000005"
        #expect(refusal(.track(query)) == .malformedCaseNumber)
        #expect(refusal(.track(WireTrackQuery())) == .missingField)
    }

    @Test("Views that are behind refuse, and say how far they are")
    func behind() throws {
        let item = views.ask(.campaigns(now: .zero), minimum: UInt64(batches.count) + 1)
        #expect(item.refused.code == UInt32(RefusalCode.viewsBehind.rawValue))
        #expect(item.asOf == UInt64(batches.count))
        let answered = views.ask(.campaigns(now: .zero), minimum: UInt64(batches.count))
        #expect(answered.asOf == UInt64(batches.count))
        #expect(answered.campaigns.campaigns.map(\.id) == ["spring", "autumn"])
    }

    @Test("Campaigns count what was found, closed and is overdue")
    func campaigns() throws {
        let views = views.ask(.campaigns(now: batches.end)).campaigns.campaigns
        for (number, view) in views.enumerated() {
            let calls = model.calls.values.filter { $0.fact.campaign == UInt16(number) }
            #expect(view.found == UInt64(calls.count))
            #expect(view.closed == UInt64(calls.count { $0.state == .closed }))
            let overdue = calls.count { $0.isOverdue(at: batches.end, department: nil) }
            #expect(view.overdue == UInt64(overdue))
            #expect(view.target == 7)
            #expect(view.closed > 0)
        }
    }

    private func refusal(_ query: ViewQuery) -> RefusalCode? {
        RefusalCode(rawValue: UInt16(views.ask(query).refused.code))
    }
}

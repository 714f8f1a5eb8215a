import BrokerEngine
import BrokerJournal
import Foundation
import GRDB
import GridCodec
import GridModel
import Testing

@testable import BrokerViews

@Suite("List")
struct ListTests {
    /// Made once: every case of every test looks at the same history.
    private static let history = RandomHistory.batches(seed: 51, steps: 2_500)
    private static let plainModel = NaiveModel(history)

    private let directory: TemporaryDirectory
    private let batches = Self.history
    private let model = ListModel(model: Self.plainModel, now: Self.history.end)

    init() throws {
        directory = try TemporaryDirectory()
        try ViewStore.fill(directory.views, with: batches, sizes: [40])
    }

    /// Sizes under which small plans, ordered walks, proposals and tails are all chosen.
    private static let sizes: [ListSizes] = [
        ListSizes(), ListSizes(small: 0, tiny: 0, tail: 0, countingMilliseconds: 600_000),
        ListSizes(small: 40, tiny: 5, tail: 100, countingMilliseconds: 600_000),
        ListSizes(small: 150, tiny: 0, tail: 60, countingMilliseconds: 600_000),
    ]

    @Test(
        "Any filters in any order give the calls of the plain model, page by page",
        arguments: 0..<4)
    func randomQueries(variant: Int) throws {
        let views = try indexedViews(Self.sizes[variant], upTo: variant == 0 ? nil : 0)
        var random = SeededGenerator(seed: UInt64(variant) + 1)
        var found = 0
        for _ in 0..<40 {
            let query = randomQuery(&random)
            let expected = model.serials(query)
            let actual = try views.serials(query, now: batches.end)
            guard actual == expected else {
                Issue.record("\(query): \(actual) instead of \(expected)")
                continue
            }
            found += expected.count
            try expectCount(query, expected.count, views)
        }
        #expect(found > 160)
    }

    private func expectCount(_ query: WireListQuery, _ count: Int, _ views: TestViews) throws {
        var query = query
        query.count = true
        query.limit = 1
        let reply = try views.list(query, now: batches.end)
        #expect(reply.total == UInt64(count) && !reply.totalIsMinimum)
    }

    private func randomQuery(_ random: inout SeededGenerator) -> WireListQuery {
        func maybe<Value>(_ oneIn: Int, _ values: [Value], _ none: Value) -> Value {
            Int.random(in: 0..<oneIn, using: &random) == 0
                ? values.randomElement(using: &random)! : none
        }
        var query = WireListQuery()
        query.limit = UInt32.random(in: 1...30, using: &random)
        query.department = maybe(4, HistoryWriter.departments, "")
        query.category = maybe(4, HistoryWriter.categories, "")
        query.grid = maybe(5, HistoryWriter.grids, "")
        query.campaign = maybe(5, HistoryWriter.campaigns, "")
        query.state = maybe(5, CallState.allCases.map { "\($0)" }, "")
        query.openOnly = maybe(5, [true], false)
        query.overdueOnly = maybe(6, [true], false)
        query.text = maybe(3, Self.questions, "")
        let times = batches.map(\.at.milliseconds)
        let (first, second) = (
            times.randomElement(using: &random)!, times.randomElement(using: &random)!
        )
        query.filedFrom = maybe(5, [min(first, second)], 0)
        query.filedUntil = maybe(5, [max(first, second) + 1], 0)
        query.closedFrom = maybe(8, [min(first, second)], 0)
        query.closedUntil = maybe(8, [max(first, second) + 1], 0)
        query.order = maybe(2, [.byFiled, .byClosed, .byDue, .byUrgency], .unspecified)
        query.descending = maybe(2, [true], false)
        return query
    }

    private static let questions = [
        "烧烤", "烤", "烧", "夜市烧烤扰民", "露天烧烤店", "bbq", "BBQ", "b", "barb", "ＢＢＱ", "air",
        "烧烤 夜市", "cover 井盖", "cov", "12", "缺失", "经营", "张三", "contact", "call", "manhole", "zzz",
    ]

    @Test("A page that was begun goes on without gap or repeat while calls are filed")
    func stablePages() throws {
        let views = TestViews(path: directory.views, seq: 1)
        for order in [WireListOrder.unspecified, .byFiled, .byClosed, .byUrgency] {
            var query = WireListQuery()
            query.limit = 10
            query.order = order
            query.descending = true
            let before = try views.serials(query, now: batches.end)
            let half = try TemporaryDirectory()
            try ViewStore.fill(
                half.views, with: Array(batches.prefix(batches.count * 9 / 10)), sizes: [40])
            let first = try TestViews(path: half.views, seq: 1).list(query, now: batches.end)
            query.page = first.nextPage
            let rest = try views.serials(query, now: batches.end)
            #expect(before.suffix(rest.count) == rest[...])
            #expect(rest.count > 20)
        }
    }

    @Test("Counting stops where it would not be worth its time")
    func countedAtLeast() throws {
        let sizes = ListSizes(small: 0, tiny: 0, counted: 30, countingMilliseconds: 600_000)
        let views = TestViews(path: directory.views, seq: 1, sizes: sizes)
        var query = WireListQuery()
        query.count = true
        query.limit = 5
        let reply = try views.list(query, now: batches.end)
        #expect(reply.total == 30 && reply.totalIsMinimum && reply.calls.count == 5)
        #expect(try views.list(WireListQuery(), now: batches.end).total == 0)
        let impatient = TestViews(
            path: directory.views, seq: 1,
            sizes: ListSizes(small: 0, tiny: 0, countingMilliseconds: 0))
        let first = try impatient.list(query, now: batches.end)
        #expect(first.totalIsMinimum && first.total < 30)
    }

    @Test("Every value that makes no sense is refused with its code and field")
    func refusals() throws {
        let views = TestViews(path: directory.views, seq: 1)
        func refused(_ change: (inout WireListQuery) -> Void) -> (RefusalCode?, String) {
            var query = WireListQuery()
            change(&query)
            let refusal = views.ask(.list(query, now: batches.end)).refused
            #expect(!refusal.reason.isEmpty || refusal.code == 0)
            return (RefusalCode(rawValue: UInt16(refusal.code)), refusal.field)
        }
        #expect(refused { $0.text = "！，" } == (.valueOutOfRange, "text"))
        #expect(refused { $0.text = "a\u{1}" } == (.malformedText, "text"))
        #expect(refused { $0.text = String(repeating: "a", count: 513) } == (.textTooLong, "text"))
        #expect(refused { $0.text = String(repeating: "a", count: 512) } == (nil, ""))
        #expect(refused { $0.text = String(repeating: "烧", count: 170) } == (nil, ""))
        #expect(refused { $0.order = .UNRECOGNIZED(9) } == (.valueOutOfRange, "order"))
        #expect(refused { $0.page = Data([1]) } == (.valueOutOfRange, "page"))
        #expect(refused { $0.page = Data(repeating: 0, count: 21) } == (.valueOutOfRange, "page"))
        #expect(
            refused { ($0.filedFrom, $0.filedUntil) = (5, 5) } == (.valueOutOfRange, "filed_until"))
        #expect(refused { ($0.filedFrom, $0.filedUntil) = (5, 6) } == (nil, ""))
        #expect(
            refused { ($0.closedFrom, $0.closedUntil) = (5, 4) } == (
                .valueOutOfRange, "closed_until"
            ))
        #expect(
            refused { ($0.order, $0.beforeSerial) = (.byDue, 4) } == (
                .valueOutOfRange, "before_serial"
            ))
        #expect(refused { $0.beforeSerial = .max } == (nil, ""))
    }

    @Test("The page of one list is no page of another")
    func foreignPage() throws {
        let views = TestViews(path: directory.views, seq: 1)
        var query = WireListQuery()
        query.limit = 3
        let page = try views.list(query, now: batches.end).nextPage
        query.page = page
        query.limit = 7
        #expect(try views.list(query, now: batches.end).calls.count == 7)
        query.openOnly = true
        #expect(views.ask(.list(query, now: batches.end)).refused.field == "page")
    }

    @Test("Pages of any bytes are refused or answered, never a trap")
    func hostilePages() throws {
        let views = TestViews(path: directory.views, seq: 1, sizes: ListSizes(small: 0, tiny: 0))
        for order in [WireListOrder.unspecified, .byClosed, .byDue, .byUrgency] {
            var query = WireListQuery()
            query.order = order
            query.limit = 1
            let page = try views.list(query, now: batches.end).nextPage
            for position in 5..<21 {
                for byte in [UInt8(0), 0x7f, 0x80, 0xff] {
                    query.page = page
                    query.page[query.page.startIndex + position] = byte
                    #expect(views.ask(.list(query, now: batches.end)).refused.code == 0)
                }
            }
        }
    }

    // MARK: The index behind it

    /// Views of the whole history with an index of its first calls, or of all.
    private func indexedViews(_ sizes: ListSizes, upTo missing: Int?) throws -> TestViews {
        let views = ViewProgress(gatherMilliseconds: 0)
        views.opened(at: UInt64(batches.count))
        let progress = TextIndexProgress()
        var batch = TextIndexFollower.Batch()
        // The tail that is left must be one that is looked through.
        if missing == nil { batch.calls = 100 }
        var follower = TextIndexFollower(
            indexPath: directory.search, viewsPath: directory.views, views: views,
            progress: progress, batch: batch)
        var goesOn = true
        while goesOn { goesOn = try follower.step() && missing != nil }
        return TestViews(
            path: directory.views, seq: UInt64(batches.count),
            textIndex: TextIndexReader(path: directory.search, progress: progress), sizes: sizes)
    }
}

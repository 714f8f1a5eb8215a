import BrokerEngine
import BrokerJournal
import Foundation
import GRDB
import GridCodec
import GridModel
import Testing

@testable import BrokerViews

@Suite("ViewStore")
struct ViewStoreTests {
    @Test("The answers do not depend on how batches fall into transactions", arguments: 1...3)
    func transactions(seed: UInt64) throws {
        let batches = RandomHistory.batches(seed: seed, steps: 1_200)
        var random = SeededGenerator(seed: seed)
        let sizes = batches.map { _ in Int.random(in: 1...40, using: &random) }
        let one = try answers(batches, sizes: [batches.count])
        #expect(try answers(batches, sizes: [1]) == one)
        #expect(try answers(batches, sizes: sizes) == one)
        #expect(one.calls.count > 100)
    }

    @Test("The answers do not depend on where a broker stopped and started", arguments: 7...8)
    func restarts(seed: UInt64) throws {
        let batches = RandomHistory.batches(seed: seed, steps: 600)
        let one = try answers(batches, sizes: [batches.count])
        let directory = try TemporaryDirectory()
        for batch in batches {
            let store = try ViewStore(path: directory.views)
            #expect(store.seq == batch.seq - 1)
            try store.project([batch], chain: nil)
            try store.close()
        }
        let views = TestViews(path: directory.views, seq: UInt64(batches.count))
        #expect(try Answers(views, serials: batches.filedCalls, now: batches.end) == one)
    }

    @Test("The views show what a plain model of all facts shows", arguments: 10...12)
    func naiveModel(seed: UInt64) throws {
        let batches = RandomHistory.batches(seed: seed, steps: 1_500)
        let model = NaiveModel(batches)
        let answers = try answers(batches, sizes: [9])
        for view in answers.calls {
            let serial = try CaseNumber(parsing: view.caseNumber).serial
            let call = try #require(model.calls[serial])
            #expect(view.state == "\(call.state)")
            #expect(view.id == call.fact.id.data)
            #expect(view.steps.map(\.step) == call.steps)
            #expect(view.revision == UInt32(call.steps.count))
            let parts = call.parts.sorted { $0.key < $1.key }
            #expect(view.parts.map(\.state) == parts.map { "\($0.value.state)" })
            #expect(view.parts.map(\.assignment) == parts.map(\.key.rawValue))
            let due = parts.map { $0.value.due == .distantFuture ? 0 : $0.value.due.milliseconds }
            #expect(view.parts.map(\.resolveDue) == due)
        }
    }

    @Test("Every kind of fact about a call is a step of its story")
    func everyStep() throws {
        let batches = RandomHistory.batches(seed: 99, steps: 4_000)
        let steps = try answers(batches, sizes: [50]).calls.flatMap(\.steps)
        #expect(Set(steps.map(\.step)) == Set(StepKind.allCases.map(\.name)))
        #expect(steps.allSatisfy { $0.at > 0 })
    }

    @Test(
        "A file that is damaged or of another schema is built anew",
        arguments: ["garbage", "truncated", "older", "newer", "foreign"])
    func damaged(kind: String) throws {
        let batches = RandomHistory.batches(seed: 3, steps: 100)
        let directory = try TemporaryDirectory()
        try ViewStore.fill(directory.views, with: batches, sizes: [5])
        try damage(directory.views, kind)
        let store = try ViewStore(path: directory.views)
        #expect(store.seq == 0)
        try store.project(batches, chain: nil)
        #expect(store.seq == UInt64(batches.count))
    }

    @Test("A transaction that fails leaves nothing and can be tried again")
    func failedTransaction() throws {
        let batches = RandomHistory.batches(seed: 4, steps: 200)
        let directory = try TemporaryDirectory()
        let store = try ViewStore(path: directory.views)
        try store.project(Array(batches[..<5]), chain: nil)
        let blocker = try DatabaseQueue(path: directory.views)
        try blocker.writeWithoutTransaction { database in
            try database.execute(sql: "BEGIN IMMEDIATE")
            #expect(throws: DatabaseError.self) {
                try store.project(Array(batches[5...]), chain: nil)
            }
            try database.execute(sql: "ROLLBACK")
        }
        try goOn(store, after: 5, batches, in: directory)
    }

    @Test("A transaction that fails with its last statement leaves nothing and can be tried again")
    func failedAtTheEnd() throws {
        let batches = RandomHistory.batches(seed: 4, steps: 200)
        let directory = try TemporaryDirectory()
        let store = try ViewStore(path: directory.views)
        try store.project(Array(batches[..<5]), chain: nil)
        let other = try DatabaseQueue(path: directory.views)
        try other.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER refusal BEFORE INSERT ON position
                    BEGIN SELECT RAISE(ABORT, 'no room'); END
                    """)
            #expect(throws: DatabaseError.self) {
                try store.project(Array(batches[5...]), chain: nil)
            }
            try database.execute(sql: "DROP TRIGGER refusal")
        }
        try goOn(store, after: 5, batches, in: directory)
    }

    /// The store is where it was, and what was lost can be projected again.
    private func goOn(
        _ store: ViewStore, after seq: UInt64, _ batches: [Batch], in directory: TemporaryDirectory
    ) throws {
        #expect(store.seq == seq)
        try store.project(Array(batches[Int(seq)...]), chain: nil)
        let views = TestViews(path: directory.views, seq: store.seq)
        let expected = try answers(batches, sizes: [batches.count])
        #expect(
            try Answers(views, serials: batches.filedCalls, now: batches.end) == expected)
    }

    @Test("A fact that names a call nobody filed is counted and left out")
    func orphans() throws {
        var writer = HistoryWriter()
        writer.add(.callClosed(serial: 77))
        writer.endBatch()
        let directory = try TemporaryDirectory()
        let store = try ViewStore(path: directory.views)
        #expect(try store.project(writer.batches, chain: nil) == 1)
    }

    private func answers(_ batches: [Batch], sizes: [Int]) throws -> Answers {
        let directory = try TemporaryDirectory()
        try ViewStore.fill(directory.views, with: batches, sizes: sizes)
        let views = TestViews(path: directory.views, seq: UInt64(batches.count))
        return try Answers(views, serials: batches.filedCalls, now: batches.end)
    }

    private func damage(_ path: String, _ kind: String) throws {
        switch kind {
        case "garbage": try Data(repeating: 7, count: 9_000).write(to: URL(filePath: path))
        case "truncated":
            let bytes = try Data(contentsOf: URL(filePath: path))
            try bytes.prefix(5_000).write(to: URL(filePath: path))
        default:
            try? FileManager.default.removeItem(atPath: path + (kind == "foreign" ? "" : "-none"))
            let queue = try DatabaseQueue(path: path)
            let sql =
                switch kind {
                case "older": "PRAGMA user_version = 0"
                case "newer": "PRAGMA user_version = 999"
                default: "CREATE TABLE other (a)"
                }
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
        }
    }
}

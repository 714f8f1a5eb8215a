import BrokerEngine
import Foundation
import GridModel
import Histogram
import Testing

@testable import BrokerJournal

/// The engine's counters, held against a program in another language that was written from the
/// documents.
@Suite("Examples/audit/recount.py: random lives of a street")
struct RecountTests {
    @Test(
        "every number of the statistics is what the facts give when they are counted again",
        arguments: UInt64(61)...66)
    func counted(seed: UInt64) throws {
        var life = RandomLife(seed: seed)
        for _ in 0..<250 { life.turn() }
        let record = life.street.fixture.record
        let seen = try recount(life.street.fixture, Self.stats(record))
        #expect(seen.status == 0, "\(seen.output)")
        #expect(seen.output.hasPrefix("the same: "))
        // A street in which little happened would prove little.
        var kinds: Set<String> = []
        for fact in life.street.fixture.journal {
            kinds.insert("\(fact)".prefix { $0 != "(" } + "")
        }
        #expect(
            kinds.isSuperset(of: [
                "extensionDecided", "assignmentSuspended", "assignmentRedispatched",
            ]), "seed \(seed)")
        #expect(record.street.closed > 0 && record.street.voided > 0)
        #expect(record.street.misdispatched > 0 && record.street.merged > 0)
        #expect(record.departments.contains { $0.overdue > 0 })
        #expect(record.departments.contains { $0.latencies.resolve.values.totalCount > 3 })
    }

    @Test(
        "a number that is not what the facts give is named",
        arguments: ["queued", "received", "overdue", "misdispatched", "found", "p50"])
    func different(key: String) throws {
        var life = RandomLife(seed: 67)
        for _ in 0..<150 { life.turn() }
        var text = String(
            decoding: try Self.json(Self.stats(life.street.fixture.record)), as: UTF8.self)
        // The last of a kind: latencies of departments that did nothing come first.
        let place = try #require(text.range(of: "\"\(key)\":", options: .backwards))
        text.insert("7", at: place.upperBound)
        let seen = try recount(life.street.fixture, text: text)
        #expect(seen.status == 1 && seen.output.contains(": \(key): counted "), "\(seen.output)")
        #expect(seen.output.contains("NOT the same: 1 of "))
    }

    private static func stats(_ record: Record) -> [String: Any] {
        let departments = record.departments.indices.map { department($0, record) }
        let campaigns = record.campaigns.enumerated().map { number, counters in
            [
                "id": record.symbols.campaigns.name(of: UInt16(number)), "target": 10,
                "found": counters.found, "closed": counters.closed, "overdue": counters.overdue,
            ] as [String: Any]
        }
        let calls: [String: Any] = [
            "filed": record.street.filed, "closed": record.street.closed,
            "voided": record.street.voided,
            "open": record.calls.count - record.street.mergedNow,
            "merged": record.street.mergedNow, "dispatched": record.street.dispatched,
            "misdispatched": record.street.misdispatched, "passedOn": record.street.passedOn,
        ]
        return [
            "at": text(of: record.now), "departments": departments, "campaigns": campaigns,
            "calls": calls,
        ]
    }

    private static func department(_ index: Int, _ record: Record) -> [String: Any] {
        let counters = record.departments[index]
        return [
            "id": record.symbols.departments.name(of: UInt16(index)),
            "queued": counters.queued, "inHand": counters.inHand, "stuck": counters.stuck,
            "overdue": counters.overdue, "received": counters.received,
            "dispatched": counters.dispatched, "accepted": counters.accepted,
            "completed": counters.completed, "returned": counters.returned,
            "latency": [
                "accept": latency(counters.latencies.accept.values),
                "resolve": latency(counters.latencies.resolve.values),
            ],
        ]
    }

    private static func latency(_ histogram: Histogram<UInt64>) -> [String: Any] {
        guard histogram.totalCount > 0 else { return ["count": 0] }
        var quantiles: [String: Any] = [
            "count": histogram.totalCount, "max": Double(histogram.max) / 1_000,
        ]
        for (key, percent) in [("p50", 50), ("p90", 90), ("p99", 99), ("p999", 99.9)] {
            quantiles[key] = Double(histogram.valueAtPercentile(percent)) / 1_000
        }
        return quantiles
    }

    private static func text(of time: Timestamp) -> String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        // Half a millisecond more, lest the fraction of a second be cut off below it.
        let seconds = (Double(time.milliseconds) + 0.5) / 1_000
        return Date(timeIntervalSince1970: seconds).formatted(style)
    }

    private static func json(_ stats: [String: Any]) throws -> Data {
        try JSONSerialization.data(withJSONObject: stats)
    }

    private func recount(
        _ fixture: EngineFixture, _ stats: [String: Any]
    ) throws -> (output: String, status: Int32) {
        try recount(fixture, text: String(decoding: Self.json(stats), as: UTF8.self))
    }

    private func recount(
        _ fixture: EngineFixture, text: String
    ) throws -> (output: String, status: Int32) {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("recount-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (export, stats) = (
            directory.appendingPathComponent("export"), directory.appendingPathComponent("stats")
        )
        try Self.export(fixture.journal).write(to: export)
        try Data(text.utf8).write(to: stats)
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().appendingPathComponent("../..").standardizedFileURL
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-B", root.path + "/Examples/audit/recount.py", export.path, stats.path,
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: bytes, as: UTF8.self), process.terminationStatus)
    }

    /// One batch of all facts, without what only a verification looks at.
    private static func export(_ facts: [Fact]) throws -> Data {
        let batch = Batch(seq: 1, epoch: 1, at: .zero, facts: facts)
        var names = ExportNames()
        names.read(batch)
        let json = FactJSON(names: names, facts: Data(try FactCodec.encode(facts)), texts: nil)
        var line = JSONLine()
        line.object {
            $0.number("gridcallExport", 1)
            $0.object("end") { $0.number("seq", 1) }
        }
        line.end()
        line.object { batch in
            batch.array("steps") { steps in
                for (index, fact) in facts.enumerated() {
                    json.write(fact, seq: 1, index: index, to: &steps)
                }
            }
        }
        line.end()
        return Data(line.bytes)
    }
}

/// A random street in which people act too, sensibly or not.
private struct RandomLife {
    var street: RandomStreet
    private var random: SeededRandom

    init(seed: UInt64) {
        street = RandomStreet(seed: seed, catalogue: PeopleStreet.catalogue())
        random = SeededRandom(seed: seed &+ 1_000)
    }

    mutating func turn() {
        street.turn()
        if random.isOne(in: 4) {
            let call = street.fixture.submission(
                random.pick(["raze", "unclear", "twin"]), grid: random.pick(SampleStreet.grids))
            street.fixture.turn(.submit(.none, call, old: nil))
        }
        for _ in 0..<4 { act() }
    }

    /// Somebody acts on one of the oldest calls, so that much happens to each.
    private mutating func act() {
        let record = street.fixture.record
        let open = (0..<Slot(record.calls.capacity)).filter { record.calls[$0].serial != 0 }
            .sorted { record.calls[$0].serial < record.calls[$1].serial }.prefix(12)
        guard let call = open.randomElement(using: &random),
            let other = open.randomElement(using: &random)
        else { return }
        var ordinal = 0
        var action = anything(into: record.calls[other].id)
        if let part = record.assignments(of: call).randomElement(using: &random) {
            ordinal = record.assignments[part].number.ordinal
            if !random.isOne(in: 4) {
                action = sensible(
                    record.assignments[part].state,
                    reviewed: record.detail(of: part)?.proposal?.digest)
            }
        }
        street.fixture.give(action, on: record.calls[call].id, ordinal: ordinal)
    }

    /// What a part in a state may wait for.
    private mutating func sensible(
        _ state: AssignmentState, reviewed: Digest?
    ) -> PersonCommand.Action {
        let until = street.fixture.wall.advanced(
            byMilliseconds: .random(in: 1...90_000_000, using: &random))
        let aside: [PersonCommand.Action] = [
            .requestExtension, .requestExtension, .decideExtension(approved: true),
            .suspend(until: until), .resume,
        ]
        if random.isOne(in: 2) { return random.pick(aside) }
        switch state {
        case .queued, .withdrawn: return .supervise
        case .dispatched, .delivered: return .accept
        case .accepted, .arrived:
            return random.pick([
                .propose(PeopleStreet.major), .propose(PeopleStreet.minor), .arrive, .return,
                .return, .complete(PeopleStreet.nothing), .complete(PeopleStreet.major),
            ])
        case .underReview:
            return .review(
                random.pick([.approved, .corrected, .rejected]),
                digest: reviewed ?? PeopleStreet.major.digest)
        case .completed:
            return .check(passed: random.isOne(in: 2), failed: [])
        case .returned: return .redispatch(department: random.pick(SampleStreet.departments))
        case .stuck: return .requeue
        }
    }

    private mutating func anything(into other: CallID) -> PersonCommand.Action {
        let until = street.fixture.wall.advanced(byMilliseconds: 60_000)
        let actions: [PersonCommand.Action] = [
            .fail, .reply, .report(), .supervise, .verify(passed: !random.isOne(in: 3)),
            .decideExtension(approved: false), .merge(into: other), .unmerge, .confirmClock,
            .pauseQueue(department: random.pick(SampleStreet.departments), until: until),
            .resumeQueue(department: random.pick(SampleStreet.departments)), .withdraw, .void,
        ]
        return random.pick(actions)
    }
}

import ClientKit
import GridCodec
import GridModel
import Testing

@Suite struct PartChoiceTests {
    private static let call = "GL-2026-000123-7"

    @Test(
        "without a part it is the only one that the command can mean",
        arguments: [
            ("task accept", ["accepted", "delivered", "queued"], 2),
            ("task arrive", ["accepted", "delivered", "arrived"], 1),
            ("task propose --measure a=b", ["queued", "delivered", "arrived"], 3),
            ("task complete", ["completed", "queued", "dispatched"], 3),
            ("task fail", ["completed", "underReview", "arrived"], 3),
            ("requeue --reason r", ["queued", "stuck", "arrived"], 2),
            ("redispatch --to market --reason r", ["returned", "arrived"], 1),
            ("withdraw --reason r", ["completed", "withdrawn", "stuck"], 3),
            // Nothing fits: the only open part, and the broker says what would be allowed.
            ("task accept", ["completed", "arrived"], 2),
            ("task arrive", ["completed"], 1),
        ] as [(String, [String], UInt32)])
    func only(line: String, states: [String], expected: UInt32) throws {
        let bench = LineBench(
            parts: states.enumerated().map { LineBench.part($0 + 1, "d\($0)", $1) })
        #expect(try bench.run(with(line)) == .done)
        #expect(bench.broker.commands.map(\.ordinal) == [expected - 1])
    }

    @Test("a part is meant by what is known of it beside its state")
    func details() throws {
        var parts = (1...4).map { LineBench.part($0, "d\($0)", "arrived") }
        parts[1].suspendedUntil = 1
        parts[2].extensionRequested = true
        parts[3].supervision.order = "act"
        for (line, ordinal) in [
            ("task resume", 1), ("extension approve", 2), ("reply --reason r", 3),
        ] as [(String, UInt32)] {
            let bench = LineBench(parts: parts)
            #expect(try bench.run(with(line)) == .done)
            #expect(bench.broker.commands.map(\.ordinal) == [ordinal], "\(line)")
        }
    }

    @Test("several parts that can be meant are listed and nothing is sent")
    func ambiguous() throws {
        let bench = LineBench(parts: [
            LineBench.part(1, "urban", "delivered"), LineBench.part(2, "market", "delivered"),
        ])
        let failure = #expect(throws: ClientFailure.self) {
            try bench.run("withdraw \(Self.call) --reason r")
        }
        #expect(failure?.exitStatus == .usage)
        #expect(
            failure?.message.english == """
                several parts of \(Self.call) may be meant; name one with --part or --department:
                  --part 1  urban  delivered
                  --part 2  Market  delivered
                """)
        #expect(failure?.message.chinese.contains("--part 或 --department") == true)
        #expect(bench.broker.commands.isEmpty)
    }

    @Test("of several parts an officer means that of the key's only department")
    func own() throws {
        let bench = LineBench(parts: [
            LineBench.part(1, "urban", "delivered"), LineBench.part(2, "market", "delivered"),
        ])
        var own = sampleCall()
        own.parts = [LineBench.part(2, "market", "delivered")]
        var tasks = WireListReply()
        tasks.calls = [own]
        bench.broker.replies.append(.list(tasks))
        #expect(try bench.run("task accept \(Self.call)") == .done)
        #expect(bench.broker.commands.map(\.ordinal) == [1])
        guard case .tasks(let asked)? = bench.broker.queries.last else {
            Issue.record("the key's tasks were not asked for")
            return
        }
        #expect(asked.department.isEmpty && !asked.overdueOnly)
    }

    @Test(
        "a part is named by its number or its department",
        arguments: [("--part 3", 2), ("--department 市场监管", 1), ("--department urban", 0)]
            as [(String, UInt32)])
    func named(option: String, ordinal: UInt32) throws {
        let bench = LineBench(parts: [
            LineBench.part(1, "urban", "delivered"), LineBench.part(2, "market", "accepted"),
            LineBench.part(3, "safety", "delivered"), LineBench.part(4, "urban", "completed"),
        ])
        #expect(try bench.run("task accept \(Self.call) \(option)") == .done)
        #expect(bench.broker.commands.map(\.ordinal) == [ordinal])
    }

    @Test(
        "a part that is not there is told with those that are",
        arguments: [
            ("--part 2", "has no part 2; it has 1"),
            ("--department market", "has no part of market; its parts are urban's"),
        ])
    func absent(option: String, text: String) {
        let bench = LineBench()
        let failure = #expect(throws: ClientFailure.self) {
            try bench.run("task accept \(Self.call) \(option)")
        }
        #expect(failure?.exitStatus == .usage)
        #expect(failure?.message.english.contains(text) == true)
        #expect(bench.broker.commands.isEmpty)
    }

    @Test("a call without parts, and a part to be reworked that is none")
    func none() {
        let empty = LineBench(parts: [])
        #expect(throws: ClientFailure.self) { try empty.run("task accept \(Self.call)") }
        let bench = LineBench()
        let failure = #expect(throws: ClientFailure.self) {
            try bench.run("check fail \(Self.call) --reason r --part 2")
        }
        #expect(failure?.message.english.contains("has no part 2") == true)
        #expect(empty.broker.commands.isEmpty && bench.broker.commands.isEmpty)
    }

    private func with(_ line: String) -> String {
        let words = line.split(separator: " ").map(String.init)
        let options = words.firstIndex { $0.hasPrefix("--") } ?? words.endIndex
        return (words[..<options] + [Self.call] + words[options...]).joined(separator: " ")
    }
}

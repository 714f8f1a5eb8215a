import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

@Suite struct ProposalPrefixTests {
    private static let call = "GL-2026-000123-7"

    @Test("a verdict on a proposal that changed is not sent; the new one is shown")
    func changed() {
        let bench = LineBench(parts: [LineBench.underReview(1, "urban")])
        let failure = #expect(throws: ClientFailure.self) {
            try bench.run("review approve \(Self.call) --proposal deadbeef")
        }
        #expect(failure?.exitStatus == .usage)
        let message = failure?.message.english ?? ""
        #expect(message.contains("has changed; it is now a0a7aeb5bcc3, proposed by li"))
        #expect(message.contains("\n  fine = 50000"))
        #expect(failure?.message.chinese.contains("措施已变更") == true)
        #expect(bench.broker.commands.isEmpty)
    }

    @Test("a part without a proposal is told")
    func nothing() {
        let bench = LineBench()
        let failure = #expect(throws: ClientFailure.self) {
            try bench.run("review approve \(Self.call) --proposal deadbeef")
        }
        #expect(failure?.message.english == "nothing is proposed for part 1")
        #expect(bench.broker.commands.isEmpty)
    }

    @Test("of several parts under review the one is meant whose proposal was read")
    func chosen() throws {
        var other = LineBench.underReview(1, "urban")
        other.proposal.digest = Data(LineBench.digest.reversed())
        let parts = [other, LineBench.underReview(2, "market")]
        let bench = LineBench(parts: parts)
        #expect(try bench.run("review approve \(Self.call) --proposal a0a7aeb5") == .done)
        #expect(bench.broker.commands.map(\.ordinal) == [1])
        // Also when it was decided on already, so that a repeat is the same command.
        var decided = parts
        decided[1].state = "accepted"
        let again = LineBench(parts: decided)
        #expect(try again.run("review approve \(Self.call) --proposal a0a7aeb5") == .done)
        #expect(again.broker.commands.map(\.ordinal) == [1])
    }
}

@Suite struct MeasureArgumentTests {
    @Test(
        "a measure is split at its first equals sign",
        arguments: [
            ("fine=2000", "fine", "2000"), ("note=a=b", "note", "a=b"), ("empty=", "empty", ""),
            (" 罚款 = 2000 元", " 罚款 ", " 2000 元"),
            // Normal form C: the same name however it was typed.
            ("cafe\u{301}=1", "caf\u{E9}", "1"),
        ])
    func split(text: String, name: String, value: String) throws {
        let measure = try MeasureArgument(parsing: text)
        #expect(Array(measure.name.unicodeScalars) == Array(name.unicodeScalars))
        #expect(measure.value == value)
    }

    @Test(
        "what the broker would refuse is told at once",
        arguments: [
            ("fine", "no equals sign"), ("=5", "no name"), (" \t=5", "no name"),
            ("a:b=5", "colon"), ("a\nb=5", "line end"), ("a=5\n6", "line end"),
            ("a\u{2028}b=5", "line end"), ("a=\u{7}", "control character"),
            ("a=" + String(repeating: "x", count: 513), "513 bytes"),
            (String(repeating: "长", count: 171) + "=1", "513 bytes"),
        ])
    func refused(text: String, reason: String) {
        let mistake = #expect(throws: MeasureArgument.Mistake.self) {
            try MeasureArgument(parsing: text)
        }
        #expect(mistake?.reason.english.contains(reason) == true)
        #expect(mistake?.reason.chinese.isEmpty == false)
    }

    @Test("a value may be 512 bytes, all of them together 8 KiB")
    func limits() throws {
        let value = String(repeating: "x", count: 512)
        let one = try MeasureArgument(parsing: "m=" + value)
        #expect(throws: MeasureArgument.Mistake.self) {
            try MeasureArgument.check(Array(repeating: one, count: 16))
        }
        try MeasureArgument.check(Array(repeating: one, count: 15))
    }
}

@Suite struct GivenTimeTests {
    private let now = Timestamp(milliseconds: 1_795_425_508_000)

    @Test(
        "a while is counted from now",
        arguments: [
            ("1m", 60_000), ("90m", 5_400_000), ("2h", 7_200_000), ("3d", 259_200_000),
            ("1w", 604_800_000),
        ] as [(String, Int64)])
    func whiles(text: String, milliseconds: Int64) throws {
        let time = try #require(GivenTime(parsing: text))
        #expect(time.moment(in: .utc, now: now).milliseconds(since: now) == milliseconds)
    }

    @Test("a day is its beginning by the street's clocks, a moment is itself")
    func moments() throws {
        let zone = try #require(LocalZone(name: "Asia/Shanghai"))
        let day = try #require(GivenTime(parsing: "2026-03-01"))
        #expect(
            RFC3339.text(day.moment(in: zone, now: now), in: zone).hasPrefix("2026-03-01T00:00:00"))
        let moment = try #require(GivenTime(parsing: "2026-03-01T09:00:00+08:00"))
        #expect(moment.moment(in: .utc, now: now) == RFC3339.time("2026-03-01T01:00:00Z"))
    }

    @Test(
        "anything else is no time",
        arguments: [
            "", "h", "0d", "-1d", "1.5h", "2 h", "2H", "3y", "tomorrow", "2026-02-30",
            "99999999999d", "999999999999999999999w", "36601d", "2026-03-01T09:00:00",
        ])
    func refused(text: String) { #expect(GivenTime(parsing: text) == nil) }

    @Test("a time that is past is told with the moment that was meant, and nothing is sent")
    func past() {
        let bench = LineBench()
        let failure = #expect(throws: ClientFailure.self) {
            try bench.run("pause-queue market --until 2026-11-23 --reason r")
        }
        #expect(failure?.exitStatus == .usage)
        #expect(
            failure?.message.english
                == "--until means 2026-11-23T00:00:00.000+08:00, which is past")
        #expect(bench.broker.commands.isEmpty)
    }

    @Test("a repeat may name a time that is past by now")
    func pastRepeat() throws {
        let bench = LineBench()
        let line = "pause-queue market --until 2026-11-23 --reason r"
        #expect(try bench.run(line + " --id 01900000000070008000000000000001") == .done)
        #expect(bench.broker.commands.count == 1)
    }

    @Test("a while that may have begun is repeated as the moment it meant")
    func lost() {
        let bench = LineBench()
        bench.broker.commandsToLose = 1
        #expect(throws: ClientFailure.self) {
            try bench.run("pause-queue market --until 2h --reason r")
        }
        #expect(bench.console.notes.contains(" --until 2026-11-23T19:18:28.000+08:00 "))
        #expect(!bench.console.notes.contains("--revision"))
    }
}

@Suite struct ProposedMeasuresTests {
    @Test(
        "whoever proposes a major decision is told that it waits for review",
        arguments: [("underReview", true), ("accepted", false)])
    func major(state: String, waits: Bool) throws {
        let bench = LineBench(parts: [LineBench.part(1, "urban", "accepted")])
        var after = sampleCall()
        after.parts = [LineBench.underReview(1, "urban")]
        after.parts[0].state = state
        bench.broker.replies.append(.call(after))
        #expect(try bench.run("task propose GL-2026-000123-7 --measure fine=50000") == .done)
        #expect(
            bench.console.output.contains("waits for legal review (a0a7aeb5bcc3)") == waits)
        #expect(bench.console.output.contains("part 1 measures proposed"))
    }
}

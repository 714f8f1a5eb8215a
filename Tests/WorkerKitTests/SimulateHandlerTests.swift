import GridCodec
import GridModel
import Testing
import WorkerKit

@Suite("SimulateHandler")
struct SimulateHandlerTests {
    /// The times at which `serials` are completed, by asking at every due time.
    private func times(
        _ serials: ClosedRange<UInt64>, duration: Int64, startedAt: Int64 = 0
    ) -> [Claim: Int64] {
        let handler = SimulateHandler(durationMilliseconds: duration)
        handler.start(serials.map { assignment($0) }, now: startedAt)
        var times: [Claim: Int64] = [:]
        while let now = handler.nextDue {
            for work in handler.takeFinished(now: now) { times[work.claim] = now - startedAt }
        }
        return times
    }

    @Test("two runs take the same times, whenever they start", arguments: [1, 300, 2_000])
    func isDeterministic(duration: Int64) {
        let first = times(1...200, duration: duration)
        #expect(first.count == 200)
        #expect(first == times(1...200, duration: duration, startedAt: 77_777))
    }

    @Test("times lie between half and one and a half of the duration, and differ")
    func spread() throws {
        let all = times(1...1_000, duration: 1_000).values.sorted()
        #expect(try #require(all.first) >= 500)
        #expect(try #require(all.first) < 520)
        #expect(try #require(all.last) < 1_500)
        #expect(try #require(all.last) > 1_480)
        let average = all.reduce(0, +) / 1_000
        #expect((960...1_040).contains(average))
    }

    @Test("nothing finishes before its time, everything at it")
    func finishesInTime() throws {
        let handler = SimulateHandler(durationMilliseconds: 100)
        handler.start([assignment(1)], now: 10)
        let due = try #require(handler.nextDue)
        #expect(handler.takeFinished(now: due - 1).isEmpty)
        #expect(handler.takeFinished(now: due) == [completed(1)])
        #expect(handler.takeFinished(now: due).isEmpty)
        #expect(handler.nextDue == nil)
    }

    @Test("a duration of nothing finishes in the same turn, with the team's measures")
    func zeroDuration() {
        let team = SimulatedTeam(measures: [WorkMeasure("disposal", "done")])
        let handler = SimulateHandler(durationMilliseconds: 0, team: team)
        handler.start([assignment(1), assignment(2)], now: 5)
        let outcome = WorkOutcome(.completed, measures: team.measures)
        let finished = handler.takeFinished(now: 5)
        #expect(finished.map(\.ending) == [.outcome(outcome), .outcome(outcome)])
    }

    @Test("in a category whose form requires more the team says more, in others it does not")
    func measuresByCategory() {
        let team = SimulatedTeam(
            measures: [WorkMeasure("disposal", "done")],
            measuresByCategory: ["dispute": [WorkMeasure("resolved", "yes")]])
        let handler = SimulateHandler(durationMilliseconds: 0, team: team)
        var dispute = assignmentMessage(2)
        dispute.category = "dispute"
        handler.start([assignment(1), AssignItem(dispute), assignment(3)], now: 5)
        let finished = handler.takeFinished(now: 5)
        let plain = WorkOutcome(.completed, measures: team.measures)
        let more = WorkOutcome(
            .completed, measures: team.measures + [WorkMeasure("resolved", "yes")])
        let outcomes = Dictionary(
            uniqueKeysWithValues: finished.map { ($0.claim.assignment.serial, $0.ending) })
        #expect(outcomes == [1: .outcome(plain), 2: .outcome(more), 3: .outcome(plain)])
    }

    @Test("stopped work is reported as stopped, once, and at once")
    func stops() {
        let handler = SimulateHandler(durationMilliseconds: 100)
        handler.start([assignment(1), assignment(2)], now: 0)
        handler.stop([claim(1)])
        #expect(handler.takeFinished(now: 0) == [stopped(1)])
        #expect(handler.takeFinished(now: 1_000) == [completed(2)])
        #expect(handler.nextDue == nil)
    }
}

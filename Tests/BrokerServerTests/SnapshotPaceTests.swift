import Testing

@testable import BrokerServer

/// When a snapshot is made.
@Suite("SnapshotPace")
struct SnapshotPaceTests {
    /// Hands over so many facts and asks at that time, one after the other, up to the first
    /// snapshot; returns when that is due. The last one was made at 0, and 10,000 facts ask for
    /// another.
    private func firstDue(_ steps: [(facts: Int, at: Int64)]) -> Int64? {
        var pace = SnapshotPace(facts: 10_000, milliseconds: 60_000, now: 60_000, factsSince: 0)
        pace.began(now: 0)
        for step in steps {
            pace.note(facts: step.facts)
            if pace.isDue(now: step.at) { return step.at }
        }
        return nil
    }

    @Test(
        "While it is busy: at so many facts, after so long a time, or at four times as many",
        arguments: [
            (facts: 9_999, at: 99_000, isDue: false), (facts: 10_000, at: 59_999, isDue: false),
            (facts: 10_000, at: 60_000, isDue: true), (facts: 39_999, at: 59_999, isDue: false),
            (facts: 40_000, at: 1, isDue: true),
        ] as [(facts: Int, at: Int64, isDue: Bool)])
    func busy(facts: Int, at: Int64, isDue: Bool) {
        #expect((firstDue([(facts, at)]) == at) == isDue)
    }

    @Test("After a rush, at the end of the first second with less than a thousandth as many")
    func quiet() {
        #expect(
            firstDue([(20_000, 1_000), (10, 2_000), (9, 2_999), (0, 3_000), (0, 4_000)]) == 3_000)
    }

    @Test("Not when many come in the second after a quiet one, nor before the old ids are level")
    func notYet() {
        #expect(firstDue([(9_995, 1_000), (0, 2_000), (5_000, 2_500), (0, 2_600)]) == nil)
        var pace = SnapshotPace(facts: 10_000, milliseconds: 60_000, now: 0, factsSince: 0)
        pace.began(now: 0)
        pace.note(facts: 20_000)
        let isDue = [(1_000, true), (2_000, false), (2_500, false), (2_501, true)].map {
            pace.isDue(now: $0.0, isArchived: $0.1)
        }
        #expect(isDue == [false, false, false, true])
    }

    @Test("A quiet broker makes none for a few facts")
    func few() {
        #expect(firstDue((1...50).map { (9, $0 * 1_000) }) == nil)
    }

    @Test("When one has begun the facts are counted anew, and so is the second")
    func again() {
        var pace = SnapshotPace(facts: 10_000, milliseconds: 60_000, now: 0, factsSince: 0)
        pace.note(facts: 20_000)
        pace.began(now: 900)
        pace.note(facts: 10_000)
        let isDue = [1_000, 1_899, 1_900, 2_900].map { pace.isDue(now: $0) }
        #expect(isDue == [false, false, false, true])
    }

    @Test("What a start had to apply counts, and the first one waits for nothing")
    func start() {
        let isDue = [9_999, 10_000].map { facts in
            var pace = SnapshotPace(
                facts: 10_000, milliseconds: 60_000, now: 5_000, factsSince: facts)
            return pace.isDue(now: 5_000)
        }
        #expect(isDue == [false, true])
    }
}

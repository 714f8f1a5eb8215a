import Testing

@testable import BrokerServer

/// Which batches the loop writes itself.
@Suite("LoneCommits")
struct LoneCommitsTests {
    private static let long = LoneCommits.longNanoseconds
    private static let pause = LoneCommits.pauseNanoseconds

    @Test("A small batch is the loop's own, a large one the thread's")
    func size() {
        let commits = LoneCommits()
        #expect(commits.allow(facts: 1, now: 0))
        #expect(commits.allow(facts: LoneCommits.mostFacts, now: 0))
        #expect(!commits.allow(facts: LoneCommits.mostFacts + 1, now: 0))
    }

    @Test("After a long write the thread writes for a while, after a short one the loop goes on")
    func slowDisk() {
        var commits = LoneCommits()
        commits.wrote(from: 1_000, to: 1_000 + Self.long)
        #expect(commits.allow(facts: 1, now: 1_000 + Self.long))
        let end = 3_000 + Self.long
        commits.wrote(from: 2_999, to: end)
        #expect(!commits.allow(facts: 1, now: end))
        #expect(!commits.allow(facts: 1, now: end + Self.pause - 1))
        #expect(commits.allow(facts: 1, now: end + Self.pause))
    }

    @Test("A disk that stays slow has the loop ever more seldom, a quick one at once again")
    func slowerAndSlower() {
        var commits = LoneCommits()
        var now: UInt64 = 0
        for pause in [1, 2, 4, 8, 16, 32, 64, 64].map({ $0 * Self.pause }) {
            commits.wrote(from: now, to: now + Self.long + 1)
            now += Self.long + 1
            #expect(!commits.allow(facts: 1, now: now + pause - 1))
            now += pause
            #expect(commits.allow(facts: 1, now: now))
        }
        commits.wrote(from: now, to: now + Self.long)
        commits.wrote(from: now, to: now + Self.long + 1)
        #expect(commits.allow(facts: 1, now: now + Self.long + 1 + Self.pause))
    }
}

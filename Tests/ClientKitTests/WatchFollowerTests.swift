import ClientKit
import Foundation
import GridCodec
import GridModel
import GridSession
import Testing

/// A follower with a journal behind it, on a clock that moves only here.
private struct Watch {
    var follower: WatchFollower
    var now: Int64 = 0
    var seen: [UInt64] = []
    var questions = 0

    init(_ start: WatchFollower.Start) {
        follower = WatchFollower(interval: 500, start: start)
    }

    /// Asks until nothing is to be asked for a while; `change` may spoil an answer.
    mutating func run(
        _ journal: WatchedJournal, change: (inout WireQueryReplyItem) -> Void = { _ in }
    ) {
        now += 500
        while let question = follower.takeQuestion(now: now) {
            questions += 1
            var answer = journal.answer(question)
            change(&answer)
            follower.apply(.queryReplies([answer]), now: now)
            seen += follower.takeLines().map(\.seq)
        }
    }

    mutating func lose() {
        follower.apply(.disconnected(.connectionLost, retryInMilliseconds: 100), now: now)
    }

    mutating func find() { follower.apply(.connected(WireWelcome()), now: now) }
}

@Suite struct WatchFollowerTests {
    @Test("only what comes after the beginning is told, each batch once and in order")
    func follows() {
        var watch = Watch(.now)
        watch.run(WatchedJournal(count: 5))
        #expect(watch.seen.isEmpty)
        watch.run(WatchedJournal(count: 5))
        watch.run(WatchedJournal(count: 9))
        watch.run(WatchedJournal(count: 9))
        watch.run(WatchedJournal(count: 10))
        #expect(watch.seen == [6, 7, 8, 9, 10] && watch.follower.failure == nil)
    }

    @Test("an empty journal is followed from its first batch")
    func empty() {
        var watch = Watch(.now)
        watch.run(WatchedJournal(count: 0))
        watch.lose()
        watch.find()
        watch.run(WatchedJournal(count: 2))
        #expect(watch.seen == [1, 2] && watch.follower.failure == nil)
    }

    @Test("where nothing happens a look is one question")
    func idle() {
        var watch = Watch(.now)
        watch.run(WatchedJournal(count: 5))
        let before = watch.questions
        watch.run(WatchedJournal(count: 5))
        #expect(watch.questions == before + 1)
        let early = watch.follower.takeQuestion(now: watch.now + 499)
        #expect(early == nil)
    }

    @Test("a watch begins at a batch", arguments: [1, 4, 6] as [UInt64])
    func batch(first: UInt64) {
        var watch = Watch(.batch(first))
        watch.run(WatchedJournal(count: 5))
        #expect(watch.seen == Array(first..<6) && watch.follower.failure == nil)
    }

    @Test("a batch that is beyond the end is refused")
    func beyond() {
        var watch = Watch(.batch(7))
        watch.run(WatchedJournal(count: 5))
        #expect(watch.follower.failure?.exitStatus == .usage)
    }

    @Test(
        "a watch begins at the first batch that is not older",
        arguments: [(0, 1), (1_000, 1), (1_001, 2), (4_000, 4), (8_000, 8), (8_001, 9)]
            as [(Int64, UInt64)])
    func time(since: Int64, first: UInt64) {
        var watch = Watch(.time(Timestamp(milliseconds: since)))
        watch.run(WatchedJournal(count: 8))
        #expect(watch.seen == Array(first..<9) && watch.follower.failure == nil)
    }

    @Test("a connection that is lost is told once, and nothing is lost or comes twice")
    func reconnect() {
        var watch = Watch(.now)
        watch.run(WatchedJournal(count: 5))
        watch.run(WatchedJournal(count: 7))
        // Lost amid a question, whose answer comes after all.
        watch.now += 500
        let question = watch.follower.takeQuestion(now: watch.now)
        watch.lose()
        watch.lose()
        watch.find()
        let news = watch.follower.takeNews()
        #expect(news == [.lost, .back])
        if let question {
            watch.follower.apply(.queryReplies([WatchedJournal(count: 9).answer(question)]), now: 0)
        }
        watch.run(WatchedJournal(count: 9))
        #expect(watch.seen == [6, 7, 8, 9] && watch.follower.failure == nil)
    }

    @Test(
        "another journal behind the same address ends the watch",
        arguments: [3, 7, 9] as [UInt64])
    func otherJournal(count: UInt64) {
        var watch = Watch(.now)
        watch.run(WatchedJournal(count: 5))
        watch.run(WatchedJournal(count: 7))
        watch.lose()
        watch.find()
        watch.run(WatchedJournal(count: count, salt: 8))
        #expect(watch.seen == [6, 7] && watch.follower.failure?.exitStatus == .badData)
    }

    @Test(
        "an answer that repeats batches, or leaves some out, does neither to the watch",
        arguments: [3, 8] as [UInt64])
    func wrongPieces(first: UInt64) {
        var watch = Watch(.now)
        let journal = WatchedJournal(count: 9, limit: 10_000)
        watch.run(WatchedJournal(count: 5))
        var isSpoiled = false
        watch.run(journal) { answer in
            let text = String(decoding: answer.export.piece, as: UTF8.self)
            guard !isSpoiled, text.hasPrefix("{\"seq\":6,") else { return }
            isSpoiled = true
            answer.export.piece = (first...9).reduce(into: Data()) {
                $0.append(journal.line($1, end: 9))
            }
        }
        #expect(isSpoiled && watch.seen == [6, 7, 8, 9] && watch.follower.failure == nil)
    }

    @Test("answers that are never right end the watch")
    func nonsense() {
        var watch = Watch(.now)
        watch.run(WatchedJournal(count: 5)) { $0.export.piece = Data("{}\n".utf8) }
        #expect(watch.follower.failure == .unexpectedAnswer && watch.seen.isEmpty)
    }

    @Test("what is refused for now is asked again later, what is refused for good ends the watch")
    func refusals() {
        var watch = Watch(.now)
        watch.run(WatchedJournal(count: 5)) {
            $0.refused = WireRefusal(Refusal(.windowExceeded, reason: "later"))
        }
        #expect(watch.follower.failure == nil)
        let early = watch.follower.takeQuestion(now: watch.now + 999)
        #expect(early == nil)
        watch.now += 500
        watch.run(WatchedJournal(count: 5)) {
            $0.refused = WireRefusal(Refusal(.forbidden, reason: "no"))
        }
        #expect(watch.follower.failure?.exitStatus == .refused)
    }

    @Test("a question that is never answered is asked again")
    func unanswered() {
        var watch = Watch(.now)
        let first = watch.follower.takeQuestion(now: 0)
        let early = watch.follower.takeQuestion(now: 59_999)
        let second = watch.follower.takeQuestion(now: 60_000)
        #expect(first?.query != nil && early == nil && second?.query == first?.query)
        #expect(first?.correlation != second?.correlation)
    }
}

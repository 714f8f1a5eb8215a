import ConsoleKit
import Foundation
import GridCodec
import Testing

/// What a broker answered a moment ago.
@Suite struct RecentAnswersTests {
    private func reply(_ total: UInt64) -> WireQueryReplyItem.OneOf_Reply {
        var reply = WireListReply()
        reply.total = total
        return .list(reply)
    }

    private func key(_ number: Int) -> Data { Data([UInt8(number)]) }

    @Test("an answer is good for a second from its question on")
    func time() {
        var recent = RecentAnswers()
        recent.keep(reply(1), key(1), askedAt: 1_000, now: 1_400)
        #expect(recent.answer(key(1), now: 1_999) == reply(1))
        #expect(recent.answer(key(1), now: 2_000) == nil)
        recent.forget(now: 2_000)
        #expect(recent.count == 0)
    }

    @Test("a question in another state of the street has another answer")
    func keys() {
        var recent = RecentAnswers()
        recent.keep(reply(1), key(1), askedAt: 0, now: 0)
        #expect(recent.answer(key(2), now: 0) == nil)
        recent.keep(reply(2), key(2), askedAt: 0, now: 0)
        #expect(recent.answer(key(1), now: 0) == reply(1))
        #expect(recent.answer(key(2), now: 0) == reply(2))
    }

    @Test("what came late is not kept, nor more than fits")
    func bounds() {
        var recent = RecentAnswers()
        recent.keep(reply(1), key(1), askedAt: 0, now: RecentAnswers.goodFor)
        #expect(recent.count == 0)
        for number in 0..<100 { recent.keep(reply(1), key(number), askedAt: 0, now: 0) }
        #expect(recent.count == RecentAnswers.maximum)
        // The old ones make room.
        recent.keep(reply(2), key(200), askedAt: 1_500, now: 1_500)
        #expect(recent.answer(key(200), now: 1_500) == reply(2))
        #expect(recent.count == 1)
    }
}

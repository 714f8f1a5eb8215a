package import Foundation
package import GridCodec

/// What a broker answered a moment ago, for all pages that ask the same.
///
/// A street under load changes all the time, and every page that shows a list then asks for it
/// anew. The key of a question holds the state of the street in which it was asked, so an answer
/// never hides a change that the console knows of.
package struct RecentAnswers: Sendable {
    private struct Known {
        let reply: WireQueryReplyItem.OneOf_Reply
        let until: Int64
    }

    /// Milliseconds for which an answer is good: clocks run out though nothing changes.
    package static let goodFor: Int64 = 1_000
    /// Answers that are kept at most.
    package static let maximum = 32

    private var known: [Data: Known] = [:]

    /// Nothing was answered yet.
    package init() {}

    /// How many answers are kept.
    package var count: Int { known.count }

    /// The answer to a question, if there is one that is still good.
    package func answer(_ key: Data, now: Int64) -> WireQueryReplyItem.OneOf_Reply? {
        guard let known = known[key], now < known.until else { return nil }
        return known.reply
    }

    /// Keeps the answer to a question that was asked at `askedAt`, unless there are too many.
    package mutating func keep(
        _ reply: WireQueryReplyItem.OneOf_Reply, _ key: Data, askedAt: Int64, now: Int64
    ) {
        forget(now: now)
        guard known.count < Self.maximum, now < askedAt + Self.goodFor else { return }
        known[key] = Known(reply: reply, until: askedAt + Self.goodFor)
    }

    /// Drops what is not good any more.
    package mutating func forget(now: Int64) {
        guard !known.isEmpty else { return }
        known = known.filter { now < $0.value.until }
    }
}

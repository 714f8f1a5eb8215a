import Foundation
package import GridCodec
package import GridModel
package import GridSession

/// Follows a broker's journal: what happened goes in, questions and whole batches come out, each
/// batch once and in its order.
///
/// The protocol pushes nothing, so the follower asks. A look is a question for the statistics,
/// whose answer tells how far the journal is; only if it went on the end is asked for anew, and
/// what lies behind the last batch. Reads no clock: `now` is milliseconds of one that never goes
/// back.
package struct WatchFollower {
    /// What is worth telling about the connection.
    package enum News: Hashable, Sendable {
        case lost
        case back
    }

    /// Where to begin.
    package enum Start: Hashable, Sendable {
        /// With what happens from now on.
        case now
        /// With this batch, from 1.
        case batch(UInt64)
        /// With the first batch that is not older.
        case time(Timestamp)
    }

    /// What is asked for next.
    enum Phase: Hashable {
        case end
        case look
        /// The first batch that is not older than `start` is one of `low` to `high`.
        case search(low: UInt64, high: UInt64)
        case pieces
    }

    /// A question that got no answer for so long is asked again, in milliseconds.
    static let patience: Int64 = 60_000
    /// What is refused for now is asked again after so long.
    static let respite: Int64 = 1_000
    /// Correlations of other questions of the same session are smaller.
    private static let firstCorrelation: UInt64 = 1 << 32
    /// So often in a row an answer may be one that was not asked for.
    static let faults = 3

    let interval: Int64
    let start: Start
    var phase = Phase.end
    var end: WatchEnd?
    /// The last batch that came out, and its link if it is known.
    var last: UInt64?
    var lastChain: String?
    /// Whether the last batch is asked for again, to see that the journal is still the same.
    var mustCompare = false
    /// The part of a line that came so far, and where its rest is.
    var rest = Data()
    var next = Data()
    var faultCount = 0
    var lines: [WatchBatch] = []
    private var news: [News] = []
    private var isConnected = true
    private var correlation = WatchFollower.firstCorrelation
    private var askedAt: Int64?
    private var nextQuestionAt: Int64 = 0
    /// Why nothing can be followed any more.
    package internal(set) var failure: ClientFailure?

    /// A follower that looks every `interval` milliseconds, over a connection that stands.
    package init(interval: Int64, start: Start) {
        self.interval = interval
        self.start = start
    }

    /// The question to be sent now; `nil` if there is none.
    package mutating func takeQuestion(now: Int64) -> WireQueryItem? {
        if let askedAt {
            guard isConnected, now - askedAt >= Self.patience else { return nil }
        } else if now < nextQuestionAt {
            return nil
        }
        guard failure == nil, let query else { return nil }
        askedAt = now
        correlation += 1
        var item = WireQueryItem()
        item.correlation = correlation
        item.query = query
        return item
    }

    /// Milliseconds until something is to be done if nothing happens, at least 1.
    package func pause(now: Int64) -> Int64 {
        let longest: Int64 = 100
        return askedAt == nil ? max(1, min(longest, nextQuestionAt - now)) : longest
    }

    /// Takes note of what the session tells.
    package mutating func apply(_ event: SessionEvent, now: Int64) {
        switch event {
        case .connected: connected(now: now)
        case .disconnected:
            if isConnected { news.append(.lost) }
            isConnected = false
        case .brokerError(let error): failure = failure ?? ClientFailure(ending: error)
        case .queryReplies(let items):
            for item in items where askedAt != nil && item.correlation == correlation {
                take(item, now: now)
            }
        default: break
        }
    }

    /// The batches that came since the last call.
    package mutating func takeLines() -> [WatchBatch] {
        defer { lines = [] }
        return lines
    }

    /// What there is to tell since the last call.
    package mutating func takeNews() -> [News] {
        defer { news = [] }
        return news
    }

    /// A broker that is there again may be another: the question is asked anew, from the last
    /// batch on, and the last batch must still be the same.
    private mutating func connected(now: Int64) {
        guard !isConnected else { return }
        isConnected = true
        news.append(.back)
        askedAt = nil
        nextQuestionAt = now
        mustCompare = lastChain != nil && last ?? 0 > 0
        restart()
    }

    private mutating func take(_ item: WireQueryReplyItem, now: Int64) {
        askedAt = nil
        nextQuestionAt = now
        switch item.reply {
        case .refused(let refusal):
            let refused = ClientFailure(refusal)
            guard refused.exitStatus == .tryAgain else { return failure = refused }
            nextQuestionAt = now + Self.respite
        case .stats where phase == .look:
            if item.asOf > last ?? 0 {
                phase = .end
            } else {
                nextQuestionAt = now + interval
            }
        case .export(let reply) where phase != .look:
            take(reply)
            if phase == .look { nextQuestionAt = now + interval }
        default: failure = .unexpectedAnswer
        }
    }
}

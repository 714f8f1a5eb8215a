package import ClientKit
import Foundation
package import GridCodec
import GridModel
package import GridSession
import Logging
import SwiftProtobuf
import Synchronization

/// One broker under watch: a session on a thread of its own, asked by one poller for all pages, and
/// for lists when somebody wants one.
///
/// May be used from any thread. Lists wait in a queue of bounded length; the same list asked for by
/// many pages, at once or within a second while nothing changed, is asked once.
package final class BrokerWatch: Sendable {
    /// Why there is no answer to a question on demand.
    package enum Failure: Error, Hashable, Sendable {
        /// The broker cannot be reached.
        case unreachable
        /// Too many ask at once.
        case busy
        /// The broker did not answer in time.
        case late
        /// The broker refused it.
        case refused(code: UInt32, field: String, reason: String)
        /// The answer is of another kind.
        case unexpected
    }

    private typealias Answer = Result<WireQueryReplyItem.OneOf_Reply, Failure>
    /// What an answer goes to.
    private typealias Waiter = CheckedContinuation<Answer, Never>

    /// Who waits for a question, and how it goes.
    private struct Question {
        var query: WireQueryItem.OneOf_Query
        var key: Data
        var waiters: [Waiter]
        var deadline: Int64
        var askedAt: Int64
        var isKept: Bool
    }

    private struct Inside {
        var state: BrokerState
        var lastCorrelation: UInt64 = 0
        var polls: [UInt64: (poll: BrokerState.Poll, askedAt: Int64)] = [:]
        /// On their way to the broker.
        var asked: [UInt64: Question] = [:]
        /// Until there is room.
        var queued: [Question] = []
        var recent = RecentAnswers()
        var counts = Counts()
    }

    /// What the questions on demand came to, ever.
    package struct Counts: Hashable, Sendable {
        package var asked: UInt64 = 0
        package var shared: UInt64 = 0
        package var failed: UInt64 = 0

        /// Nothing asked yet.
        package init() {}
    }

    /// Questions on demand on their way at once.
    static let maximumAsked = 8
    /// Questions that wait behind them.
    static let maximumQueued = 64
    /// Milliseconds until somebody is told that there is no answer.
    static let patience: Int64 = 5_000
    /// Milliseconds after which a poll without an answer is asked anew.
    private static let lostPoll: Int64 = 60_000

    /// The broker's place among those watched, from 0.
    package let index: Int
    private let inside: Mutex<Inside>
    private let loop: Mutex<SessionLoop?>
    private let clock: @Sendable () -> Int64
    private let onEvent: @Sendable () -> Void

    /// Watches the broker at `endpoint`; `onChange` is called on the session's thread when there is
    /// something new to be shown, and must be quick. Errors: the endpoint is malformed.
    package init(
        index: Int, endpoint: String, configuration: SessionConfiguration,
        clock: @escaping @Sendable () -> Int64, onChange: @escaping @Sendable () -> Void
    ) throws(ClientFailure) {
        self.index = index
        self.clock = clock
        onEvent = onChange
        inside = Mutex(Inside(state: BrokerState(endpoint: endpoint, now: clock())))
        loop = Mutex(nil)
        do {
            let logger = Logger(label: "gridcall-console") { _ in SwiftLogNoOpLogHandler() }
            let session = try SessionLoop(
                endpoint: endpoint, configuration, logger: logger
            ) { [weak self] event in self?.take(event) }
            loop.withLock { $0 = session }
        } catch {
            throw .badInput(
                reason: Phrase(
                    chinese: "无法连接 \(endpoint)：\(error)",
                    english: "cannot connect to \(endpoint): \(error)"))
        }
    }

    /// What is known of the broker.
    package var state: BrokerState { inside.withLock { $0.state } }

    /// What came of the questions on demand.
    package var counts: Counts { inside.withLock { $0.counts } }

    /// Asks what is due and gives up what took too long; called a few times a second.
    package func turn() {
        let now = clock()
        let (items, late) = inside.withLock { inside in
            Self.forgetLostPolls(&inside, now: now)
            inside.recent.forget(now: now)
            let polls = inside.state.takeQuestions(now: now)
            var items = polls.map { poll in
                inside.lastCorrelation += 1
                inside.polls[inside.lastCorrelation] = (poll, now)
                return Self.item(inside.lastCorrelation, inside.state.query(of: poll))
            }
            let late = Self.takeLate(&inside, now: now)
            while let next = Self.takeNext(&inside) { items.append(next) }
            return (items, late)
        }
        send(items)
        for waiter in late { waiter.resume(returning: .failure(.late)) }
    }

    /// Asks the broker; `isKept` unless nobody will ask the same again. Throws `Failure`.
    package func ask(
        _ query: WireQueryItem.OneOf_Query, isKept: Bool = true
    ) async throws(Failure) -> WireQueryReplyItem.OneOf_Reply {
        let result: Answer =
            await withCheckedContinuation { waiter in enqueue(query, isKept, waiter) }
        return try result.get()
    }

    /// Ends the session with a goodbye.
    package func stop() {
        loop.withLock { $0 }?.stop(goodbye: "done")
        let waiters = inside.withLock { inside in
            let waiters = (Array(inside.asked.values) + inside.queued).flatMap(\.waiters)
            inside.asked = [:]
            inside.queued = []
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: .failure(.unreachable)) }
    }

    private func enqueue(_ query: WireQueryItem.OneOf_Query, _ isKept: Bool, _ waiter: Waiter) {
        let now = clock()
        let (item, result): (WireQueryItem?, Answer?) = inside.withLock { inside in
            guard inside.state.connection.isUp else {
                inside.counts.failed += 1
                return (nil, .failure(.unreachable))
            }
            let key = Self.key(query, inside.state.generation)
            if let reply = inside.recent.answer(key, now: now) {
                inside.counts.shared += 1
                return (nil, .success(reply))
            }
            if Self.join(&inside, key, waiter) { return (nil, nil) }
            guard inside.queued.count < Self.maximumQueued else {
                inside.counts.failed += 1
                return (nil, .failure(.busy))
            }
            inside.counts.asked += 1
            inside.queued.append(
                Question(
                    query: query, key: key, waiters: [waiter], deadline: now + Self.patience,
                    askedAt: now, isKept: isKept))
            return (Self.takeNext(&inside), nil)
        }
        if let result { waiter.resume(returning: result) }
        if let item { send([item]) }
    }

    /// The same question, about the street as it was last seen, is asked once.
    private static func join(_ inside: inout Inside, _ key: Data, _ waiter: Waiter) -> Bool {
        if let correlation = inside.asked.first(where: { $0.value.key == key })?.key {
            inside.asked[correlation]?.waiters.append(waiter)
        } else if let place = inside.queued.firstIndex(where: { $0.key == key }) {
            inside.queued[place].waiters.append(waiter)
        } else {
            return false
        }
        inside.counts.shared += 1
        return true
    }

    private static func takeNext(_ inside: inout Inside) -> WireQueryItem? {
        guard inside.asked.count < maximumAsked, !inside.queued.isEmpty else { return nil }
        let question = inside.queued.removeFirst()
        inside.lastCorrelation += 1
        inside.asked[inside.lastCorrelation] = question
        return item(inside.lastCorrelation, question.query)
    }

    /// The session sends a question until it is answered, unless the broker found its frame wrong:
    /// then nobody answers, and it is asked anew.
    private static func forgetLostPolls(_ inside: inout Inside, now: Int64) {
        guard inside.state.connection.isUp else { return }
        for (correlation, poll) in inside.polls where now - poll.askedAt > lostPoll {
            inside.polls[correlation] = nil
            inside.state.lost(poll.poll, now: now)
        }
    }

    private static func takeLate(_ inside: inout Inside, now: Int64) -> [Waiter] {
        let late = inside.asked.filter { $0.value.deadline <= now }
        for correlation in late.keys { inside.asked[correlation] = nil }
        let queued = inside.queued.filter { $0.deadline <= now }
        inside.queued.removeAll { $0.deadline <= now }
        let waiters = late.values.flatMap(\.waiters) + queued.flatMap(\.waiters)
        inside.counts.failed += UInt64(waiters.count)
        return waiters
    }

    /// On the session's thread.
    private func take(_ event: SessionEvent) {
        let now = clock()
        guard case .queryReplies(let replies) = event else {
            inside.withLock { $0.state.apply(event, now: now) }
            onEvent()
            return
        }
        for reply in replies { take(reply, now: now) }
        onEvent()
    }

    private func take(_ item: WireQueryReplyItem, now: Int64) {
        let (question, next): (Question?, WireQueryItem?) = inside.withLock { inside in
            if let (poll, askedAt) = inside.polls.removeValue(forKey: item.correlation) {
                inside.state.answered(poll, item.reply, askedAt: askedAt, now: now)
                return (nil, nil)
            }
            let question = inside.asked.removeValue(forKey: item.correlation)
            if let question, question.isKept, case .success(let reply) = Self.result(item) {
                inside.recent.keep(
                    reply, question.key, askedAt: question.askedAt, now: now)
            }
            return (question, Self.takeNext(&inside))
        }
        if let next { send([next]) }
        let result = Self.result(item)
        for waiter in question?.waiters ?? [] { waiter.resume(returning: result) }
    }

    private static func result(_ item: WireQueryReplyItem) -> Answer {
        switch item.reply {
        case .refused(let refusal):
            .failure(
                .refused(code: refusal.code, field: refusal.field, reason: refusal.reason))
        case .some(let reply): .success(reply)
        case nil: .failure(.unexpected)
        }
    }

    private func send(_ items: [WireQueryItem]) {
        guard !items.isEmpty else { return }
        loop.withLock { $0 }?.query(items)
    }

    private static func item(
        _ correlation: UInt64, _ query: WireQueryItem.OneOf_Query
    ) -> WireQueryItem {
        var item = WireQueryItem()
        item.correlation = correlation
        item.query = query
        return item
    }

    private static func key(_ query: WireQueryItem.OneOf_Query, _ generation: UInt64) -> Data {
        let bytes: Data = (try? item(generation, query).serializedBytes()) ?? Data()
        return bytes
    }
}

import Synchronization

/// Hands the pieces of each topic to every page that shows it.
///
/// Rendered once for a topic, however many pages there are, and not at all where there are none. A
/// page costs a number and a signal; what it has not read yet is not kept for it. May be used from
/// any thread.
package final class LiveHub: Sendable {
    /// A page that listens.
    package struct Subscription: Sendable {
        /// Comes when there is something to be taken; one signal stands for many.
        package let signals: AsyncStream<Void>
        fileprivate let number: UInt64
        fileprivate let topic: LiveTopic
    }

    private struct Listener {
        let signal: AsyncStream<Void>.Continuation
        let client: String
        var seen: UInt64 = 0
    }

    private struct Inside {
        var lastNumber: UInt64 = 0
        var boards: [LiveTopic: FragmentBoard] = [:]
        var listeners: [LiveTopic: [UInt64: Listener]] = [:]
        /// What was encoded last: nearly all pages of a topic have seen the same.
        var encoded: [LiveTopic: (seen: UInt64, revision: UInt64, bytes: [UInt8])] = [:]
        var isStopped = false
    }

    /// Pages that may listen at once, and of one client.
    package static let maximum = 2_000
    /// Pages of one client that may listen at once: many people may share an address.
    package static let maximumOfClient = 600

    private let inside = Mutex(Inside())

    /// A hub that nobody listens to.
    package init() {}

    /// How many pages listen.
    package var listenerCount: Int {
        inside.withLock { $0.listeners.values.reduce(0) { $0 + $1.count } }
    }

    /// How many pages of a kind listen.
    package func listenerCount(of kind: LiveTopic.Kind) -> Int {
        inside.withLock { inside in
            inside.listeners.reduce(0) { $0 + ($1.key.kind == kind ? $1.value.count : 0) }
        }
    }

    /// The topics that somebody listens to.
    package var topics: [LiveTopic] { inside.withLock { Array($0.listeners.keys) } }

    /// Lets a page of `client` listen to `topic`; `nil` if too many do, or at the end.
    package func subscribe(_ topic: LiveTopic, client: String) -> Subscription? {
        let (signals, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        return inside.withLock { inside in
            let all = inside.listeners.values.flatMap(\.values)
            guard !inside.isStopped, all.count < Self.maximum,
                all.count(where: { $0.client == client }) < Self.maximumOfClient
            else { return nil }
            inside.lastNumber += 1
            inside.listeners[topic, default: [:]][inside.lastNumber] = Listener(
                signal: signal, client: client)
            signal.yield()
            return Subscription(signals: signals, number: inside.lastNumber, topic: topic)
        }
    }

    /// The page is gone. A topic without pages is forgotten.
    package func end(_ subscription: Subscription) {
        inside.withLock { inside in
            let listener = inside.listeners[subscription.topic]?
                .removeValue(forKey: subscription.number)
            listener?.signal.finish()
            guard inside.listeners[subscription.topic]?.isEmpty ?? false else { return }
            inside.listeners[subscription.topic] = nil
            inside.boards[subscription.topic] = nil
            inside.encoded[subscription.topic] = nil
        }
    }

    /// What the page has not seen yet as bytes to send; a pulse if there is nothing.
    package func take(_ subscription: Subscription) -> [UInt8] {
        inside.withLock { inside in
            let topic = subscription.topic
            guard let board = inside.boards[topic],
                let seen = inside.listeners[topic]?[subscription.number]?.seen,
                seen < board.revision
            else { return EventText.pulse }
            inside.listeners[topic]?[subscription.number]?.seen = board.revision
            if let known = inside.encoded[topic], known.seen == seen,
                known.revision == board.revision
            {
                return known.bytes
            }
            let bytes = EventText.fragments(board.changes(since: seen))
            inside.encoded[topic] = (seen, board.revision, bytes)
            return bytes
        }
    }

    /// Puts up the pieces of a topic and tells its pages if anything changed.
    package func publish(_ fragments: [Fragment], to topic: LiveTopic) {
        let signals: [AsyncStream<Void>.Continuation] = inside.withLock { inside in
            guard let listeners = inside.listeners[topic] else { return [] }
            let hasChanged = inside.boards[topic, default: FragmentBoard()].publish(fragments)
            return hasChanged ? listeners.values.map(\.signal) : []
        }
        for signal in signals { signal.yield() }
    }

    /// Has every page shown that the console lives.
    package func pulse() {
        let signals = inside.withLock { $0.listeners.values.flatMap { $0.values.map(\.signal) } }
        for signal in signals { signal.yield() }
    }

    /// Ends every stream; nobody may listen any more.
    package func stop() {
        let signals = inside.withLock { inside in
            inside.isStopped = true
            return inside.listeners.values.flatMap { $0.values.map(\.signal) }
        }
        for signal in signals { signal.finish() }
    }
}

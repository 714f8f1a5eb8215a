/// Pages that were made a moment ago, for everybody who asks for the same: many people look at the
/// list of open calls, and all of them ask anew when a call changed.
///
/// Making a page takes milliseconds of a processor that the broker may need.
package actor RecentPages {
    /// All that a page depends on, but for the time.
    package struct Key: Hashable, Sendable {
        /// The path and the fields of its address.
        package let address: String
        package let preferences: Preferences
        package let canSignOut: Bool
        /// What is known of the streets: see `PageContext.generation`.
        package let generation: String
        /// How each broker can be reached.
        package let connections: [BrokerState.Connection]

        /// The key of a page.
        package init(_ context: PageContext) {
            address = context.path + context.fields.suffix
            preferences = context.preferences
            canSignOut = context.canSignOut
            generation = context.generation
            connections = context.snapshot.streets.map(\.broker.connection)
        }
    }

    /// A page, and whether it may be shown again.
    package typealias Made = (reply: ConsoleReply, isKept: Bool)

    private struct Known {
        let reply: ConsoleReply
        let until: Int64
    }

    /// Milliseconds for which a page is good: clocks run out though nothing changes.
    package static let goodFor: Int64 = 1_000
    /// Pages that are kept at most.
    package static let maximum = 32

    private var known: [Key: Known] = [:]
    private var underWay: [Key: Task<ConsoleReply, Never>] = [:]

    /// No page was made yet.
    package init() {}

    /// How many pages are kept.
    package var count: Int { known.count }

    /// The page of a key at `now`, in milliseconds: one that is known, or is being made, or is
    /// made now.
    package func page(
        _ key: Key, now: Int64, make: @escaping @Sendable () async -> Made
    ) async -> ConsoleReply {
        known = known.filter { now < $0.value.until }
        if let known = known[key] { return known.reply }
        if let task = underWay[key] { return await task.value }
        let task = Task {
            let made = await make()
            settle(key, made, until: now + Self.goodFor)
            return made.reply
        }
        underWay[key] = task
        return await task.value
    }

    private func settle(_ key: Key, _ made: Made, until: Int64) {
        underWay[key] = nil
        guard made.isKept, known.count < Self.maximum else { return }
        known[key] = Known(reply: made.reply, until: until)
    }
}

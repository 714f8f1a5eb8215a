/// A promise of the broker that was seen broken.
struct Violation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A run that failed: what one needs to see it again.
struct FailedRun: Error, CustomStringConvertible {
    let seed: UInt64
    let step: Int
    let reason: String
    let events: [String]

    var description: String {
        """
        seed \(seed), step \(step): \(reason)
        again: SEED=\(seed) swift test --filter Simulation
        the last \(events.count) events:
        \(events.joined(separator: "\n"))
        """
    }
}

/// The last events of a run, and a hash over all of them: two runs with one hash did the same.
struct EventLog {
    private static let capacity = 50
    private var events: [String] = []
    private var next = 0
    private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func note(_ event: String) {
        for byte in event.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        if events.count < Self.capacity {
            events.append(event)
        } else {
            events[next] = event
        }
        next = (next + 1) % Self.capacity
    }

    /// Oldest first.
    var last: [String] {
        events.count < Self.capacity ? events : Array(events[next...] + events[..<next])
    }
}

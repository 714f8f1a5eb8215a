/// A promise of the broker that was seen broken.
struct Violation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// A run that failed: what one needs to see it again.
package struct FailedRun: Error, CustomStringConvertible {
    /// What was run.
    package internal(set) var options: RunOptions
    /// The step at which it was seen.
    package let step: Int
    /// What was broken.
    package let reason: String
    /// What happened last, oldest first.
    package let events: [String]

    package var description: String {
        """
        seed \(options.seed), step \(step): \(reason)
        again: \(options.command)
        the last \(events.count) events:
        \(events.joined(separator: "\n"))
        """
    }
}

/// The last events of a run, and a hash over all of them: two runs with one hash did the same.
struct EventLog {
    private static let capacity = 150
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

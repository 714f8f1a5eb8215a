import ClientKit
import GridModel

/// What all watched brokers said last, taken at one moment.
package struct Snapshot: Sendable {
    /// A street and what is known of its broker.
    package struct Street: Sendable {
        /// Names the street in addresses: its id, or `broker-2` until that is known, or where two
        /// brokers give the same id.
        package let key: String
        package let broker: BrokerState
        /// The broker's place among those watched.
        package let index: Int
    }

    package let streets: [Street]
    /// Milliseconds of the clock that the brokers' times are by.
    package let now: Int64
    /// Milliseconds since 1970.
    package let wall: Int64

    /// The brokers as they are at `now`.
    package init(_ brokers: [BrokerState], now: Int64, wall: Int64) {
        var taken: Set<String> = []
        streets = brokers.enumerated().map { index, broker in
            let id = broker.street
            let isFree = !id.isEmpty && taken.insert(id).inserted
            return Street(key: isFree ? id : "broker-\(index + 1)", broker: broker, index: index)
        }
        self.now = now
        self.wall = wall
    }

    /// The street that an address names; `nil` if there is none.
    package subscript(key: String) -> Street? { streets.first { $0.key == key } }

    /// Whether some broker said something in the last `milliseconds`.
    package func isFresh(within milliseconds: Int64) -> Bool {
        streets.contains {
            $0.broker.connection.isUp && $0.broker.stats != nil
                && now - $0.broker.statsAt <= milliseconds
        }
    }
}

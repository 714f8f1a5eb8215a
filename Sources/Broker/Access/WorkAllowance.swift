/// How much work one key may still ask for: a bucket of units that fills by itself.
///
/// A frame is looked at while anything is left and pays afterwards what it turned out to cost, so
/// that the hot path has one comparison and one subtraction for a frame of thousands of items. A
/// frame may run into debt by what one frame can cost, which the next ones wait for.
package struct WorkAllowance: Sendable {
    /// Seconds of idleness that are not lost.
    package static let savedSeconds = 2
    /// The holder is told at most this often that it asks for too much.
    package static let tellingMilliseconds: Int64 = 1_000

    private let unitsPerSecond: Int
    /// In thousandths of a unit, so that a millisecond's share has no fraction.
    private var balance: Int
    private var filledAt: Int64
    private var toldAt: Int64?

    /// A full bucket; `now` in monotonic milliseconds, as everywhere here.
    package init(unitsPerSecond: Int, now: Int64) {
        self.unitsPerSecond = unitsPerSecond
        balance = unitsPerSecond * Self.savedSeconds * 1_000
        filledAt = now
    }

    /// Whether another frame is looked at.
    package mutating func isOpen(at now: Int64) -> Bool {
        // Longer than the bucket takes to fill from the deepest debt there can be; no overflow.
        let passed = Int(min(max(0, now - filledAt), 3_600_000))
        filledAt = max(filledAt, now)
        balance = min(
            balance + passed * unitsPerSecond, unitsPerSecond * Self.savedSeconds * 1_000)
        return balance > 0
    }

    /// Takes what a frame cost.
    package mutating func pay(_ units: Int) { balance -= units * 1_000 }

    /// Whether the holder is to be told now that a frame was dropped.
    package mutating func mayTell(at now: Int64) -> Bool {
        if let toldAt, now - toldAt < Self.tellingMilliseconds { return false }
        toldAt = now
        return true
    }
}

/// What work costs, in units of about half a microsecond of the broker's loop (docs/protocol.md).
///
/// What an honest peer does by the hundred thousand is cheaper than it is, since the window and
/// the disk bound it already; what only a flood does often is dearer. So an import at full speed
/// never waits, and a key that floods takes a few hundredths of the loop, whatever with.
package enum WorkPrice {
    /// Any frame.
    package static let frame = 10
    /// So many bytes of a frame cost one unit more.
    package static let frameBytesPerUnit = 128
    /// An item of a list, or a claim in a Heartbeat or Hello.
    package static let item = 1
    /// An item that was filed before, or an assignment that is sent again.
    package static let repeatedItem = 8
    /// An item that is refused.
    package static let refusedItem = 100
    /// A frame that is refused as a whole.
    package static let refusedFrame = 500
    /// A Heartbeat.
    package static let heartbeat = 100
    /// A Hello, which may open a session.
    package static let hello = 5_000
    /// A query that the views answer, on threads of their own.
    package static let viewQuery = 2_000
    /// A query that the loop answers itself: `stats`, `campaigns`, `catalogue`.
    package static let memoryQuery = 10_000
    /// So many bytes of the answer to a query, or of texts sent again, cost one unit more.
    package static let replyBytesPerUnit = 64
}

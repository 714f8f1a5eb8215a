import Synchronization

/// Counts the bytes of messages that libzmq has taken and not sent yet, for one connection or for
/// all of one peer.
///
/// A high-water mark counts messages: a thousand of a megabyte each are a gigabyte for a peer that
/// does not read. Any thread may ask; libzmq's own threads count down.
package final class UnsentBytes: Sendable {
    private let count = Atomic<Int>(0)
    private let limit: Int
    private let whole: UnsentBytes?

    /// Nothing unsent; at most `limit` bytes may be, and what is counted here is also counted in
    /// `whole`.
    package init(limit: Int, within whole: UnsentBytes? = nil) {
        self.limit = limit
        self.whole = whole
    }

    /// The bytes that wait to be sent, with an allowance for what a message costs besides.
    package var current: Int { count.load(ordering: .relaxed) }

    /// Whether a message of so many bytes may be added: if it keeps within the limits, or if
    /// nothing waits, since a message above a limit would never leave otherwise.
    package func hasRoom(for bytes: Int) -> Bool {
        let current = current
        guard current == 0 || current + Self.cost(of: bytes) <= limit else { return false }
        return whole?.hasRoom(for: bytes) ?? true
    }

    /// Whether so much waits that its reader cannot keep up: half of a limit.
    package var isCrowded: Bool { current > limit / 2 || whole?.isCrowded ?? false }

    /// Counts a message of so many bytes.
    package func add(_ bytes: Int) {
        count.add(Self.cost(of: bytes), ordering: .relaxed)
        whole?.add(bytes)
    }

    /// A message of so many bytes has been sent, or will never be.
    package func remove(_ bytes: Int) {
        count.subtract(Self.cost(of: bytes), ordering: .relaxed)
        whole?.remove(bytes)
    }

    /// Bytes that libzmq keeps for each message beside its content: 64 for `zmq_msg_t`, 40 for
    /// the content's head, and the heap's share.
    static let messageBytes = 128

    private static func cost(of bytes: Int) -> Int { bytes + messageBytes }
}

/// The limits a broker enforces and announces in its Welcome.
///
/// Each is a promise in both directions: a peer below it is served, one above gets the named
/// error, and the broker's memory stays bounded.
package struct ProtocolLimits: Hashable, Sendable {
    /// Bytes of one frame, header included; above it libzmq closes the connection.
    package var frameBytes = 1 << 20
    /// Items of one list.
    package var listItems = 4_096
    /// Items of one Query: each may ask for a reply of many kilobytes.
    package var queryItems = 64
    /// UTF-8 bytes of a call's description.
    package var descriptionBytes = 8 << 10
    /// UTF-8 bytes of any other text.
    package var textBytes = 512
    /// Unconfirmed items a session may have in flight.
    package var window = 4_096
    /// Assignments a worker may have in hand.
    package var credit = 4_096
    /// Calls that may be open at once.
    package var openCalls = 5_000_000
    /// Sessions that may be open at once.
    package var sessions = 16_384
    /// Sessions that may be open under one key at once.
    package var sessionsPerKey = 64
    /// Units of work that one key may ask for in a second, on average over two: `WorkPrice` says
    /// what costs how many.
    package var workPerSecond = 2_000_000
    /// Bytes that may wait to be sent over one connection: what would come on top is dropped.
    package var unsentBytes = 4 << 20
    /// Bytes that may wait to be sent over all connections of one key.
    package var unsentBytesPerKey = 64 << 20
    /// Queries of one key that may wait for the views.
    package var waitingQueries = 64
    /// Milliseconds a connection's handshake may take.
    package var handshakeMilliseconds = 5_000
    /// Bytes that stay free on the disk of the journal: below it no new call is filed.
    package var reservedDiskBytes: UInt64 = 256 << 20
    /// Bytes of a handler's standard output.
    package var handlerOutputBytes = 1 << 20

    /// The limits of design: change one with a reason.
    package init() {}
}

/// The times of a session; both sides use what Welcome announces.
package struct SessionTimes: Hashable, Sendable {
    /// A peer sends at least one heartbeat in this time.
    package var heartbeatMilliseconds: Int64 = 2_000
    /// A side that heard nothing for this long considers the other gone.
    package var deadMilliseconds: Int64 = 10_000
    /// An unconfirmed item is sent again after this long.
    package var resendMilliseconds: Int64 = 5_000
    /// The first wait before a reconnect; doubles up to `reconnectMaximumMilliseconds`.
    package var reconnectMilliseconds: Int64 = 100
    /// The longest wait before a reconnect.
    package var reconnectMaximumMilliseconds: Int64 = 5_000

    /// The times of design: change one with a reason.
    package init() {}
}

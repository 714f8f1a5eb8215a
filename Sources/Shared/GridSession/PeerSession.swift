package import GridCodec
package import GridModel
import SwiftProtobuf

package import struct Foundation.Data

/// A peer's side of the protocol, without I/O, clock or randomness of its own.
///
/// The owner passes in what happens (`enqueue`, `receive`, `connectionLost`), then calls `step`,
/// which acts on timers, gathers everything that may be sent into as few frames as possible, and
/// returns what to do. `step` is called after every input and when `nextDeadline` has come.
/// `now` is monotonic milliseconds and never goes back.
package struct PeerSession {
    /// What the owner has to do, in this order.
    package enum Action: Sendable {
        /// Open a fresh connection; what was queued on the old one is worthless.
        case connect
        /// Close the connection.
        case disconnect
        /// Send a frame on the connection.
        case send(Data)
        /// Tell whoever uses the session.
        case event(SessionEvent)
    }

    /// Where the session stands.
    enum Phase: Equatable {
        /// Not begun. Can become waiting.
        case idle
        /// No connection until the time has come. Can become greeting, ended.
        case waiting(until: Int64)
        /// Hello was sent first and last at these times. Can become ready, waiting, ended.
        case greeting(since: Int64, sentAt: Int64)
        /// Welcomed. Can become greeting, waiting, ended.
        case ready
        /// Final.
        case ended
    }

    let configuration: SessionConfiguration
    var phase = Phase.idle
    /// The broker's limits, as announced last.
    package internal(set) var limits: ProtocolLimits
    /// The session's times, as announced last.
    package internal(set) var times: SessionTimes
    /// The highest proof of the journal's progress seen so far.
    package internal(set) var highestSeen: WireTag?
    var queues = [ReliableQueue](
        repeating: ReliableQueue(), count: ParcelKey.Lane.allCases.count)
    var held: [AssignmentNumber: Claim] = [:]
    var credit: UInt32
    var backoff: Backoff
    /// Items of the message in work that the broker wants to see again later, and its reason.
    var postponed: (count: Int, code: UInt32) = (0, 0)
    var lastHeard: Int64 = 0
    /// What the broker's last Heartbeat said that an operator wants.
    var lastOrder = WireWorkerOrder.unspecified
    var heartbeatDue: Int64 = 0
    var actions: [Action] = []

    /// A session that has not begun.
    package init(_ configuration: SessionConfiguration) {
        self.configuration = configuration
        limits = configuration.limits
        times = configuration.times
        highestSeen = configuration.highestSeen
        credit = configuration.credit
        backoff = Backoff(
            firstMilliseconds: configuration.times.reconnectMilliseconds,
            maximumMilliseconds: configuration.times.reconnectMaximumMilliseconds,
            seed: configuration.seed)
    }

    /// Whether the broker has welcomed the session on the connection in use.
    package var isReady: Bool { phase == .ready }
    /// Items without an answer: in flight or waiting.
    package var unconfirmedCount: Int { queues.reduce(0) { $0 + $1.count } }
    /// Items sent and without an answer; never above the window.
    package var inFlightCount: Int { queues.reduce(0) { $0 + $1.inFlightCount } }
    /// The claims in hand, by assignment.
    package var claimsHeld: [Claim] { held.values.sorted { $0.assignment < $1.assignment } }

    /// Begins: the next `step` connects.
    package mutating func start(now: Int64) {
        precondition(phase == .idle)
        phase = .waiting(until: now)
    }

    /// Takes an item over: it is sent until its answer comes. An item whose key is already here is
    /// the same item.
    package mutating func enqueue(_ parcel: Parcel) {
        queues[parcel.key.lane.rawValue].append(parcel)
    }

    /// How many assignments the worker takes at once from now on; told with the next heartbeat,
    /// which goes at once.
    package mutating func setCredit(_ credit: UInt32) {
        guard credit != self.credit else { return }
        self.credit = credit
        heartbeatDue = .min
    }

    /// No longer renews claims that the owner has given up without an answer from the broker.
    package mutating func release(_ claims: [Claim]) {
        for claim in claims { removeHeld(claim) }
    }

    /// The transport has lost the connection, or could not make it.
    package mutating func connectionLost(now: Int64) {
        switch phase {
        case .greeting, .ready: lose(.connectionLost, now: now)
        case .idle, .waiting, .ended: break
        }
    }

    /// Ends the session, with a Goodbye if it is connected and a reason is given; the next `step`
    /// returns the last actions. Returns whether a Goodbye is among them.
    @discardableResult
    package mutating func end(reason: String?) -> Bool {
        defer { phase = .ended }
        guard phase == .ready, let reason else { return false }
        send(.goodbye(.with { $0.reason = reason }))
        return true
    }

    /// When `step` must be called at the latest; `nil` when only an input changes anything.
    package var nextDeadline: Int64? {
        switch phase {
        case .idle, .ended: return nil
        case .waiting(let until): return until
        case .greeting(let since, let sentAt):
            return min(since + times.deadMilliseconds, sentAt + times.resendMilliseconds)
        case .ready:
            let silence = lastHeard + times.deadMilliseconds
            let oldest = queues.compactMap(\.oldestSentAt).min()
            let resend = oldest.map { $0 + times.resendMilliseconds } ?? .max
            return min(silence, heartbeatDue, resend)
        }
    }

    /// Acts on the timers that have run out, sends what may be sent, and says what to do.
    package mutating func step(now: Int64) -> [Action] {
        switch phase {
        case .idle, .ended: break
        case .waiting(let until):
            if until <= now { connect(now: now) }
        case .greeting(let since, let sentAt):
            if since + times.deadMilliseconds <= now {
                lose(.silence, now: now)
            } else if sentAt + times.resendMilliseconds <= now {
                greet(since: since, now: now)
            }
        case .ready:
            if lastHeard + times.deadMilliseconds <= now {
                lose(.silence, now: now)
            } else {
                sendDue(now: now)
            }
        }
        defer { actions.removeAll(keepingCapacity: false) }
        return actions
    }

    /// Gives the connection up and waits before the next.
    mutating func lose(_ cause: Disconnect, now: Int64) {
        let wait = backoff.next()
        phase = .waiting(until: now + wait)
        actions.append(.disconnect)
        actions.append(.event(.disconnected(cause, retryInMilliseconds: wait)))
    }

    /// Whether an outcome under `claim` is under way: its receipt alone decides over the claim,
    /// since it may have counted before the claim was lost.
    func hasOutcomeUnderWay(_ claim: Claim) -> Bool {
        queues[ParcelKey.Lane.outcome.rawValue].contains(.outcome(claim))
    }

    /// Ends holding `claim`; `false` if it was not held.
    @discardableResult
    mutating func removeHeld(_ claim: Claim) -> Bool {
        guard held[claim.assignment] == claim else { return false }
        held[claim.assignment] = nil
        return true
    }
}

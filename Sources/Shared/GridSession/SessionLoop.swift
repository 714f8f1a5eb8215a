// A session with the broker, on a thread of its own.
//
//     var configuration = SessionConfiguration(
//         session: id, role: .terminal, software: "gridcall/0.1.0", name: "terminal-7")
//     let loop = try SessionLoop(endpoint: "tcp://127.0.0.1:5570", configuration) { event in
//         if case .receipts(let items) = event { … }            // on the loop's thread: be quick
//     }
//     loop.submit(items)                                        // any thread; many at once is best
//     loop.waitUntilBelow(4_096)                                // back-pressure, blocks the caller
//     loop.submit(more)
//     loop.waitUntilBelow(1, timeout: .seconds(60))             // everything is answered
//     loop.stop(goodbye: "done")                                // last events, then its end
//
// A worker sets `role`, `department` and `credit`, gets `.assigned`, calls `progress`, `outcome`.

package import GridCodec
package import GridModel
package import Logging
import Monotonic
package import ZeroMQ

import class Foundation.Thread

/// Runs a `PeerSession` over a DEALER socket on a thread of its own, reconnecting for ever.
///
/// Thread rule: every method may be called from any thread, also from the event closure. Events
/// come one after another on the loop's thread; while the closure runs, nothing is received.
package final class SessionLoop: @unchecked Sendable {
    /// What callers leave for the thread; guarded by `monitor`.
    struct Mailbox {
        var parcels: [Parcel] = []
        var credit: UInt32?
        var released: [Claim] = []
        var isStopping = false
        var goodbye: String?
        /// Items in the session's hands without an answer, after the last turn.
        var unconfirmedCount = 0
        var isFinished = false
    }

    /// A sign of life that the loop's thread gives in every turn.
    package struct Pulse: Sendable {
        /// The loop turns at least this often, in milliseconds.
        let milliseconds: Int64
        /// Is told the monotonic time of the turn in milliseconds.
        let beat: @Sendable (Int64) -> Void

        /// A pulse for a watchdog that is content with a beat each `milliseconds`.
        package init(milliseconds: Int64, beat: @escaping @Sendable (Int64) -> Void) {
            self.milliseconds = milliseconds
            self.beat = beat
        }
    }

    let endpoint: String
    let curve: (keys: CurveKeyPair, server: CurvePublicKey)?
    /// The thread's, which lets go of it at its end: a context that nobody else has ends then, and
    /// waits until a Goodbye has left. A process that ended before would take it along.
    var context: Context?
    let logger: Logger
    let pulse: Pulse?
    let wakeUp: WakeUp
    let events: @Sendable (SessionEvent) -> Void
    let monitor = Monitor<Change>()
    var mailbox = Mailbox()
    private var thread: Thread?

    /// Starts the thread, which connects at once.
    ///
    /// Give `context` to share I/O threads or for `inproc` endpoints. `events` is called on the
    /// loop's thread, as is the closure of `pulse`. Errors: `EMFILE`; `EINVAL` for a malformed
    /// endpoint.
    package init(
        endpoint: String, _ configuration: SessionConfiguration, context: Context? = nil,
        logger: Logger = Logger(label: "session"), pulse: Pulse? = nil,
        events: @escaping @Sendable (SessionEvent) -> Void
    ) throws(ZeroMQError) {
        self.endpoint = endpoint
        curve = configuration.curve
        let context = if let context { context } else { try Context() }
        self.context = context
        self.logger = logger
        self.pulse = pulse
        self.events = events
        wakeUp = try WakeUp()
        // Finds a malformed endpoint here, where the caller can tell its user.
        try Socket(.dealer, in: context).connect(endpoint)
        let thread = Thread { [self] in run(configuration) }
        thread.name = "session"
        self.thread = thread
        thread.start()
    }

    /// Sends calls until each has its receipt.
    package func submit(_ items: [WireSubmitItem]) { enqueue(items.map { Parcel($0) }) }

    /// Sends outcomes until each has its receipt.
    package func outcome(_ items: [WireOutcomeItem]) { enqueue(items.map { Parcel($0) }) }

    /// Sends steps of progress until each has its receipt.
    package func progress(_ items: [WireProgressItem]) { enqueue(items.map { Parcel($0) }) }

    /// Sends commands until each has its reply.
    package func command(_ items: [WireCommandItem]) { enqueue(items.map { Parcel($0) }) }

    /// Sends queries until each has its reply.
    package func query(_ items: [WireQueryItem]) { enqueue(items.map { Parcel($0) }) }

    /// Takes over items that were encoded before.
    package func enqueue(_ parcels: [Parcel]) {
        guard !parcels.isEmpty else { return }
        change { $0.parcels.append(contentsOf: parcels) }
    }

    /// How many assignments the worker takes at once from now on; 0 to drain.
    package func setCredit(_ credit: UInt32) { change { $0.credit = credit } }

    /// No longer renews claims that were given up without an answer from the broker.
    package func release(_ claims: [Claim]) { change { $0.released += claims } }

    /// Items handed over whose answer has not yet been delivered as an event.
    package var unconfirmedCount: Int {
        monitor.locked { mailbox.parcels.count + mailbox.unconfirmedCount }
    }

    /// Blocks the calling thread until fewer than `count` items are unconfirmed, the loop has
    /// stopped or the time is over; `false` if it is still `count` or more.
    ///
    /// Never call it from the event closure, nor from a task of the cooperative pool.
    @discardableResult
    package func waitUntilBelow(_ count: Int, timeout: Duration? = nil) -> Bool {
        let limit = timeout.map { MonotonicTime.now(plusMilliseconds: Int($0 / .milliseconds(1))) }
        return monitor.locked {
            while mailbox.parcels.count + mailbox.unconfirmedCount >= count {
                if mailbox.isFinished { return false }
                guard let limit else {
                    monitor.wait(.change)
                    continue
                }
                if !monitor.wait(.change, until: limit) { break }
            }
            return mailbox.parcels.count + mailbox.unconfirmedCount < count
        }
    }

    /// Ends the session and waits for the thread; unanswered items are dropped.
    ///
    /// With a reason the broker is told, so that it takes claims back at once. Called from the
    /// event closure it returns at once, and the thread ends when the closure has returned.
    package func stop(goodbye: String? = nil) {
        change {
            if !$0.isStopping { $0.goodbye = goodbye }
            $0.isStopping = true
        }
        guard Thread.current !== thread else { return }
        monitor.locked { while !mailbox.isFinished { monitor.wait(.change) } }
    }

    /// Changes the mailbox and wakes the thread.
    private func change(_ body: (inout Mailbox) -> Void) {
        monitor.locked { body(&mailbox) }
        wakeUp.signal()
    }
}

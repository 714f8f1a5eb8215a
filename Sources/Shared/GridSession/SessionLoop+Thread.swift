import Foundation
import GridCodec
import GridModel
import Logging
import Monotonic
import ZeroMQ

extension SessionLoop {
    /// Frames taken in one turn at most, so that sending and stopping get their turn too.
    private static let framesPerTurn = 256
    /// How long a Goodbye may take to leave.
    private static let goodbyeMilliseconds: Int64 = 1_000

    /// The thread: each turn takes everything in, steps the machine once, acts, and waits.
    func run(_ configuration: SessionConfiguration) {
        var session = PeerSession(configuration)
        var connection: Connection?
        session.start(now: Self.now())
        while !takeMail(into: &session) {
            pulse?.beat(Self.now())
            receive(from: &connection, into: &session)
            perform(session.step(now: Self.now()), on: &connection)
            flush(&connection, of: &session)
            publish(session.unconfirmedCount)
            wait(for: connection, until: session.nextDeadline)
        }
        finish(&session, &connection)
        connection = nil
        context = nil
        monitor.locked {
            mailbox.isFinished = true
            monitor.wake(.change)
        }
    }

    /// Monotonic milliseconds.
    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Hands what callers left to the session; `true` when it is time to stop.
    private func takeMail(into session: inout PeerSession) -> Bool {
        wakeUp.drain()
        let mail = monitor.locked {
            let mail = mailbox
            // The items stay counted while they change hands.
            mailbox.unconfirmedCount += mail.parcels.count
            mailbox.parcels = []
            mailbox.released = []
            mailbox.credit = nil
            return mail
        }
        for parcel in mail.parcels { session.enqueue(parcel) }
        session.release(mail.released)
        if let credit = mail.credit { session.setCredit(credit) }
        return mail.isStopping
    }

    private func receive(from connection: inout Connection?, into session: inout PeerSession) {
        do {
            // Asked first: what came before the loss, a refusal say, is then there to be read.
            var isLost = false
            if let lost = try connection?.isLost() { isLost = lost }
            try connection?.receive(atMost: Self.framesPerTurn) { bytes in
                session.receive(frame: bytes, now: Self.now())
            }
            if isLost { session.connectionLost(now: Self.now()) }
        } catch {
            logger.error("receiving failed, connecting anew", metadata: ["error": "\(error)"])
            session.connectionLost(now: Self.now())
        }
    }

    private func perform(_ actions: [PeerSession.Action], on connection: inout Connection?) {
        for action in actions {
            switch action {
            case .connect:
                connection = nil
                guard let context else { continue }
                do {
                    connection = try Connection(to: endpoint, as: curve, in: context)
                } catch {
                    logger.error("connecting failed, trying again", metadata: ["error": "\(error)"])
                }
            case .disconnect: connection = nil
            case .send(let frame): connection?.enqueue(frame)
            case .event(let event): events(event)
            }
        }
    }

    private func flush(_ connection: inout Connection?, of session: inout PeerSession) {
        do {
            try connection?.flush()
        } catch {
            logger.error("sending failed, connecting anew", metadata: ["error": "\(error)"])
            session.connectionLost(now: Self.now())
        }
    }

    private func publish(_ unconfirmedCount: Int) {
        monitor.locked {
            guard mailbox.unconfirmedCount != unconfirmedCount else { return }
            mailbox.unconfirmedCount = unconfirmedCount
            monitor.wake(.change)
        }
    }

    private func wait(for connection: borrowing Connection?, until deadline: Int64?) {
        var items = [PollItem(descriptor: wakeUp.descriptor)]
        switch connection {
        case .some(let connection): items += connection.pollItems
        case .none: break
        }
        let longest = pulse?.milliseconds ?? 3_600_000
        let timeout = deadline.map { max(0, min($0 - Self.now(), longest)) } ?? pulse?.milliseconds
        do {
            _ = try poll(&items, timeoutMilliseconds: Int(timeout ?? -1))
        } catch {
            logger.error("waiting failed", metadata: ["error": "\(error)"])
        }
    }

    /// Says goodbye and gives the frame a moment to leave.
    private func finish(_ session: inout PeerSession, _ connection: inout Connection?) {
        let saysGoodbye = session.end(reason: monitor.locked { mailbox.goodbye })
        perform(session.step(now: Self.now()), on: &connection)
        let end = Self.now() + Self.goodbyeMilliseconds
        flush(&connection, of: &session)
        while connection?.isIdle == false, Self.now() < end {
            wait(for: connection, until: end)
            flush(&connection, of: &session)
        }
        // A Hello that nobody took is not worth waiting for.
        if saysGoodbye { try? connection?.lingerOnClose(milliseconds: Self.goodbyeMilliseconds) }
    }
}

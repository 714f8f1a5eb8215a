import BrokerEngine
import GridCodec
import GridModel
import ZeroMQ

import struct Foundation.Data

/// Knows since when each claim may count on its lease: nobody loses a claim sooner than a full
/// lease after it was dispatched, last listed, or after the broker's start.
struct LeaseWatch {
    private var since: [Claim: Int64] = [:]
    private var brokerStartedAt: Int64 = 0
    /// When the first turn whose facts are not written yet was taken: a bound, since facts tell the
    /// wall clock only.
    private var formingSince: Int64?
    private var listing: [(route: RoutingID, isHello: Bool, claims: [Claim])] = []

    mutating func brokerStarted(at now: Int64) {
        brokerStartedAt = now
        formingSince = now
        listing = []
    }

    /// The broker is about to take these frames; what they list is noted if it is live.
    mutating func willTake(
        _ frames: [(route: RoutingID, frame: Data)], _ record: Record, now: Int64
    ) {
        formingSince = formingSince ?? now
        listing = []
        for (route, frame) in frames {
            let message = frame.withUnsafeBytes { try? Frame.decode($0) }
            switch message {
            case .hello(let hello):
                listing.append((route, true, hello.claims.map(\.model)))
            case .heartbeat(let heartbeat):
                listing.append((route, false, heartbeat.claims.map(\.model)))
            default: continue
            }
            listing[listing.count - 1].claims.removeAll { !record.isLive($0) }
        }
    }

    /// The broker let these frames go; a heartbeat counts if it was answered by one.
    ///
    /// With small limits a Hello may be refused for the moment, and then renews nothing.
    mutating func didTake(
        _ answers: [(route: RoutingID, message: WireMessage)], now: Int64, helloCounts: Bool
    ) {
        let beaten = answers.compactMap { route, message in
            if case .heartbeat = message { route } else { nil }
        }
        for (route, isHello, claims) in listing
        where (isHello && helloCounts) || beaten.contains(route) {
            for claim in claims { since[claim] = now }
        }
    }

    /// Checks the leases that a batch ends; `auditor` has not read it yet.
    mutating func check(_ facts: [Fact], _ auditor: Auditor, now: Int64) throws {
        var attempts: [AssignmentNumber: UInt32] = [:]
        for fact in facts {
            switch fact {
            case .assignmentDispatched(let fact):
                attempts[fact.number] = fact.attempt
                let claim = Claim(
                    epoch: auditor.epoch, assignment: fact.number, attempt: fact.attempt)
                since[claim] = max(since[claim] ?? 0, formingSince ?? now)
            case .assignmentReleased(let fact) where fact.cause == .leaseEnded:
                try check(fact.number, attempts, auditor, now: now)
            case .assignmentStuck(let number, .leaseEnded):
                try check(number, attempts, auditor, now: now)
            default: continue
            }
        }
        formingSince = nil
    }

    private func check(
        _ number: AssignmentNumber, _ attempts: [AssignmentNumber: UInt32], _ auditor: Auditor,
        now: Int64
    ) throws {
        let known = auditor.open[number.serial]?.parts
        let attempt =
            attempts[number] ?? known.flatMap {
                $0.indices.contains(number.ordinal) ? $0[number.ordinal].attempt : nil
            } ?? 0
        let claim = Claim(epoch: auditor.epoch, assignment: number, attempt: attempt)
        let last = max(since[claim] ?? 0, brokerStartedAt)
        guard now - last >= SimulatedStreet.policy.leaseMilliseconds else {
            throw Violation("\(claim) lost its lease after \(now - last) ms")
        }
    }
}

extension Record {
    fileprivate func isLive(_ claim: Claim) -> Bool {
        guard let slot = assignment(claim.assignment) else { return false }
        return assignments[slot].attempt == claim.attempt && assignments[slot].state.isInHand
    }
}

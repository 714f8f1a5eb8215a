package import GridModel

extension Engine {
    /// A claim not renewed for this long is lost, by the policy in force.
    var leaseMilliseconds: Int64 {
        record.catalogue?.catalogue.policy.leaseMilliseconds ?? WorkPolicy().leaseMilliseconds
    }

    /// Gives an assignment into a session's hands, with a full lease; `none`: an orphan's.
    mutating func hold(_ slot: Slot, by session: SessionHandle) {
        var hold = Schedule.Hold()
        hold.session = session
        hold.leaseEnds = moment.monotonicMilliseconds + leaseMilliseconds
        guard session != .none else {
            schedule.holds[Int(slot)] = hold
            schedule.orphans.insert(slot)
            return
        }
        hold.listedAt = presence[session].heartbeats
        hold.previous = presence[session].lastHeld
        schedule.holds[Int(slot)] = hold
        if hold.previous == .none {
            presence[session].firstHeld = slot
        } else {
            schedule.holds[Int(hold.previous)].next = slot
        }
        presence[session].lastHeld = slot
        presence[session].held += 1
    }

    /// Takes an assignment out of its holder's hands; the holder's credit is free again.
    mutating func letGo(_ slot: Slot) {
        let hold = schedule.holds[Int(slot)]
        schedule.holds[Int(slot)] = Schedule.Hold()
        guard hold.session != .none else {
            schedule.orphans.remove(slot)
            return
        }
        if hold.previous == .none {
            presence[hold.session].firstHeld = hold.next
        } else {
            schedule.holds[Int(hold.previous)].next = hold.next
        }
        if hold.next == .none {
            presence[hold.session].lastHeld = hold.previous
        } else {
            schedule.holds[Int(hold.next)].previous = hold.previous
        }
        presence[hold.session].held -= 1
        presence.crews[Int(record.assignments[slot].department)].isStirred = true
    }

    /// The slot of the live assignment a claim gives the right to, if it still does.
    func live(_ claim: Claim) -> Slot? {
        guard claim.epoch == record.epoch, let slot = record.assignment(claim.assignment),
            record.assignments[slot].attempt == claim.attempt,
            record.assignments[slot].state.isInHand
        else { return nil }
        return slot
    }

    /// The claim under which an assignment is in hand.
    package func claim(_ slot: Slot) -> Claim {
        Claim(
            epoch: record.epoch, assignment: record.assignments[slot].number,
            attempt: record.assignments[slot].attempt)
    }

    /// Renews the leases of the claims a worker lists, and sends again what it twice did not list.
    mutating func renew(_ claims: [Claim], of session: SessionHandle) {
        presence[session].heartbeats &+= 1
        for claim in claims {
            guard let slot = live(claim) else {
                // The call-back may have been lost on the way.
                if isTakenBack(claim) { effects.append(.callBack(session, claim)) }
                continue
            }
            guard record.assignments[slot].isUnderClaim, isHeld(slot, by: session) else {
                continue
            }
            letGo(slot)
            hold(slot, by: session)
        }
        var slot = presence[session].firstHeld
        let heartbeats = presence[session].heartbeats
        while slot != .none, schedule.holds[Int(slot)].listedAt != heartbeats {
            if heartbeats &- schedule.holds[Int(slot)].listedAt >= 2 {
                schedule.holds[Int(slot)].listedAt = heartbeats
                effects.append(.assign(session, slot))
            }
            slot = schedule.holds[Int(slot)].next
        }
    }

    /// Whether a session may hold an assignment at all: only its department's workers may.
    func mayHold(_ slot: Slot, _ session: SessionHandle) -> Bool {
        presence.contains(session) && presence[session].role == .worker
            && presence[session].department == record.assignments[slot].department
    }

    /// Whether a session holds an assignment, or may take over an orphan whose claim it knows.
    func isHeld(_ slot: Slot, by session: SessionHandle) -> Bool {
        let holder = schedule.holds[Int(slot)].session
        return holder == session || (holder == .none && mayHold(slot, session))
    }

    /// Ends every lease that ran out.
    mutating func endLeases() {
        for session in presence.open {
            while case let slot = presence[session].firstHeld, slot != .none,
                schedule.holds[Int(slot)].leaseEnds <= moment.monotonicMilliseconds
            {
                effects.append(.callBack(session, claim(slot)))
                release(slot, cause: .leaseEnded, reason: nil)
            }
        }
        for slot in schedule.orphans.sorted()
        where schedule.holds[Int(slot)].leaseEnds <= moment.monotonicMilliseconds {
            release(slot, cause: .leaseEnded, reason: nil)
        }
    }

    /// Takes an unfinished assignment back: queued again after its backoff, or stuck.
    mutating func release(_ slot: Slot, cause: ReleaseCause, reason: TextPlace?) {
        let assignment = record.assignments[slot]
        if assignment.isUnderClaim { letGo(slot) }
        let policy = record.catalogue?.catalogue.policy ?? WorkPolicy()
        let failures = assignment.failures + (cause.isFailure ? 1 : 0)
        let isLast = cause.isFailure && Int(failures) >= policy.maximumAttempts
        let wait = !cause.isFailure || isLast ? 0 : policy.backoff(afterFailures: Int(failures))
        emit(
            .assignmentReleased(
                AssignmentReleased(
                    number: assignment.number, cause: cause, failures: failures,
                    notBefore: wait == 0 ? .zero : now.advanced(byMilliseconds: wait),
                    reason: reason)))
        if isLast {
            emit(.assignmentStuck(assignment.number, cause: cause))
        } else {
            beginBackoff(slot)
            waitInQueue(slot)
        }
        scheduleClocks(slot)
    }
}

extension WorkPolicy {
    /// The wait before the next attempt after so many failures: doubles up to the maximum.
    package func backoff(afterFailures failures: Int) -> Int64 {
        var wait = retryMilliseconds
        var doublings = failures - 1
        while doublings > 0, wait > 0, wait < retryMaximumMilliseconds {
            wait *= 2
            doublings -= 1
        }
        return min(wait, retryMaximumMilliseconds)
    }
}

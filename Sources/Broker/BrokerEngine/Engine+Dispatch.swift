import GridModel

extension Engine {
    /// Puts an assignment where workers' credit finds it, or lets a timer do so after a backoff.
    mutating func waitInQueue(_ slot: Slot) {
        let assignment = record.assignments[slot]
        let department = Int(assignment.department)
        dropStale(department)
        schedule.ages[department].append(
            AgeQueue.Entry(
                since: assignment.waitingSince,
                ticket: assignment.number.ticket, slot: slot))
        guard isBackoffOver(slot), !assignment.flags.contains(.suspended) else { return }
        offer(slot)
    }

    /// Offers a waiting assignment to the workers of its department.
    mutating func offer(_ slot: Slot) {
        let assignment = record.assignments[slot]
        let call = record.calls[assignment.call]
        let department = Int(assignment.department)
        schedule.readyAt[Int(slot)] = moment.monotonicNanoseconds
        let entry = ReadyQueue.Entry(
            urgency: call.urgency, due: assignment.resolve.dueAt, number: assignment.number,
            slot: slot)
        schedule.queues[department].insert(
            entry, profiles: presence.crews[department].profiles(serving: call))
        presence.crews[department].isStirred = true
    }

    /// Hands out work in order of need to the most specific, least loaded workers.
    mutating func dispatchWork() {
        for department in presence.crews.indices where presence.crews[department].isStirred {
            guard record.departments[department].pausedUntil <= now else { continue }
            presence.crews[department].isStirred = false
            dispatch(department)
        }
    }

    private mutating func dispatch(_ department: Int) {
        var free = freeProfiles(department)
        while free != 0,
            let next = schedule.queues[department].takeFirst(servedBy: free)
        {
            guard isReady(next.entry) else { continue }
            guard let worker = worker(department, serving: next.profiles) else {
                preconditionFailure("a lane that free workers serve has a free worker")
            }
            hand(next.entry.slot, to: worker)
            if !presence[worker].hasRoom {
                free = freeProfiles(department)
            }
        }
    }

    private mutating func hand(_ slot: Slot, to worker: SessionHandle) {
        let assignment = record.assignments[slot]
        emit(
            .assignmentDispatched(
                AssignmentDispatched(
                    number: assignment.number, attempt: assignment.attempt + 1,
                    worker: presence[worker].actor,
                    accept: deadline(.accept, call: assignment.call))))
        hold(slot, by: worker)
        scheduleClocks(slot)
        effects.append(.assign(worker, slot))
    }

    /// One bit for each profile of a department that a worker with free credit has.
    private func freeProfiles(_ department: Int) -> UInt64 {
        var bits: UInt64 = 0
        for worker in presence.crews[department].workers
        where presence[worker].hasRoom {
            bits |= 1 << UInt64(presence[worker].profile)
        }
        return bits
    }

    private func worker(_ department: Int, serving profiles: UInt64) -> SessionHandle? {
        let crew = presence.crews[department]
        var best: SessionHandle?
        var bestRank = -1
        var bestHeld = 0
        for worker in crew.workers {
            let session = presence[worker]
            guard session.hasRoom, profiles & 1 << UInt64(session.profile) != 0
            else { continue }
            let rank = crew.profiles[session.profile].rank
            guard rank > bestRank || (rank == bestRank && session.held < bestHeld) else { continue }
            (best, bestRank, bestHeld) = (worker, rank, session.held)
        }
        return best
    }

    /// Drops what no longer waits from the front of a department's age queue.
    mutating func dropStaleAges(_ department: Int) {
        while let entry = schedule.ages[department].first,
            !Self.isWaiting(entry, record.assignments)
        {
            schedule.ages[department].removeFirst()
        }
    }

    /// Drops stale entries, all of them once they are many more than what waits: one assignment
    /// that nobody takes must not keep the entries of all that came after it.
    private mutating func dropStale(_ department: Int) {
        dropStaleAges(department)
        let most = record.departments[department].queued * 8 + 4_096
        if schedule.ages[department].count > most {
            let assignments = record.assignments
            schedule.ages[department].filter { Self.isWaiting($0, assignments) }
        }
        if schedule.queues[department].count > most {
            let (assignments, now, backoffs) = (record.assignments, now, schedule.backoffs)
            let monotonic = moment.monotonicMilliseconds
            schedule.queues[department].filter {
                Self.isReady($0, assignments)
                    && (assignments[$0.slot].notBefore <= now
                        || backoffs.isOver($0.slot, at: monotonic))
            }
        }
    }

    private func isReady(_ entry: ReadyQueue.Entry) -> Bool {
        Self.isReady(entry, record.assignments) && isBackoffOver(entry.slot)
    }

    private static func isWaiting(
        _ entry: AgeQueue.Entry, _ assignments: borrowing SlotArray<AssignmentSlot>
    ) -> Bool {
        assignments[entry.slot].state == .queued
            && assignments[entry.slot].waitingSince == entry.since
            && assignments[entry.slot].number.ticket == entry.ticket
    }

    private static func isReady(
        _ entry: ReadyQueue.Entry, _ assignments: borrowing SlotArray<AssignmentSlot>
    ) -> Bool {
        assignments[entry.slot].state == .queued
            && !assignments[entry.slot].flags.contains(.suspended)
            && assignments[entry.slot].number.ticket == entry.ticket
    }
}

extension AssignmentNumber {
    /// Tells whether a derived entry still speaks of the assignment its slot now holds.
    var ticket: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
}

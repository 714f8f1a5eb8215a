import GridModel

extension Engine {
    /// Queues the parts of a stage; their dispatch and resolve clocks start now.
    mutating func queueStage(_ stage: Int, serial: UInt64) {
        guard let call = record.call(serial: serial), let plan = plan(of: call) else { return }
        let isLedLater = plan.category.leadUnclear
        for part in plan.stages[stage] {
            queue(
                part.department, role: isLedLater ? .assist : part.role, stage: stage, call: call)
        }
    }

    /// Queues one part, with a new resolve clock or that of a part a merge withdrew, and returns
    /// its number.
    @discardableResult
    mutating func queue(
        _ department: UInt16, role: DepartmentRole, stage: Int, call: Slot,
        resolve: Deadline? = nil, continues: UInt8? = nil
    ) -> AssignmentNumber {
        let number = AssignmentNumber(
            serial: record.calls[call].serial, ordinal: Int(record.calls[call].nextOrdinal))
        emit(
            .assignmentQueued(
                AssignmentQueued(
                    number: number, department: department, role: role, stage: UInt8(stage),
                    dispatch: deadline(.dispatch, call: call),
                    resolve: resolve ?? deadline(.resolve, call: call), continues: continues)))
        prepareSchedule()
        let slot = record.calls[call].lastAssignment
        schedule.timerAt[Int(slot)] = .distantFuture
        waitInQueue(slot)
        scheduleClocks(slot)
        return number
    }

    /// Goes on with a call one of whose parts just ended: next stage, check, or close.
    mutating func advance(_ call: Slot) {
        let current = record.calls[call].stage
        var completed = 0
        // A part of an earlier stage may be open again, by a rework.
        for slot in record.assignments(of: call) {
            switch record.assignments[slot].state {
            case .completed: completed += record.assignments[slot].stage == current ? 1 : 0
            case .withdrawn: break
            default: return
            }
        }
        guard completed > 0, let plan = plan(of: call) else { return }
        let serial = record.calls[call].serial
        if Int(current) + 1 < plan.stages.count {
            emit(.stageBegan(serial: serial, stage: current + 1))
            queueStage(Int(current) + 1, serial: serial)
        } else if plan.category.isChecked {
            emit(.checkOpened(serial: serial, deadline: deadline(.check, call: call)))
            scheduleCallClocks(call)
        } else {
            close(call)
        }
    }

    /// Takes a call's assignments out of queues' timers and hands before the call leaves.
    mutating func finish(_ call: Slot) {
        var slot = record.calls[call].firstAssignment
        while slot != .none {
            schedule.forget(slot)
            slot = record.assignments[slot].next
        }
    }

    /// The plan and limits under which a call was filed.
    func plan(of call: Slot) -> CatalogueVersion.Plan? {
        let version = Int(record.calls[call].catalogueVersion)
        guard record.catalogues.indices.contains(version - 1) else { return nil }
        return record.catalogues[version - 1].plan(of: record.calls[call].category)
    }

    /// The deadline of a clock of this call that starts now.
    mutating func deadline(_ clock: ClockKind, call: Slot) -> Deadline {
        guard let limit = limit(clock, call: call), let version = record.catalogue
        else { return .none }
        return deadlines.deadline(from: now, limit: limit, of: version)
    }

    /// The limit of a clock under which this call was filed; `nil` for none.
    func limit(_ clock: ClockKind, call: Slot) -> Limit? {
        guard let plan = plan(of: call) else { return nil }
        let last = plan.category.conditions.count - 1
        let condition = min(Int(record.calls[call].condition), last)
        return plan.category.conditions[condition].limits[clock]
    }
}

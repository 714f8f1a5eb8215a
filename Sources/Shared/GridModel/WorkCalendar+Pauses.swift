extension WorkCalendar {
    /// Milliseconds between two times that count for a unit; none if the second is not later.
    package func milliseconds(
        of unit: LimitUnit, from start: Timestamp, to end: Timestamp
    ) -> Int64 {
        guard end > start else { return 0 }
        return switch unit {
        case .urgentHour, .naturalDay: end.milliseconds(since: start)
        case .workHour, .workDay: workingMilliseconds(from: start, to: end)
        }
    }

    /// A clock that stood still from `stoppedAt` on and runs again from `start`: whatever lay ahead
    /// of it then lies as far ahead of it now, in its unit's time.
    package func restarted(
        _ deadline: Deadline, stoppedAt: Timestamp, at start: Timestamp, limit: Limit
    ) -> Deadline {
        guard deadline.dueAt > stoppedAt, deadline.dueAt != .distantFuture else { return deadline }
        let due = moved(deadline.dueAt, stoppedAt, start, limit.unit)
        var warnsAt = deadline.warnsAt
        if warnsAt > stoppedAt {
            warnsAt = min(moved(warnsAt, stoppedAt, start, limit.unit).at, due.at)
        }
        return Deadline(warnsAt: warnsAt, dueAt: due.at, isProvisional: due.isProvisional)
    }

    /// A deadline with once more its limit, from where it would have run out. Yellow begins at 80 %
    /// of the whole time: of the `count`-th extension, (8 − 2 × count) tenths are green.
    package func extended(_ deadline: Deadline, count: Int, limit: Limit) -> Deadline {
        let start = deadline.dueAt
        var extended = self.deadline(from: start, limit: limit)
        extended.warnsAt = moment(
            Int64(8 - 2 * count), tenthsOf: limit, from: start, to: extended.dueAt)
        return extended
    }

    /// The moment at which so many tenths of the time that counts between two times have passed.
    package func moment(
        _ tenths: Int64, tenthsOf limit: Limit, from start: Timestamp, to end: Timestamp
    ) -> Timestamp {
        let total = milliseconds(of: limit.unit, from: start, to: end)
        let part = total / 10 * tenths + total % 10 * tenths / 10
        return switch limit.unit {
        case .urgentHour, .naturalDay: start.advanced(byMilliseconds: part)
        case .workHour, .workDay: min(time(after: part, from: start).at, end)
        }
    }

    private func moved(
        _ time: Timestamp, _ stoppedAt: Timestamp, _ start: Timestamp, _ unit: LimitUnit
    ) -> (at: Timestamp, isProvisional: Bool) {
        let left = milliseconds(of: unit, from: stoppedAt, to: time)
        return switch unit {
        case .urgentHour, .naturalDay: (start.advanced(byMilliseconds: left), false)
        case .workHour, .workDay: self.time(after: left, from: start)
        }
    }
}

extension WorkCalendar {
    /// The deadline of a clock with `limit` that starts at `start`.
    ///
    /// Yellow begins at 80 % of the time that counts: for the working-time units that is working
    /// time. Past its last interval the calendar goes on with its last week, provisionally.
    package func deadline(from start: Timestamp, limit: Limit) -> Deadline {
        switch limit.unit {
        case .urgentHour, .naturalDay:
            return elapsed(from: start, total: limit.amount)
        case .workHour:
            let due = time(after: limit.amount, from: start)
            return working(from: start, total: limit.amount, due: due)
        case .workDay:
            let due = closing(ofWorkDay: limit.amount, after: start)
            let total = workingMilliseconds(from: start, to: due.at)
            return working(from: start, total: total, due: due)
        }
    }

    /// Working milliseconds between two times.
    package func workingMilliseconds(from start: Timestamp, to end: Timestamp) -> Int64 {
        let course = CalendarCourse(self)
        var sum: Int64 = 0
        var position = course.firstPosition { $0.closes > start }
        while position < course.count {
            let interval = course[position]
            guard interval.opens < end else { break }
            let until = min(interval.closes, end)
            sum += max(0, until.milliseconds(since: max(interval.opens, start)))
            position += 1
        }
        return sum
    }

    /// The time at which `remaining` working milliseconds have passed since `start`; the distant
    /// future if they never do.
    package func time(
        after remaining: Int64, from start: Timestamp
    ) -> (at: Timestamp, isProvisional: Bool) {
        let course = CalendarCourse(self)
        var left = remaining
        var position = course.firstPosition { $0.closes > start }
        while position < course.count {
            let interval = course[position]
            let from = max(interval.opens, start)
            let length = max(0, interval.closes.milliseconds(since: from))
            if length >= left {
                let at = from.advanced(byMilliseconds: left)
                return (at, at > publishedThrough)
            }
            left -= length
            position += 1
        }
        return (.distantFuture, true)
    }

    private func elapsed(from start: Timestamp, total: Int64) -> Deadline {
        Deadline(
            warnsAt: start.advanced(byMilliseconds: Self.fourFifths(of: total)),
            dueAt: start.advanced(byMilliseconds: total), isProvisional: false)
    }

    private func working(
        from start: Timestamp, total: Int64, due: (at: Timestamp, isProvisional: Bool)
    ) -> Deadline {
        let warning = time(after: Self.fourFifths(of: total), from: start)
        return Deadline(
            warnsAt: min(warning.at, due.at), dueAt: due.at, isProvisional: due.isProvisional)
    }

    /// Closing time of the `count`-th working day after the local day of `start`.
    private func closing(
        ofWorkDay count: Int64, after start: Timestamp
    ) -> (at: Timestamp, isProvisional: Bool) {
        guard count > 0 else { return (start, false) }
        let course = CalendarCourse(self)
        let startDay = zone.localDay(of: start)
        var daysSeen: Int64 = 0
        var previous: Interval?
        for position in course.firstPosition(where: { $0.day > startDay })..<course.count {
            let interval = course[position]
            if interval.day != previous?.day {
                if daysSeen == count { break }
                daysSeen += 1
            }
            previous = interval
        }
        guard daysSeen == count, let last = previous else { return (.distantFuture, true) }
        return (last.closes, last.closes > publishedThrough)
    }

    private static func fourFifths(of total: Int64) -> Int64 {
        total / 5 * 4 + total % 5 * 4 / 5
    }
}

import GridModel

extension CatalogueComparison {
    /// So many stretches of days are named; more would only be read by a machine.
    private static let namedStretches = 12

    func calendar() -> [Change] {
        guard old.calendar != new.calendar else { return [] }
        var details: [Phrase] = []
        if old.calendar.zone.name != new.calendar.zone.name {
            details.append(
                .change(Phrase("时区", "zone"), old.calendar.zone.name, new.calendar.zone.name))
        }
        let years = (lastYear(old.calendar), lastYear(new.calendar))
        if years.0 != years.1 {
            details.append(
                .change(
                    Phrase("公布到", "published through"), "\(years.0)", "\(years.1)"))
        }
        details += days()
        return [
            Change(
                area: .calendar, kind: .changed, title: Phrase("工作时间", "working time"),
                details: details, effect: effect)
        ]
    }

    private var effect: Phrase {
        let parts = open.map { "\($0.provisionalParts)" }
        return Phrase(
            "已在走的时限不变，但超出已公布日历的时限重新计算"
                + (parts.map { "（\($0) 项）" } ?? "") + "；自生效起开始的时限（包括未结呼叫的）按新日历计算。",
            "Clocks that run keep their time, except that deadlines past the published "
                + "calendar are computed again" + (parts.map { " (\($0) parts)" } ?? "")
                + "; clocks that start from then on, those of open calls too, go by the new "
                + "calendar.")
    }

    private func lastYear(_ calendar: WorkCalendar) -> Int {
        calendar.zone.localYear(of: calendar.publishedThrough.advanced(byMilliseconds: -1))
    }

    /// The days both calendars speak of that are not worked alike.
    private func days() -> [Phrase] {
        let (before, after) = (hours(old.calendar), hours(new.calendar))
        let first = max(
            old.calendar.intervals.first?.day ?? 0, new.calendar.intervals.first?.day ?? 0)
        let last = min(old.calendar.intervals.last?.day ?? 0, new.calendar.intervals.last?.day ?? 0)
        guard first <= last else { return [] }
        var worked: [Int64] = []
        var free: [Int64] = []
        var other: [Int64] = []
        for day in first...last where before[day] != after[day] {
            if before[day] == nil {
                worked.append(day)
            } else if after[day] == nil {
                free.append(day)
            } else {
                other.append(day)
            }
        }
        return [
            (Phrase("改为上班：", "worked now: "), worked),
            (Phrase("改为休息：", "free now: "), free),
            (Phrase("上班时间改变：", "other hours: "), other),
        ].filter { !$0.1.isEmpty }.map { $0.0 + stretches($0.1) }
    }

    private func hours(_ calendar: WorkCalendar) -> [Int64: [WorkCalendar.Interval]] {
        Dictionary(grouping: calendar.intervals, by: \.day)
    }

    /// Sorted days as dates, neighbours joined.
    private func stretches(_ days: [Int64]) -> Phrase {
        var stretches: [(first: Int64, last: Int64)] = []
        for day in days {
            if let end = stretches.last?.last, end + 1 == day {
                stretches[stretches.count - 1].last = day
            } else {
                stretches.append((day, day))
            }
        }
        let named = stretches.prefix(Self.namedStretches).map { stretch -> Phrase in
            let first = CivilDate(daysSince1970: stretch.first).text
            let last = CivilDate(daysSince1970: stretch.last).text
            return first == last
                ? Phrase(first, first) : Phrase("\(first) 至 \(last)", "\(first) to \(last)")
        }
        let rest = stretches.count - named.count
        return Phrase(
            named.map(\.chinese).joined(separator: "、") + (rest > 0 ? " 等另外 \(rest) 段" : ""),
            named.map(\.english).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : ""))
    }
}

import GridModel

/// Reads the section `calendar`.
struct CalendarReader {
    static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let maximumHours = 8

    let zone: StreetZone
    let log: MistakeLog

    /// The calendar, compiled; an empty one if the section cannot be read.
    func read(_ entry: Entry?) -> WorkCalendar {
        guard let entry,
            let section = Section(
                entry, subject: Phrase("工作日历", "the calendar"), group: CatalogueSchema.calendar,
                log: log)
        else { return WorkCalendar(intervals: [], publishedThrough: .zero, zone: zone) }
        let year = section.integer("published_through", in: 2000...2097)
        let rules = CalendarRules(
            hours: hours(section), weekdays: weekdays(section),
            holidays: days("holidays", of: section, through: year),
            makeUpDays: days("make_up_days", of: section, through: year),
            publishedThrough: year ?? 2000)
        checkMakeUpDays(rules, section: section)
        return rules.calendar(in: zone)
    }

    // MARK: - Hours and weekdays

    private func hours(_ section: Section) -> [CalendarRules.Hours] {
        var all: [CalendarRules.Hours] = []
        let entries = section.list("hours") ?? []
        for entry in entries {
            guard let hours = entry.scalar.flatMap(Self.hours), hours.opens < hours.closes else {
                section.refuse(
                    "hours", entry,
                    mustBe: Phrase(
                        "起止时刻，如 `\"09:00-12:00\"`",
                        "a time of day from and to, such as `\"09:00-12:00\"`"))
                continue
            }
            if all.contains(where: { $0.opens < hours.closes && hours.opens < $0.closes }) {
                log.add(
                    entry.line,
                    Phrase(
                        "工作时间\(entry.described.chinese)与其他时段重叠",
                        "the hours \(entry.described.english) overlap with others"))
            }
            all.append(hours)
        }
        if entries.count > Self.maximumHours {
            log.add(
                entries[0].line,
                Phrase(
                    "一天最多有 \(Self.maximumHours) 段 `hours`",
                    "a day can have at most \(Self.maximumHours) `hours`"))
        }
        return all.sorted { $0.opens < $1.opens }
    }

    /// Reads `09:00-12:00`, minutes after midnight; `24:00` is the end of the day.
    private static func hours(_ text: String) -> CalendarRules.Hours? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let opens = minute(parts[0]), let closes = minute(parts[1]) else {
            return nil
        }
        return CalendarRules.Hours(opens: opens, closes: closes)
    }

    private static func minute(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), minute < 60,
            hour * 60 + minute <= 1_440
        else { return nil }
        return hour * 60 + minute
    }

    private func weekdays(_ section: Section) -> Set<Int64> {
        var days: Set<Int64> = []
        for entry in section.list("weekdays") ?? [] {
            guard let position = Self.weekdays.firstIndex(of: entry.scalar ?? "") else {
                let names = Self.weekdays.map { Phrase(verbatim: "`\($0)`") }.listed
                section.refuse("weekdays", entry, mustBe: Phrase("列表，取自 ", "a list of ") + names)
                continue
            }
            if !days.insert(Int64(position)).inserted {
                log.add(
                    entry.line,
                    Phrase(
                        "工作日历的 `weekdays` 中\(entry.described.chinese)出现两次",
                        "`weekdays` of the calendar names \(entry.described.english) twice"))
            }
        }
        return days
    }

    // MARK: - Days

    /// The days of a list, each with its line; notes days named twice or not published yet.
    private func days(
        _ key: String, of section: Section, through year: Int?
    ) -> [Int64: Int] {
        var lines: [Int64: Int] = [:]
        for entry in section.list(key, emptyMeans: .leaveOut("没有", "if there is none")) ?? [] {
            guard let range = range(entry, key: key) else { continue }
            if let year, range.last.year > year {
                log.add(
                    entry.line,
                    Phrase(
                        "工作日历的 `\(key)` 超出了 `published_through` 的 \(year) 年",
                        "`\(key)` of the calendar goes beyond \(year), the year of "
                            + "`published_through`"))
            }
            for day in range.first.daysSince1970...range.last.daysSince1970 {
                if let first = lines.updateValue(entry.line, forKey: day) {
                    let date = CivilDate(daysSince1970: day)
                    log.add(
                        entry.line,
                        Phrase(
                            "\(date.text) 已在工作日历的 `\(key)` 中，见第 \(first) 行",
                            "\(date.text) is already among `\(key)` of the calendar, "
                                + "on line \(first)"))
                }
            }
        }
        return lines
    }

    /// `2026-01-01`, `{date, name}` or `{from, to, name}`.
    private func range(_ entry: Entry, key: String) -> (first: CivilDate, last: CivilDate)? {
        let subject = Phrase("`\(key)` 中的一天", "a day of `\(key)`")
        if case .scalar = entry.content {
            return entry.date(named: subject, log: log).map { ($0, $0) }
        }
        let isSingle = entry["from"] == nil && entry["to"] == nil
        guard
            let section = Section(
                entry, subject: subject,
                group: isSingle ? CatalogueSchema.day : CatalogueSchema.days, log: log)
        else { return nil }
        _ = section.text("name")
        guard let first = section.date(isSingle ? "date" : "from"),
            let last = section.date(isSingle ? "date" : "to")
        else { return nil }
        guard first <= last, last.daysSince1970 - first.daysSince1970 < 366 else {
            log.add(
                section.line,
                subject
                    + Phrase("的结束早于开始，或超过一年", " ends before it begins or is longer than a year"))
            return nil
        }
        return (first, last)
    }

    private func checkMakeUpDays(_ rules: CalendarRules, section: Section) {
        for (day, line) in rules.makeUpDays.sorted(by: { $0.key < $1.key }) {
            let date = CivilDate(daysSince1970: day).text
            if let holiday = rules.holidays[day] {
                log.add(
                    line,
                    Phrase(
                        "\(date) 也在 `holidays` 中，见第 \(holiday) 行",
                        "\(date) is also among `holidays`, on line \(holiday)"))
            } else if rules.weekdays.contains(CalendarRules.weekday(of: day)) {
                let weekday = Self.weekdays[Int(CalendarRules.weekday(of: day))]
                log.add(
                    line,
                    Phrase(
                        "\(date) 是 \(weekday)，本来就上班；调休上班日应落在休息日",
                        "\(date) is a \(weekday), which is worked anyway; a make-up day falls on "
                            + "a day off"))
            }
        }
    }
}

extension CivilDate {
    /// The date as `2026-05-01`.
    var text: String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(padded(month))-\(padded(day))"
    }
}

import Foundation
import GridModel

/// What a street says about its working time, drawn at random, and the lines that say it.
struct RandomRules: CustomStringConvertible {
    let zone: String
    /// Minutes after midnight.
    let hours: [Range<Int64>]
    /// From 0 for Monday.
    let weekdays: Set<Int64>
    let holidays: Set<Int64>
    let makeUpDays: Set<Int64>

    /// Rules with holidays and make-up days among `days`, the days since 1970-01-01 to look at.
    init(
        zone: String, isAroundTheClock: Bool, days: Range<Int64>, using random: inout SeededRandom
    ) {
        self.zone = zone
        hours =
            isAroundTheClock ? [0..<1_440] : Self.hours(using: &random)
        let count = Int.random(in: 1...6, using: &random)
        let weekdays = Set((0..<7 as Range<Int64>).shuffled(using: &random).prefix(count))
        self.weekdays = weekdays
        let published = days.filter { Self.year(of: $0) <= 2026 }
        holidays = Set(published.filter { _ in Int.random(in: 0..<8, using: &random) == 0 })
        let holidays = holidays
        makeUpDays = Set(
            published.filter {
                !weekdays.contains(Self.weekday(of: $0)) && !holidays.contains($0)
                    && Int.random(in: 0..<5, using: &random) == 0
            })
    }

    /// A catalogue with these rules.
    func catalogue() throws -> StreetCatalogue {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        func list(_ key: String, _ items: [String]) -> String {
            items.isEmpty ? "" : "  \(key): [\(items.joined(separator: ", "))]"
        }
        return try SmallCatalogue.compiled(replacing: [
            1: "street: {id: elm, name: Elm, case_prefix: ELM, zone: \(zone)}",
            8: list(
                "hours",
                hours.map { "\"\(Self.clock($0.lowerBound))-\(Self.clock($0.upperBound))\"" }),
            9: list("weekdays", weekdays.sorted().map { names[Int($0)] }),
            11: list("holidays", holidays.sorted().map(Self.date)),
            12: list("make_up_days", makeUpDays.sorted().map(Self.date)),
        ])
    }

    /// Whether the office opens on a day.
    func isWorked(_ day: Int64) -> Bool {
        makeUpDays.contains(day)
            || (!holidays.contains(day) && weekdays.contains(Self.weekday(of: day)))
    }

    var description: String {
        func dates(_ days: Set<Int64>) -> [String] { days.sorted().map(Self.date) }
        return "\(zone) \(hours) weekdays \(weekdays.sorted()) holidays \(dates(holidays)) "
            + "make-up days \(dates(makeUpDays))"
    }

    private static func hours(using random: inout SeededRandom) -> [Range<Int64>] {
        let count = Int.random(in: 1...3, using: &random) * 2
        var marks: Set<Int64> = []
        // Quarters of an hour anywhere in the day, its end included.
        while marks.count < count { marks.insert(Int64.random(in: 0...96, using: &random) * 15) }
        let sorted = marks.sorted()
        return stride(from: 0, to: count, by: 2).map { sorted[$0]..<sorted[$0 + 1] }
    }

    private static func clock(_ minute: Int64) -> String {
        func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return padded(minute / 60) + ":" + padded(minute % 60)
    }

    private static func date(_ day: Int64) -> String {
        let style = Date.ISO8601FormatStyle().year().month().day()
        return Date(timeIntervalSince1970: Double(day) * 86_400).formatted(style)
    }

    private static func year(of day: Int64) -> Int {
        var calendar = Foundation.Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.component(.year, from: Date(timeIntervalSince1970: Double(day) * 86_400))
    }

    /// 1970-01-01 was a Thursday.
    private static func weekday(of day: Int64) -> Int64 { ((day + 3) % 7 + 7) % 7 }
}

/// A street's working time as somebody sees it who looks at the office's clock every minute.
///
/// Independent of what is tested: no intervals, no search, and the zone's offsets come from
/// Foundation. The office opens when the clock shows its opening time, or a later one, for the
/// first time, and so it closes; where clocks go back nothing opens or closes a second time.
struct SlowStreet {
    /// The first minute since 1970-01-01 that is looked at.
    let begin: Int64
    /// For each minute the day whose working time it is; `nil` outside of any.
    private(set) var office: [Int64?] = []
    /// For each minute the day that the clock shows.
    private(set) var day: [Int64] = []
    /// The first minute of 2027 by the clock; `nil` if it is not looked at.
    private(set) var newYear: Int64?

    init(_ rules: RandomRules, days: Range<Int64>) {
        // Offsets are below a day.
        begin = (days.lowerBound - 1) * 1_440
        let zone = TimeZone(identifier: rules.zone)!
        let worked = Set((days.lowerBound - 2..<days.upperBound).filter(rules.isWorked))
        var shown = Int64.min
        var offset: Int64 = 0
        for minute in begin..<(days.upperBound * 1_440) {
            // No zone changes its clocks but at a quarter of an hour.
            if minute % 15 == 0 {
                let date = Date(timeIntervalSince1970: Double(minute) * 60)
                offset = Int64(zone.secondsFromGMT(for: date) / 60)
            }
            day.append((minute + offset) / 1_440)
            shown = max(shown, minute + offset)
            let isOpen =
                worked.contains(shown / 1_440)
                && rules.hours.contains { $0.contains(shown % 1_440) }
            office.append(isOpen ? shown / 1_440 : nil)
            // 2027-01-01 is day 20,819.
            if newYear == nil, shown >= 20_819 * 1_440 { newYear = minute }
        }
    }

    /// When so many milliseconds of work are over; `nil` if that is not looked at.
    func time(after work: Int64, from start: Int64) -> Int64? {
        var (left, now) = (work, start)
        for minute in (start / 60_000)... {
            guard minute - begin < office.count else { return nil }
            let end = (minute + 1) * 60_000
            if office[Int(minute - begin)] != nil {
                if end - now >= left { return now + left }
                left -= end - now
            }
            now = end
        }
        return nil
    }

    /// Milliseconds of work between two times.
    func work(from start: Int64, to end: Int64) -> Int64 {
        var (sum, now) = (Int64(0), start)
        while now < end {
            let next = min(end, (now / 60_000 + 1) * 60_000)
            if office[Int(now / 60_000 - begin)] != nil { sum += next - now }
            now = next
        }
        return sum
    }

    /// Closing time of the n-th worked day after the day of `start`.
    func closing(ofWorkDay count: Int64, after start: Int64) -> Int64? {
        guard Int(start / 60_000 - begin) < day.count else { return nil }
        let startDay = day[Int(start / 60_000 - begin)]
        var seen: [Int64] = []
        var closing: Int64?
        for minute in (start / 60_000)..<(begin + Int64(office.count)) {
            guard let day = office[Int(minute - begin)], day > startDay else { continue }
            if seen.last != day {
                if seen.count == count { return closing }
                seen.append(day)
            }
            closing = (minute + 1) * 60_000
        }
        return nil
    }

    /// When a limit is over and when four fifths of it are; `nil` if that is not looked at.
    func deadline(_ limit: Limit, from start: Int64) -> (warnsAt: Int64, dueAt: Int64)? {
        let dueAt: Int64?
        switch limit.unit {
        case .urgentHour, .naturalDay:
            return (start + limit.amount * 4 / 5, start + limit.amount)
        case .workHour: dueAt = time(after: limit.amount, from: start)
        case .workDay: dueAt = closing(ofWorkDay: limit.amount, after: start)
        }
        guard let dueAt, let warnsAt = share(4, of: 5, from: start, to: dueAt) else { return nil }
        return (warnsAt, dueAt)
    }

    /// When so many parts of the working time between two times are over.
    func share(_ parts: Int64, of whole: Int64, from start: Int64, to end: Int64) -> Int64? {
        time(after: work(from: start, to: end) * parts / whole, from: start)
    }
}

/// Numbers that look random and are the same for the same seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= .splitMixStep
        return state.scrambled
    }
}

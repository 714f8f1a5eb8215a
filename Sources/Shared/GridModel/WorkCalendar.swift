/// The street's zone: local time is UTC plus the offset in force.
///
/// Compiled from the time zone database with the catalogue, so that pure code needs none.
package struct StreetZone: Hashable, Sendable, Codable {
    /// A change of the offset.
    package struct Transition: Hashable, Sendable, Codable {
        /// From this time on …
        package var at: Timestamp
        /// … local time is UTC plus so many seconds.
        package var offsetSeconds: Int64

        /// A change of the offset.
        package init(at: Timestamp, offsetSeconds: Int64) {
            self.at = at
            self.offsetSeconds = offsetSeconds
        }
    }

    /// The zone's name in the time zone database, for display.
    package var name: String
    /// Never empty, sorted; the first also holds before it.
    package var transitions: [Transition]

    /// A zone; `transitions` must not be empty.
    package init(name: String, transitions: [Transition]) {
        precondition(!transitions.isEmpty)
        self.name = name
        self.transitions = transitions
    }

    /// Coordinated universal time.
    package static let utc = StreetZone(
        name: "UTC", transitions: [Transition(at: .zero, offsetSeconds: 0)])

    /// Seconds to add to UTC at `time`.
    package func offsetSeconds(at time: Timestamp) -> Int64 {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= time { low = middle + 1 } else { high = middle }
        }
        return transitions[max(0, low - 1)].offsetSeconds
    }

    /// The local day of `time`: days since 1970-01-01.
    package func localDay(of time: Timestamp) -> Int64 {
        let local = time.advanced(byMilliseconds: offsetSeconds(at: time) * 1_000)
        return local.milliseconds.flooredDivision(by: 86_400_000)
    }

    /// The local year of `time`, by the proleptic Gregorian calendar.
    package func localYear(of time: Timestamp) -> Int {
        CivilDate(daysSince1970: localDay(of: time)).year
    }
}

/// A date of the proleptic Gregorian calendar.
package struct CivilDate: Hashable, Comparable, Sendable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int

    /// A date from its parts; they are not checked.
    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date so many days after 1970-01-01; years count from 1 March inside.
    package init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// Days from 1970-01-01 to this date.
    package var daysSince1970: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = shiftedYear.flooredDivision(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

extension Int64 {
    /// Division that rounds towards minus infinity; the divisor must be positive.
    package func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

/// When the street works: sorted intervals in UTC, weekends, holidays and make-up days applied.
package struct WorkCalendar: Hashable, Sendable, Codable {
    /// One stretch of working time without a break.
    package struct Interval: Hashable, Sendable, Codable {
        /// The first millisecond that counts.
        package var opens: Timestamp
        /// The first millisecond that no longer counts.
        package var closes: Timestamp
        /// The local day it belongs to: days since 1970-01-01.
        package var day: Int64

        /// One stretch of working time.
        package init(opens: Timestamp, closes: Timestamp, day: Int64) {
            self.opens = opens
            self.closes = closes
            self.day = day
        }
    }

    /// Sorted, disjoint, none empty. Those after `publishedThrough` follow the plain week.
    package var intervals: [Interval]
    /// The end of the last year with an official notice; what is due later is provisional.
    package var publishedThrough: Timestamp
    /// The zone whose days count.
    package var zone: StreetZone

    /// A calendar; `intervals` must be sorted and disjoint.
    package init(intervals: [Interval], publishedThrough: Timestamp, zone: StreetZone) {
        self.intervals = intervals
        self.publishedThrough = publishedThrough
        self.zone = zone
    }
}

extension ReportRule {
    private static let dayMilliseconds: Int64 = 86_400_000

    /// When the next report is due after one that is due at `time`: some weeks later, or at the
    /// same hour on the same day of a later month, or that month's last.
    ///
    /// `start` is when the case began: what is due on the 31st is due on the 28th of February and
    /// on the 31st of March again. Without it the day of `time` counts.
    package func next(
        after time: Timestamp, since start: Timestamp? = nil, in zone: StreetZone
    ) -> Timestamp {
        let count = Int64(max(1, count))
        guard interval == .month else {
            let (days, overflow) = count.multipliedReportingOverflow(by: 7 * Self.dayMilliseconds)
            return time.advanced(byMilliseconds: overflow ? .max : days)
        }
        let day = zone.localDay(of: time)
        let date = CivilDate(daysSince1970: day)
        let months = Int64(date.month - 1) + min(count, 1_200)
        let year = date.year + Int(months / 12)
        let month = Int(months % 12) + 1
        let wanted = start.map { CivilDate(daysSince1970: zone.localDay(of: $0)).day } ?? date.day
        let next = min(wanted, CivilDate.days(in: month, of: year))
        let days = CivilDate(year: year, month: month, day: next).daysSince1970 - day
        let due = time.advanced(byMilliseconds: days * Self.dayMilliseconds)
        // Summer time must not move the hour, which may be near midnight.
        let shift = zone.offsetSeconds(at: time) - zone.offsetSeconds(at: due)
        return due.advanced(byMilliseconds: shift * 1_000)
    }
}

extension CivilDate {
    /// How many days a month has.
    package static func days(in month: Int, of year: Int) -> Int {
        let first = CivilDate(year: year, month: month, day: 1).daysSince1970
        let next =
            month == 12
            ? CivilDate(year: year + 1, month: 1, day: 1).daysSince1970
            : CivilDate(year: year, month: month + 1, day: 1).daysSince1970
        return Int(next - first)
    }
}

import GridModel

/// The times of the authorised-keys file: a day, which lasts to its end in UTC, or a second, `Z`.
enum ExpiryTime {
    private static let dayMilliseconds: Int64 = 86_400_000

    /// The time a text names; `nil` if it names none.
    static func time(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || bytes.count == 20, let day = day(bytes) else { return nil }
        let midnight = Timestamp(milliseconds: day * dayMilliseconds)
        guard bytes.count == 20 else { return midnight.advanced(byMilliseconds: dayMilliseconds) }
        guard bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]), hour < 24, minute < 60, second < 60
        else { return nil }
        return midnight.advanced(byMilliseconds: ((hour * 60 + minute) * 60 + second) * 1_000)
    }

    /// The time as text, to the second.
    static func text(of time: Timestamp) -> String {
        let seconds = time.milliseconds / 1_000
        let (day, rest) = (seconds / 86_400, seconds % 86_400)
        let (year, month, date) = civil(day)
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)-\(two(month))-\(two(date))T\(two(rest / 3_600)):\(two(rest / 60 % 60)):"
            + "\(two(rest % 60))Z"
    }

    private static func day(_ bytes: [UInt8]) -> Int64? {
        guard bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let date = number(bytes[8..<10]), year >= 1_970
        else { return nil }
        let day = days(year: year, month: month, date: date)
        // A day that does not exist would come back as another.
        guard civil(day) == (year, month, date) else { return nil }
        return day
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// Days since 1970-01-01 of the proleptic Gregorian calendar, by years that begin in March.
    private static func days(year: Int64, month: Int64, date: Int64) -> Int64 {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = (month + 9) % 12
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + (marchMonth * 306 + 5) / 10 + date - 1 - 719_468
    }

    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, date: Int64) {
        var year = (day + 719_468) * 400 / 146_097
        while days(year: year + 1, month: 3, date: 1) <= day { year += 1 }
        while days(year: year, month: 3, date: 1) > day { year -= 1 }
        let ofYear = day - days(year: year, month: 3, date: 1)
        let marchMonth = (ofYear * 10 + 5) / 306
        let date = ofYear - (marchMonth * 306 + 5) / 10 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (month > 2 ? year : year + 1, month, date)
    }
}

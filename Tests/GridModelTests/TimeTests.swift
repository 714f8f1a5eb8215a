import GridModel
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test("Arithmetic saturates at both ends")
    func saturates() {
        let last = Timestamp(milliseconds: .max)
        let first = Timestamp(milliseconds: .min)
        #expect(last.advanced(byMilliseconds: 1) == last)
        #expect(first.advanced(byMilliseconds: -1) == first)
        #expect(last.milliseconds(since: first) == .max)
        #expect(first.milliseconds(since: last) == .min)
        #expect(Timestamp.zero.advanced(byMilliseconds: .min).milliseconds == .min)
    }
}

@Suite("CivilDate")
struct CivilDateTests {
    @Test(
        "Known days",
        arguments: [
            (0, 1970, 1, 1), (-1, 1969, 12, 31), (11_016, 2000, 2, 29), (20_454, 2026, 1, 1),
            (-719_468, 0, 3, 1), (19_782, 2024, 2, 29), (-25_509, 1900, 2, 28),
            (-25_508, 1900, 3, 1),
        ] as [(Int64, Int, Int, Int)])
    func knowsDays(days: Int64, year: Int, month: Int, day: Int) {
        #expect(CivilDate(daysSince1970: days) == CivilDate(year: year, month: month, day: day))
        #expect(CivilDate(year: year, month: month, day: day).daysSince1970 == days)
    }

    @Test("Every day of 800 years follows the one before")
    func followsOn() {
        var previous = CivilDate(daysSince1970: -150_001)
        for days in -150_000...150_000 as ClosedRange<Int64> {
            let date = CivilDate(daysSince1970: days)
            guard date.daysSince1970 == days, previous < date, (1...12).contains(date.month),
                date.day == previous.day + 1 || date.day == 1
            else {
                Issue.record("day \(days) is \(date) after \(previous)")
                return
            }
            previous = date
        }
    }
}

@Suite("StreetZone")
struct StreetZoneTests {
    /// New York around the changes of 2013.
    private let zone = StreetZone(
        name: "America/New_York",
        transitions: [
            .init(at: Timestamp(milliseconds: 1_352_008_800_000), offsetSeconds: -18_000),
            .init(at: Timestamp(milliseconds: 1_362_898_800_000), offsetSeconds: -14_400),
            .init(at: Timestamp(milliseconds: 1_383_458_400_000), offsetSeconds: -18_000),
        ])

    @Test("The offset changes with its transition, not a millisecond before")
    func changesOffset() {
        #expect(zone.offsetSeconds(at: Timestamp(milliseconds: 1_362_898_799_999)) == -18_000)
        #expect(zone.offsetSeconds(at: Timestamp(milliseconds: 1_362_898_800_000)) == -14_400)
        #expect(zone.offsetSeconds(at: Timestamp(milliseconds: 1_383_458_400_000)) == -18_000)
        #expect(zone.offsetSeconds(at: Timestamp(milliseconds: .min)) == -18_000)
        #expect(zone.offsetSeconds(at: .distantFuture) == -18_000)
    }

    @Test("Local days and years begin at local midnight")
    func beginsAtMidnight() {
        let midnight = Timestamp(milliseconds: 1_388_552_400_000)
        #expect(zone.localYear(of: midnight) == 2014)
        #expect(zone.localYear(of: midnight.advanced(byMilliseconds: -1)) == 2013)
        #expect(zone.localDay(of: midnight) == 16_071)
    }

    @Test("Days before 1970 round down")
    func roundsDown() {
        #expect(StreetZone.utc.localDay(of: Timestamp(milliseconds: -1)) == -1)
        #expect(StreetZone.utc.localDay(of: Timestamp(milliseconds: -86_400_000)) == -1)
        #expect(StreetZone.utc.localDay(of: Timestamp(milliseconds: -86_400_001)) == -2)
    }
}

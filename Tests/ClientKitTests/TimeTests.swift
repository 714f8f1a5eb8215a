import ClientKit
import GridModel
import Testing

@Suite struct RFC3339Tests {
    @Test(
        "a time is read with its offset",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T08:00:00+08:00", 0),
            ("2026-11-23T17:18:28.250+08:00", 1_795_425_508_250),
            ("2026-11-23t09:18:28.2509z", 1_795_425_508_250),
            ("1969-12-31 23:59:59.999Z", -1), ("2000-02-29T12:00:00-01:30", 951_831_000_000),
        ])
    func reading(text: String, milliseconds: Int64) {
        #expect(RFC3339.time(text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(
        "what is no such time is refused",
        arguments: [
            "", "2026-11-23", "2026-11-23T17:18:28", "2026-11-23T17:18Z", "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T00:60:00Z",
            "2026-11-23T00:00:00.Z", "2026-11-23T00:00:00+24:00", "2026-11-23T00:00:00Zx",
            "26-11-23T00:00:00Z", "2026-1-23T00:00:00Z", "２026-11-23T00:00:00Z",
        ])
    func refusing(text: String) {
        #expect(RFC3339.time(text) == nil)
    }

    @Test("a time is written in the street's own offset and reads back")
    func writing() throws {
        let shanghai = try #require(LocalZone(name: "Asia/Shanghai"))
        let newYork = try #require(LocalZone(name: "America/New_York"))
        let time = Timestamp(milliseconds: 1_795_425_508_250)
        #expect(RFC3339.text(time, in: shanghai) == "2026-11-23T17:18:28.250+08:00")
        #expect(RFC3339.text(time, in: newYork) == "2026-11-23T04:18:28.250-05:00")
        #expect(RFC3339.text(time, in: .utc) == "2026-11-23T09:18:28.250Z")
        #expect(RFC3339.shortText(time, in: newYork) == "2026-11-23 04:18:28")
        #expect(RFC3339.time(RFC3339.text(time, in: newYork)) == time)
    }
}

@Suite struct LocalZoneTests {
    @Test("an hour that comes twice is its first, an hour that is left out lies after the gap")
    func clockChanges() throws {
        let zone = try #require(LocalZone(name: "America/New_York"))
        let cases: [(local: String, utc: String)] = [
            ("2013-12-25T23:59:08Z", "2013-12-26T04:59:08Z"),
            ("2013-07-01T12:00:00Z", "2013-07-01T16:00:00Z"),
            ("2013-11-03T01:30:00Z", "2013-11-03T05:30:00Z"),
            ("2013-11-03T02:30:00Z", "2013-11-03T07:30:00Z"),
            ("2013-03-10T02:30:00Z", "2013-03-10T07:30:00Z"),
            ("2013-03-10T01:59:00Z", "2013-03-10T06:59:00Z"),
        ]
        for (local, utc) in cases {
            let moment = zone.moment(ofLocal: try #require(RFC3339.time(local)))
            #expect(RFC3339.text(moment, in: .utc).hasPrefix(utc.dropLast()), "\(local)")
        }
    }

    @Test("a name that the database lacks is no zone")
    func unknown() {
        #expect(LocalZone(name: "Asia/Gulou") == nil)
        #expect(LocalZone(name: "") == nil)
    }
}

@Suite struct TimePatternTests {
    @Test(
        "a time that fits its pattern is read",
        arguments: [
            ("MM/dd/yyyy hh:mm:ss a", "12/25/2013 11:59:08 PM", "2013-12-25T23:59:08Z"),
            ("MM/dd/yyyy hh:mm:ss a", "12/25/2013 12:00:00 AM", "2013-12-25T00:00:00Z"),
            ("MM/dd/yyyy hh:mm:ss a", "12/25/2013 12:00:01 pm", "2013-12-25T12:00:01Z"),
            ("yyyy-MM-dd HH:mm", "2026-02-28 23:59", "2026-02-28T23:59:00Z"),
            ("yyyy年MM月dd日", "2026年02月28日", "2026-02-28T00:00:00Z"),
            ("yyyyMMddTHHmmss", "20260228T010203", "2026-02-28T01:02:03Z"),
        ])
    func reading(pattern: String, text: String, expected: String) throws {
        let time = try #require(try TimePattern(pattern).time(text))
        #expect(time.asUTC == RFC3339.time(expected))
    }

    @Test(
        "a time that does not fit or does not exist is refused",
        arguments: [
            "", "12/25/2013", "1/2/2013 01:00:00 AM", "02/29/2013 01:00:00 AM",
            "12/25/2013 13:00:00 AM", "12/25/2013 00:00:00 AM", "12/25/2013 01:00:00",
            "12/25/2013 01:00:00 AM ", "13/01/2013 01:00:00 AM", "12/25/13 01:00:00 AM",
        ])
    func refusing(text: String) throws {
        #expect(try TimePattern("MM/dd/yyyy hh:mm:ss a").time(text) == nil)
    }

    @Test(
        "a pattern that names no moment is a mistake",
        arguments: [
            "", "yyyy-MM", "yyyy-MM-dd hh:mm", "yyyy-MM-dd HH:mm a", "yyyy-MM-dd dd",
            "yyyy-MM-dd HH hh a",
        ])
    func badPattern(pattern: String) {
        #expect(throws: TimePattern.Mistake.self) { try TimePattern(pattern) }
    }
}

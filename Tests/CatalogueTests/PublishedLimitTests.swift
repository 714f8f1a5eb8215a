import Catalogue
import Foundation
import GridModel
import Testing

/// The limits that are published for a street of this kind, in the sample catalogue, with times
/// that were worked out by hand from the printed calendar of 2026.
///
/// The office works from 9:00 to 12:00 and from 13:30 to 17:30. Spring Festival is from 15 to 23
/// February; Saturday the 14th and Saturday the 28th are worked.
@Suite("Published limits")
struct PublishedLimitTests {
    /// A clock of a category's condition that starts at a local time, and when it speaks.
    struct Row: CustomTestStringConvertible {
        let category: String
        let condition: String
        let clock: ClockKind
        let start: String
        let warns: String
        let due: String

        init(
            _ category: String, _ condition: String = "default", _ clock: ClockKind = .resolve,
            from start: String, warns: String, due: String
        ) {
            (self.category, self.condition, self.clock) = (category, condition, clock)
            (self.start, self.warns, self.due) = (start, warns, due)
        }

        var testDescription: String { "\(category) \(condition) \(clock) from \(start)" }
    }

    /// Compiled once for all rows.
    private static let catalogue = Result {
        try CatalogueCompiler.compile(yaml: CatalogueFiles.gulou())
    }

    static let rows = [
        // Two urgent hours run through the night into the holiday.
        Row(
            "manhole-cover", "missing", from: "2026-02-14T23:30", warns: "2026-02-15T01:06",
            due: "2026-02-15T01:30"),
        // Four work hours: an hour on Friday, three on the make-up Saturday.
        Row(
            "manhole-cover", "broken", from: "2026-02-13T16:30", warns: "2026-02-14T11:12",
            due: "2026-02-14T12:00"),
        // An hour on the make-up Saturday, three after the festival.
        Row(
            "manhole-cover", "broken", from: "2026-02-14T16:30", warns: "2026-02-24T11:12",
            due: "2026-02-24T12:00"),
        // An ordinary weekend.
        Row(
            "manhole-cover", "broken", from: "2026-03-06T17:00", warns: "2026-03-09T11:42",
            due: "2026-03-09T14:00"),
        // Being built: four work hours from the opening of the second make-up Saturday.
        Row(
            "illegal-construction", "being-built", from: "2026-02-28T09:00",
            warns: "2026-02-28T13:42", due: "2026-02-28T14:30"),
        // Seven work days after the 12th: 13, 14, 24, 25, 26, 27, 28. In all 55 hours, 44 of them
        // are over at noon of the 27th.
        Row(
            "illegal-construction", "to-be-decided", from: "2026-02-12T10:00",
            warns: "2026-02-27T12:00", due: "2026-02-28T17:30"),
        // Twenty after the 13th end on 19 March. In all 147 hours; 117 h 36 min of them are over
        // on 13 March.
        Row(
            "illegal-construction", "to-be-demolished", from: "2026-02-13T09:00",
            warns: "2026-03-13T16:06", due: "2026-03-19T17:30"),
        // At night, at noon, at the very end of a working day.
        Row("litter", from: "2026-03-02T20:00", warns: "2026-03-03T13:42", due: "2026-03-03T14:30"),
        Row("litter", from: "2026-03-03T12:30", warns: "2026-03-03T16:42", due: "2026-03-03T17:30"),
        Row("litter", from: "2026-05-08T17:30", warns: "2026-05-09T13:42", due: "2026-05-09T14:30"),
        // Over the National Day.
        Row("litter", from: "2026-09-30T17:00", warns: "2026-10-08T11:42", due: "2026-10-08T14:00"),
        // On site within an hour, on a Saturday night.
        Row(
            "open-air-barbecue", "default", .arrive, from: "2026-07-04T22:15",
            warns: "2026-07-04T23:03", due: "2026-07-04T23:15"),
        // In the holidays: dispatch within ten minutes, contact within thirty, meet within an hour.
        Row(
            "litter", "default", .dispatch, from: "2026-02-16T08:55", warns: "2026-02-16T09:03",
            due: "2026-02-16T09:05"),
        Row(
            "litter", "default", .accept, from: "2026-02-17T12:00", warns: "2026-02-17T12:24",
            due: "2026-02-17T12:30"),
        Row(
            "litter", "default", .arrive, from: "2026-02-22T23:40", warns: "2026-02-23T00:28",
            due: "2026-02-23T00:40"),
    ]

    @Test(
        "The clocks of the sample catalogue speak when the printed calendar says", arguments: rows)
    func speaks(row: Row) throws {
        let catalogue = try Self.catalogue.get()
        let category = try #require(catalogue.categories.first { $0.id == row.category })
        let condition = try #require(category.conditions.first { $0.id == row.condition })
        let limit = try #require(condition.limits[row.clock])
        let deadline = catalogue.calendar.deadline(from: try time(row.start), limit: limit)
        #expect(deadline.dueAt == (try time(row.due)))
        #expect(deadline.warnsAt == (try time(row.warns)))
        #expect(!deadline.isProvisional)
    }

    private func time(_ text: String) throws -> Timestamp {
        let date = try Date.ISO8601FormatStyle().parse(text + ":00+08:00")
        return Timestamp(milliseconds: Int64(date.timeIntervalSince1970) * 1_000)
    }
}

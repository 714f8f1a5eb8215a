import BrokerEngine
import GridModel
import Testing

/// Weekly reports and monthly summaries side by side (一案一报告).
@Suite("Engine: several reports on one case")
struct CaseReportTests {
    private static let day = SampleStreet.day
    private static let hour = 60 * SampleStreet.minute

    private static func scheduled(_ facts: [Fact]) -> [UInt8: Timestamp] {
        var due: [UInt8: Timestamp] = [:]
        for case .reportScheduled(_, let deadline, let report) in facts {
            due[report] = deadline.dueAt
        }
        return due
    }

    private static func month(after start: Timestamp) -> Timestamp {
        ReportRule(every: 1, .month).next(after: start, in: .utc)
    }

    private static func after(_ milliseconds: Int64) -> Timestamp {
        SampleStreet.start.advanced(byMilliseconds: milliseconds)
    }

    @Test("each report has a clock of its own, which warns and is missed by itself")
    func clocks() {
        let fixture = EngineFixture(catalogue: PeopleStreet.catalogue())
        let receipt = fixture.file("appeal")
        let number = fixture.part(0, of: receipt)
        let call = fixture.record.call(id: receipt.id)
        let clocks = call.flatMap { fixture.record.detail(ofCall: $0) }?.reports.running ?? []
        #expect(clocks.map(\.report) == [0, 1])
        #expect(
            clocks.map(\.clock.deadline.dueAt) == [
                Self.after(7 * Self.day), Self.month(after: SampleStreet.start),
            ])
        let missed = fixture.turn(after: 7 * Self.day).facts
        #expect(missed.contains(.deadlineMissed(number, clock: .reportDue, report: 0)))
        #expect(!missed.contains(.deadlineWarned(number, clock: .reportDue, report: 1)))
        fixture.restart()
        let summary = fixture.turn(after: 24 * Self.day).facts
        #expect(summary.contains(.deadlineWarned(number, clock: .reportDue, report: 1)))
        #expect(summary.contains(.deadlineMissed(number, clock: .reportDue, report: 1)))
        #expect(!summary.contains(.deadlineMissed(number, clock: .reportDue, report: 0)))
    }

    @Test("filing one report sets its next and leaves the other alone")
    func filing() {
        let fixture = EngineFixture(catalogue: PeopleStreet.catalogue())
        let receipt = fixture.file("appeal")
        fixture.turn(after: Self.day)
        let filed = fixture.give(.report("weekly"), on: receipt.id).facts
        #expect(Self.scheduled(filed) == [0: Self.after(14 * Self.day)])
        let summary = fixture.give(.report("monthly"), on: receipt.id).facts
        let first = Self.month(after: SampleStreet.start)
        let second = ReportRule(every: 1, .month).next(
            after: first, since: SampleStreet.start, in: .utc)
        #expect(Self.scheduled(summary) == [1: second])
        #expect(
            summary.contains {
                if case .reportFiled(_, _, _, report: 1) = $0 { true } else { false }
            })
    }

    @Test("which report is meant must be said where there are several, and must be one of them")
    func ids() {
        let fixture = EngineFixture(catalogue: PeopleStreet.catalogue())
        let several = fixture.file("appeal")
        let unnamed = fixture.give(.report(), on: several.id).refusal
        #expect(unnamed?.code == .missingField && unnamed?.field == "report")
        #expect(unnamed?.reason.contains("weekly, monthly") == true)
        let unknown = fixture.give(.report("daily"), on: several.id).refusal
        #expect(unknown?.code == .valueOutOfRange && unknown?.field == "report")
        #expect(unknown?.reason.contains("weekly, monthly") == true)
        let one = fixture.file("suit")
        #expect(fixture.give(.report("weekly"), on: one.id).refusal?.code == .valueOutOfRange)
        #expect(fixture.give(.report("report"), on: one.id).refusal == nil)
        #expect(fixture.give(.report(), on: one.id).refusal == nil)
    }

    @Test("a limit alone asks for one report, which is filed once and not due again")
    func once() {
        let fixture = EngineFixture(catalogue: PeopleStreet.catalogue())
        let late = fixture.file("spill")
        let inTime = fixture.file("spill")
        let numbers = [fixture.part(0, of: late), fixture.part(0, of: inTime)]
        #expect(fixture.give(.report("weekly"), on: late.id).refusal?.code == .valueOutOfRange)
        fixture.turn(after: Self.hour)
        let filed = fixture.give(.report(), on: inTime.id)
        #expect(filed.refusal == nil && Self.scheduled(filed.facts) == [:])
        fixture.restart()
        let missed = fixture.turn(after: Self.hour).facts
        #expect(missed.contains(.deadlineMissed(numbers[0], clock: .reportDue)))
        #expect(!missed.contains(.deadlineMissed(numbers[1], clock: .reportDue)))
        #expect(fixture.give(.report(), on: late.id).refusal == nil)
        let later = fixture.turn(after: 30 * Self.day).facts
        #expect(!later.contains(.deadlineMissed(numbers[1], clock: .reportDue)))
    }
}

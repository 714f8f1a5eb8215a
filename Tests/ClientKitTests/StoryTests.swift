import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

/// Writes a story as a broker tells it.
private struct StoryWriter {
    var call = WireCallView()
    /// 2026-03-02 09:00:00 in Shanghai, a Monday.
    private(set) var now: Int64 = 1_772_413_200_000

    init() {
        call.id = CallID(high: 1, low: 2).data
        call.caseNumber = "GL-2026-000123-7"
        call.category = "raze"
        call.grid = "g1"
        call.urgency = .urgent
        call.filedAt = now
        call.texts.description_p = "楼顶加建彩钢房"
    }

    /// Adds a step `minutes` after the last; of a part from 1, of the whole call without one.
    mutating func tell(
        _ step: String, _ minutes: Int64 = 0, part: UInt32 = 0, by actor: String = "",
        _ values: String = "", said text: String = ""
    ) {
        now += minutes * 60_000
        var view = WireStepView()
        (view.at, view.step, view.ordinal, view.actor) = (now, step, part, actor)
        view.valuesBytes = UInt32(values.utf8.count)
        view.detail = [values, text].filter { !$0.isEmpty }.joined(separator: "; ")
        call.steps.append(view)
    }

    /// Adds a part.
    mutating func part(
        _ department: String, state: String, _ clocks: [WireClockView],
        _ change: (inout WirePartView) -> Void = { _ in }
    ) {
        var part = WirePartView()
        part.assignment =
            AssignmentNumber(serial: 123, ordinal: call.parts.count).rawValue
        (part.department, part.state, part.clocks) = (department, state, clocks)
        part.role = .lead
        change(&part)
        call.parts.append(part)
    }

    /// Ends the call.
    mutating func close() {
        tell("callClosed")
        call.state = "closed"
        call.closedAt = now
        call.revision = UInt32(call.steps.count)
    }

    /// A clock that was stopped.
    static func stopped(
        _ name: String, _ light: WireClockLight, due: String, at: String
    ) -> WireClockView {
        var clock = WireClockView()
        (clock.clock, clock.state, clock.light) = (name, .stopped, light)
        clock.dueAt = RFC3339.time(due)?.milliseconds ?? 0
        clock.stoppedAt = RFC3339.time(at)?.milliseconds ?? 0
        return clock
    }
}

extension WireCallView {
    /// A call that met nearly everything a call can meet.
    fileprivate static var wholeLife: WireCallView {
        var story = StoryWriter()
        fileAndReturn(&story)
        extendAndSuspend(&story)
        review(&story)
        checkTwice(&story)
        story.close()
        story.call.sameAsAndParts()
        return story.call
    }

    private static func fileAndReturn(_ story: inout StoryWriter) {
        story.tell("callFiled", by: "terminal-7")
        story.tell("duplicateReported", by: "terminal-7", "of=GL-2026-000101-9")
        story.tell(
            "assignmentQueued", part: 1,
            "department=urban role=lead stage=0 due=2026-03-04T01:00:00.000Z")
        story.tell(
            "assignmentDispatched", 2, part: 1, by: "urban/w-1",
            "attempt=1 due=2026-03-02T01:32:00.000Z")
        story.tell("assignmentDelivered", part: 1)
        story.tell("assignmentReturned", 5, part: 1, by: "urban/w-1", "attempt=1", said: "不属于本部门")
        story.tell("commandDecided", 3, "revision=7")
        story.tell(
            "assignmentRedispatched", part: 1, by: "operator-1", "to=2", said: "经营场所，归市场监管")
        story.tell(
            "assignmentQueued", part: 2,
            "department=market role=lead stage=0 due=2026-03-04T01:10:00.000Z")
        story.tell(
            "assignmentDispatched", 1, part: 2, by: "market/w-2",
            "attempt=1 due=2026-03-02T01:41:00.000Z")
        story.tell(
            "assignmentReleased", 30, part: 2,
            "cause=leaseEnded failures=1 notBefore=2026-03-02T01:42:00.000Z")
        story.tell(
            "assignmentDispatched", 1, part: 2, by: "market/w-3",
            "attempt=2 due=2026-03-02T02:12:00.000Z")
        story.tell(
            "assignmentAccepted", 3, part: 2, by: "market/w-3", "due=2026-03-02T03:15:00.000Z")
        story.tell("deadlineWarned", 48, part: 2, "clock=arrive")
        story.tell("deadlineMissed", 12, part: 2, "clock=arrive")
        story.tell(
            "supervisionOpened", part: 2, "supervisor=judicial due=2026-03-02T05:15:00.000Z")
        story.tell("assignmentArrived", 10, part: 2, by: "market/w-3")
        story.tell("supervisionReplied", 5, part: 2, by: "officer-li", said: "堵车，已到场")
    }

    private static func extendAndSuspend(_ story: inout StoryWriter) {
        story.tell("extensionRequested", 30, part: 2, by: "officer-li", said: "须请第三方检测")
        story.tell(
            "extensionDecided", 20, part: 2, by: "operator-1",
            "approved=true due=2026-03-06T01:10:00.000Z", said: "同意一次")
        story.tell("extensionRequested", 10, part: 2, by: "officer-li", said: "再延一次")
        story.tell(
            "extensionDecided", 10, part: 2, by: "operator-1", "approved=false", said: "理由不足")
        story.tell(
            "assignmentSuspended", 20, part: 2, by: "officer-li",
            "remaining=165600000ms until=2026-03-09T01:00:00.000Z", said: "等检测报告")
        story.tell(
            "assignmentResumed", 9_870, part: 2, "due=2026-03-11T01:00:00.000Z")
        story.tell(
            "supervisionOpened", 5, part: 2, by: "judge-wang", "due=2026-03-09T05:00:00.000Z",
            said: "限今日拿出处理意见")
        story.tell("supervisionReplied", 20, part: 2, by: "officer-li", said: "已拟定措施")
    }

    private static func review(_ story: inout StoryWriter) {
        story.tell(
            "measuresProposed", 5, part: 2, by: "officer-li",
            "major=true due=2026-03-10T01:00:00.000Z", said: "罚款: 80000\n\n情节严重")
        story.tell(
            "proposalReviewed", 60, part: 2, by: "judge-wang", "verdict=corrected",
            said: "裁量过重，依据写明条款")
        story.tell(
            "measuresProposed", 30, part: 2, by: "officer-li",
            "major=true due=2026-03-10T02:00:00.000Z", said: "罚款: 50000\n依据: 第六十四条")
        story.tell("proposalReviewed", 30, part: 2, by: "judge-wang", "verdict=approved")
        story.tell(
            "assignmentCompleted", 60, part: 2, by: "officer-li", "attempt=2",
            said: "罚款: 50000\n依据: 第六十四条\n\n已拆除")
    }

    private static func checkTwice(_ story: inout StoryWriter) {
        story.tell("checkOpened", 0, "due=2026-03-10T09:00:00.000Z")
        story.tell(
            "checkDecided", 240, by: "terminal-7", "passed=false", said: "仍有支架未拆")
        story.tell("assignmentReworked", part: 2, "due=2026-03-09T11:00:00.000Z")
        story.tell(
            "assignmentDispatched", 1, part: 2, by: "market/w-3", "attempt=3")
        story.tell("assignmentAccepted", 1, part: 2, by: "market/w-3")
        story.tell(
            "assignmentCompleted", 120, part: 2, by: "market/w-3", "attempt=3", said: "支架已拆")
        story.tell("checkOpened", 0, "due=2026-03-11T09:00:00.000Z")
        story.tell("checkDecided", 60, by: "terminal-7", "passed=true")
        story.tell("tomorrowsStep", 0, "who=knows", said: "from a later broker")
    }

    private mutating func sameAsAndParts() {
        sameAs = "GL-2026-000101-9"
        var story = StoryWriter()
        story.part(
            "urban", state: "withdrawn",
            [
                StoryWriter.stopped(
                    "dispatch", .green, due: "2026-03-02T01:10:00Z", at: "2026-03-02T01:02:00Z")
            ])
        story.part(
            "market", state: "completed",
            [
                StoryWriter.stopped(
                    "arrive", .red, due: "2026-03-02T03:15:00Z", at: "2026-03-02T03:25:00Z"),
                StoryWriter.stopped(
                    "resolve", .yellow, due: "2026-03-09T11:00:00Z", at: "2026-03-09T10:32:00Z"),
            ])
        parts = story.call.parts
        clocks = [
            StoryWriter.stopped(
                "check", .green, due: "2026-03-11T09:00:00Z", at: "2026-03-09T11:32:00Z")
        ]
    }
}

@Suite struct StoryTests {
    private func table(_ language: Language) throws -> String {
        var presentation = Presentation(
            zone: try #require(LocalZone(name: "Asia/Shanghai")), language: language)
        var catalogue = WireCatalogueReply()
        catalogue.departments = [
            ("urban", "城市管理", "Urban management"), ("judicial", "司法所", "Judicial office"),
            ("market", "市场监管", "Market supervision"),
        ].map { id, chinese, english in
            var named = WireNamedID()
            (named.id, named.chinese, named.english) = (id, chinese, english)
            return named
        }
        presentation.names = CatalogueNames(catalogue)
        return CallOutput(.wholeLife, presentation).table
    }

    @Test("a whole life is told in Chinese")
    func chinese() throws {
        #expect(try table(.chinese) == WholeLifeStory.chinese)
    }

    @Test("a whole life is told in English")
    func english() throws {
        #expect(try table(.english) == WholeLifeStory.english)
    }

    @Test("every step of the protocol has a word in both languages")
    func words() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let protocolText = try String(
            contentsOf: root.appendingPathComponent("docs/protocol.md"), encoding: .utf8)
        let list = try #require(
            protocolText.firstRange(of: "`StepView.step` is one of:")
        ).upperBound
        let names = protocolText[list...].prefix { $0 != "." }.split(separator: "`")
            .map(String.init).filter { $0.allSatisfy(\.isLetter) }
        #expect(names.count >= 39)
        for language in Language.allCases {
            let presentation = Presentation(zone: .utc, language: language)
            for name in names { #expect(presentation.step(name) != name, "\(name)") }
            #expect(presentation.step("tomorrowsStep") == "tomorrowsStep")
        }
    }

    @Test("the detail of a broker that does not tell its values apart is shown as it is")
    func olderBroker() throws {
        var call = sampleCall()
        call.steps[1].step = "assignmentReturned"
        call.steps[1].detail = "attempt=1; not ours"
        let csv = CallOutput(call, Presentation(zone: .utc, language: .english)).csv
        #expect(csv.contains(",returned,,\"attempt=1; not ours\"\n"), "\(csv)")
    }
}

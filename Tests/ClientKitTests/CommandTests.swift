import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

/// A call with two parts and some steps.
func sampleCall(state: String = "working", steps: Int = 2) -> WireCallView {
    var call = WireCallView()
    call.id = CallID(high: 1, low: 2).data
    call.caseNumber = "GL-2026-000123-7"
    call.state = state
    call.category = "noise"
    call.grid = "G1"
    call.urgency = .urgent
    call.filedAt = 1_795_425_508_250
    call.texts.description_p = "a drill\u{1B}[2J"
    call.revision = 6
    for (ordinal, department) in ["urban", "market"].enumerated() {
        var part = WirePartView()
        part.assignment = AssignmentNumber(serial: 123, ordinal: ordinal).rawValue
        part.department = department
        part.role = ordinal == 0 ? .lead : .assist
        part.state = ordinal == 0 ? "completed" : "stuck"
        part.resolveDue = 1_795_429_108_250
        call.parts.append(part)
    }
    for number in 0..<steps {
        var step = WireStepView()
        step.at = 1_795_425_508_250 + Int64(number)
        step.step = number == 0 ? "callFiled" : "assignmentQueued"
        step.ordinal = UInt32(min(number, 2))
        call.steps.append(step)
    }
    return call
}

let reference = CallReference.caseNumber(CaseNumber(prefix: "GL", year: 2026, serial: 123))

private func sampleSubmit() -> WireSubmitItem {
    var item = WireSubmitItem()
    item.category = "noise"
    item.grid = "G1"
    item.texts.description_p = "a drill"
    return item
}

@Suite struct CallReferenceTests {
    @Test(
        "a call is named by its id, its case number or a part of either",
        arguments: [
            ("00000000-0000-0001-0000-000000000002", CallReference.id(CallID(high: 1, low: 2))),
            ("00000000000000010000000000000002", .id(CallID(high: 1, low: 2))),
            (" gl-2026-000123-7 ", reference), ("123", .spoken("123")),
            (" ＧＬ 2026 123", .spoken("ＧＬ 2026 123")), ("01a2", .spoken("01a2")),
            ("GL-2026-000132-7", .spoken("GL-2026-000132-7")),
        ])
    func reading(text: String, expected: CallReference) throws {
        #expect(try CallReference(parsing: text) == expected)
    }

    @Test("anything else is refused", arguments: ["", "nonsense", "GL", "垃圾 12", "x y z"])
    func refusing(text: String) {
        #expect(throws: CallReference.ParseError.self) { try CallReference(parsing: text) }
    }

    @Test("several calls that fit are told with what distinguishes them")
    func candidates() {
        let failure = failure(of: "123", candidates: [sampleCall(), sampleCall()])
        #expect(failure?.message.english.contains("may mean several calls") == true)
        #expect(failure?.message.chinese.contains("\n  GL-2026-000123-7  ") == true)
        #expect(failure?.exitStatus == .usage)
    }

    @Test("a wrong check digit is noticed and the right number suggested")
    func slip() {
        let failure = failure(of: "GL-2026-000132-7", candidates: [sampleCall()])
        #expect(failure?.message.english.contains("check digit") == true)
        #expect(failure?.message.english.contains("GL-2026-000123-7") == true)
    }

    private func failure(of text: String, candidates: [WireCallView]) -> ClientFailure? {
        let broker = FakeBroker()
        var list = WireListReply()
        list.calls = candidates
        broker.replies = [.list(list)]
        return #expect(throws: ClientFailure.self) {
            let command = TrackCommand(try CallReference(parsing: text), format: .table)
            _ = try command.run(in: ClientSession(broker, CollectingConsole()))
        }
    }
}

@Suite struct SubmitCommandTests {
    private let id = CallID(high: 5, low: 6)

    @Test("a filed call prints its case number and nothing else")
    func filed() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        let command = SubmitCommand(sampleSubmit(), id: id, waits: false, format: .table)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(console.output == "T-2026-000001-\(checkDigit(of: 1))\n")
        #expect(console.notes.isEmpty)
        #expect(broker.order == [id])
    }

    @Test("a refusal names code, field and reason")
    func refused() throws {
        let broker = FakeBroker()
        broker.refusals["a drill"] = WireRefusal(
            Refusal(.unknownCategory, field: "category", reason: "no category noise"))
        let command = SubmitCommand(sampleSubmit(), id: id, waits: false, format: .table)
        let failure = #expect(throws: ClientFailure.self) {
            try command.run(in: ClientSession(broker, CollectingConsole()))
        }
        #expect(
            failure?.message.english.hasPrefix(
                "unknownCategory (category): no category noise\n") == true)
        #expect(failure?.exitStatus == .refused)
    }

    @Test("a call that cannot be right is not sent")
    func wrong() throws {
        let broker = FakeBroker()
        var item = sampleSubmit()
        item.grid = "no grid"
        let command = SubmitCommand(item, id: id, waits: false, format: .table)
        let failure = #expect(throws: ClientFailure.self) {
            try command.run(in: ClientSession(broker, CollectingConsole()))
        }
        #expect(failure?.exitStatus == .usage)
        #expect(broker.submits.isEmpty)
    }

    @Test("nobody there: exit 69, what to check, and how to try again without filing twice")
    func unreachable() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        broker.isThere = false
        let command = SubmitCommand(sampleSubmit(), id: id, waits: false, format: .table)
        let failure = #expect(
            throws: ClientFailure.unreachable(
                endpoint: "tcp://test:1", seconds: 10)
        ) { try command.run(in: ClientSession(broker, console)) }
        #expect(failure?.exitStatus == .unavailable)
        #expect(failure?.message.english.contains("GRIDCALL_BROKER") == true)
        #expect(console.notes.contains("--id \(id)"))
        #expect((11_000..<11_500).contains(broker.now))
    }

    @Test("a name that nobody can be asked about is no wrong name, and what helps is said")
    func namesWithoutBroker() {
        let broker = FakeBroker()
        broker.isThere = false
        let console = CollectingConsole()
        var item = WireSubmitItem()
        item.category = "暴露垃圾"
        item.grid = "gl-101"
        item.texts.description_p = "路边"
        let command = SubmitCommand(
            item, id: CallID(high: 1, low: 2), waits: false, format: .table)
        let failure = #expect(throws: ClientFailure.self) {
            try command.run(in: ClientSession(broker, console))
        }
        #expect(failure?.exitStatus == .unavailable)
        #expect(console.notes.contains("NOT stored") && console.notes.contains("by id"))
    }

    @Test("names the broker told once are understood, and asked for, while it is away")
    func rememberedNames() throws {
        let directory = NSTemporaryDirectory() + "names-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let memory = TerminalState(directory: directory, endpoint: "tcp://test:1")
        let spool = StoppableTerminal().spool
        var category = WireNamedID()
        (category.id, category.chinese) = ("litter", "暴露垃圾")
        var grid = WireNamedID()
        (grid.id, grid.chinese) = ("gl-101", "一号网格")
        for isThere in [true, false] {
            let (broker, console) = (FakeBroker(), CollectingConsole())
            broker.catalogue.categories = [category]
            broker.catalogue.grids = [grid]
            broker.isThere = isThere
            console.answers = ["一号"]
            var item = WireSubmitItem()
            item.category = "暴露垃圾"
            item.texts.description_p = "路边"
            let command = SubmitCommand(
                item, id: CallID(high: 1, low: isThere ? 2 : 3), waits: false, format: .table)
            let session = ClientSession(
                link: broker, console: console, endpoint: "tcp://test:1",
                spool: TerminalSpool(spool, console: console, language: .english), memory: memory)
            #expect(try command.run(in: session) == (isThere ? .done : .tryAgain))
        }
        let names = try spool.pendingNames()
        let stored = try names.flatMap { try spool.loadPending($0).records.map(\.item) }
        #expect(stored.map(\.category) == ["litter"] && stored.map(\.grid) == ["gl-101"])
    }

    @Test(
        "waiting prints each step once and ends with the call",
        arguments: [
            ("closed", ClientKit.ExitStatus.done), ("voided", .refused),
        ])
    func waiting(state: String, status: ClientKit.ExitStatus) throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        broker.replies = [
            .call(sampleCall(steps: 1)), .call(sampleCall(steps: 1)), .call(sampleCall(steps: 3)),
            .call(sampleCall(state: state, steps: 4)),
        ]
        let command = SubmitCommand(sampleSubmit(), id: id, waits: true, format: .table)
        #expect(try command.run(in: ClientSession(broker, console)) == status)
        let lines = console.output.split(separator: "\n").dropFirst().map(String.init)
        #expect(
            lines == [
                "2026-11-23 17:18:28  filed",
                "2026-11-23 17:18:28  queued  urban",
                "2026-11-23 17:18:28  queued  market",
                "2026-11-23 17:18:28  queued  market",
            ])
    }

    private func checkDigit(of serial: UInt64) -> Int {
        CaseNumber(prefix: "T", year: 2026, serial: serial).checkDigit
    }
}

@Suite struct QueryCommandTests {
    @Test("a call's story escapes what could steer a terminal")
    func track() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        broker.replies = [.call(sampleCall())]
        #expect(
            try TrackCommand(reference, format: .table).run(in: ClientSession(broker, console))
                == .done)
        #expect(console.output.hasPrefix("case         GL-2026-000123-7  working\n"))
        #expect(console.output.contains("description  a drill\\u{1B}[2J\n"))
        #expect(console.output.contains("filed        2026-11-23 17:18:28\n"))
        #expect(!console.output.contains("\u{1B}"))
        guard case .track(let query) = broker.queries.first else {
            Issue.record("no track query was sent")
            return
        }
        #expect(query.caseNumber == "GL-2026-000123-7")
    }

    @Test("a list follows the pages until it has enough")
    func list() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        var first = WireListReply()
        first.calls = [sampleCall(), sampleCall()]
        first.nextPage = Data([251, 240])
        var second = WireListReply()
        second.calls = [sampleCall()]
        second.nextPage = Data([30])
        broker.replies = [.list(first), .list(second)]
        let command = ListCommand(WireListQuery(), limit: 3, format: .csv)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(
            console.output == """
                case,state,category,grid,urgency,campaign,filed,due,light,parts,description
                GL-2026-000123-7,working,noise,G1,urgent,,2026-11-23 17:18:28,2026-11-23 18:18:28,,\
                "urban completed, market stuck",a drill\\u{1B}[2J
                GL-2026-000123-7,working,noise,G1,urgent,,2026-11-23 17:18:28,2026-11-23 18:18:28,,\
                "urban completed, market stuck",a drill\\u{1B}[2J
                GL-2026-000123-7,working,noise,G1,urgent,,2026-11-23 17:18:28,2026-11-23 18:18:28,,\
                "urban completed, market stuck",a drill\\u{1B}[2J

                """)
        #expect(console.notes == "there are more: --page Hg\n")
        let limits = broker.queries.compactMap { query in
            if case .list(let list) = query {
                [list.limit, UInt32(list.page.first ?? 0)]
            } else {
                nil
            }
        }
        #expect(limits == [[3, 0], [1, 251]])
    }

    @Test("a list says how many calls match, and a day is the street's whole day")
    func countedList() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        var reply = WireListReply()
        reply.total = 10_000
        reply.totalIsMinimum = true
        broker.replies = [.list(reply)]
        var query = WireListQuery()
        query.count = true
        var times = ListTimes()
        times.filedFrom = TimeBound(parsing: "2026-11-23")
        times.filedTo = TimeBound(parsing: "2026-11-23")
        times.closedTo = TimeBound(parsing: "2026-11-23T18:00:00+08:00")
        let command = ListCommand(query, times: times, limit: 3, format: .table)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(console.notes == "at least 10000 calls match\n")
        let lists = broker.queries.compactMap { query in
            if case .list(let list) = query { list } else { nil }
        }
        let sent = try #require(lists.last)
        #expect(sent.filedUntil - sent.filedFrom == 86_400_000)
        #expect(sent.closedUntil == RFC3339.time("2026-11-23T10:00:00Z")?.milliseconds)
        #expect(sent.closedFrom == 0)
    }

    @Test("a page's text leads back to its bytes")
    func pageText() {
        for count in 0...40 {
            let page = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 77 + 251) })
            let text = PageText.text(page)
            #expect(PageText.page(text) == page)
            #expect(text.utf8.allSatisfy { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "/") })
        }
        #expect(PageText.page("!") == nil)
    }

    @Test(
        "a bound is a day or a time with its offset",
        arguments: ["2026-11-31", "today", "2026", ""])
    func noBound(text: String) {
        #expect(TimeBound(parsing: text) == nil)
    }

    @Test("an audit's exit code says whether the journal is intact", arguments: [true, false])
    func audit(intact: Bool) throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        var view = WireAuditView()
        view.intact = intact
        view.batches = 12
        view.firstBadSeq = intact ? 0 : 7
        view.reason = intact ? "" : "the link differs"
        broker.replies = [.audit(view)]
        let status = try AuditCommand(format: .table).run(in: ClientSession(broker, console))
        #expect(status == (intact ? .done : .refused))
        #expect(
            console.output.hasPrefix(
                intact ? "intact: 12 batches" : "NOT intact from batch 7 on: the link differs"))
    }

    @Test("waiting for idleness ends when nothing is queued or in hand, or when the time is over")
    func untilIdle() throws {
        var busy = WireStatsView()
        var department = WireDepartmentView()
        department.inHand = 1
        busy.departments = [department]
        let broker = FakeBroker()
        broker.replies = [.stats(busy), .stats(busy), .stats(WireStatsView())]
        let command = StatsCommand(format: .json, waitsUntilIdle: true, idleTimeout: 5)
        let console = CollectingConsole()
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(broker.queries.count == 3)
        #expect(console.output.hasPrefix("{\n  \"at\""))

        let busyBroker = FakeBroker()
        busyBroker.replies = [.stats(busy)]
        let failure = #expect(throws: ClientFailure.self) {
            try command.run(in: ClientSession(busyBroker, CollectingConsole()))
        }
        #expect(failure?.exitStatus == .tryAgain)
        #expect((6_000..<6_500).contains(busyBroker.now))
    }
}

@Suite struct ClientFailureTests {
    private static let nothing = Phrase(verbatim: "")
    private static let codes: [(ClientFailure, Int32)] = [
        (.unreachable(endpoint: "e", seconds: 1), 69),
        (.unanswered(.query, seconds: 1), 69), (.gaveUp(endpoint: "e", seconds: 60), 75),
        (.refused(code: 101, field: "", reason: ""), 1),
        (.refused(code: 300, field: "", reason: ""), 1),
        (.refused(code: 400, field: "", reason: ""), 75),
        (.refused(code: 404, field: "", reason: ""), 75),
        (.refused(code: 9_999_999, field: "", reason: ""), 1),
        (.sessionRefused(code: 1, field: "", reason: ""), 70),
        (.sessionRefused(code: 2, field: "", reason: ""), 69),
        (.sessionRefused(code: 405, field: "", reason: ""), 69),
        (.sessionRefused(code: 300, field: "", reason: ""), 1),
        (.badInput(reason: nothing), 64), (.badData(reason: nothing), 65), (.unexpectedAnswer, 70),
        (.file(reason: nothing), 74), (.configuration(lines: []), 78),
        (.waitedTooLong(what: nothing, seconds: 1), 75),
    ]

    @Test("each failure has the exit code of sysexits.h", arguments: codes)
    func exitCodes(failure: ClientFailure, code: Int32) {
        #expect(failure.exitStatus.rawValue == code)
    }

    @Test(
        "a refusal that commands get is followed by what to do about it, in both languages",
        arguments: [
            RefusalCode.contentDiffers, .notFound, .notAllowedInState, .revisionChanged,
            .reviewRequired, .notOwner, .forbidden, .reasonRequired, .unknownDepartment,
        ])
    func advice(code: RefusalCode) {
        let failure = ClientFailure(WireRefusal(Refusal(code, reason: "the broker's reason")))
        let (english, chinese) = (failure.message.english, failure.message.chinese)
        #expect(english.hasPrefix("\(code): the broker's reason\n") && !english.hasSuffix("\n"))
        #expect(chinese.hasSuffix("\n\(code): the broker's reason"))
        #expect(chinese.contains { !$0.isASCII })
        #expect(failure.exitStatus == .refused)
    }
}

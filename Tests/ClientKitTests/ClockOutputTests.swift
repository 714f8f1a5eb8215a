import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

/// A clock due at `dueAt`, in milliseconds.
private func clock(
    _ name: String, _ state: WireClockState, _ light: WireClockLight,
    due dueAt: Int64, stopped stoppedAt: Int64 = 0
) -> WireClockView {
    var clock = WireClockView()
    (clock.clock, clock.state, clock.light) = (name, state, light)
    (clock.warnsAt, clock.dueAt, clock.stoppedAt) = (dueAt * 4 / 5, dueAt, stoppedAt)
    return clock
}

/// A clock of disposal that runs.
private func clock(_ light: WireClockLight, due dueAt: Int64) -> WireClockView {
    clock("resolve", .running, light, due: dueAt)
}

private let hour: Int64 = 3_600_000
private let now: Int64 = 1_795_425_508_250

private func presentation(_ language: Language) throws -> Presentation {
    var presentation = Presentation(
        zone: try #require(LocalZone(name: "Asia/Shanghai")), language: language)
    presentation.now = now
    return presentation
}

@Suite struct ClockOutputTests {
    @Test(
        "a clock is told by its name, its light as a word, and the time until or since",
        arguments: [
            (clock(.green, due: now + 3 * hour), "处置 绿灯 还剩 3 小时", "disposal green 3 h left"),
            (
                clock("accept", .running, .yellow, due: now + 60_000), "签收 黄灯 还剩 60 秒",
                "acceptance yellow 60 s left"
            ),
            (
                clock("check", .running, .red, due: now - 48 * hour), "核查 红灯 超时 2 天",
                "check red 2 d overdue"
            ),
            (
                clock("review", .running, .red, due: now), "法制审核 红灯 超时 1 秒",
                "legal review red 1 s overdue"
            ),
            (
                clock("dispatch", .stopped, .green, due: now, stopped: now - 2 * hour),
                "派遣 绿灯 提前 2 小时", "dispatch green 2 h early"
            ),
            (
                clock("arrive", .stopped, .red, due: now, stopped: now + 2 * hour),
                "到场 红灯 超时 2 小时", "arrival red 2 h late"
            ),
            (
                clock("reply", .paused, .yellow, due: now), "督办回复 黄灯 挂账",
                "supervision reply yellow suspended"
            ),
            (clock("reportDue", .running, .unspecified, due: 0), "报告", "report"),
            (clock("moon", .running, .UNRECOGNIZED(9), due: now - hour), "moon 超时 60 分钟", nil),
        ])
    func summary(clock: WireClockView, chinese: String, english: String?) throws {
        #expect(ClockOutput(clock, try presentation(.chinese)).summary == chinese)
        if let english {
            #expect(ClockOutput(clock, try presentation(.english)).summary == english)
        }
    }

    @Test("a due time past the published calendar is provisional, one that stands still has none")
    func due() throws {
        var provisional = clock(.green, due: now)
        provisional.provisional = true
        let chinese = ClockOutput(provisional, try presentation(.chinese))
        #expect(chinese.due == "2026-11-23 17:18:28（暂定）")
        provisional.state = .paused
        #expect(ClockOutput(provisional, try presentation(.chinese)).due.isEmpty)
    }

    @Test("the JSON of a clock has exactly the promised keys")
    func json() throws {
        var clock = clock("reportDue", .stopped, .red, due: now, stopped: now + hour)
        (clock.report, clock.warnsAt) = ("weekly", now - hour)
        #expect(
            ClockOutput(clock, try presentation(.english)).json.rendered == """
                {
                  "clock": "reportDue",
                  "state": "done",
                  "light": "red",
                  "warnsAt": "2026-11-23T16:18:28.250+08:00",
                  "dueAt": "2026-11-23T17:18:28.250+08:00",
                  "provisional": false,
                  "stoppedAt": "2026-11-23T18:18:28.250+08:00",
                  "report": "weekly"
                }

                """)
    }

    @Test("of a call the worst clock of disposal tells, else the nearest of any kind")
    func telling() {
        var call = sampleCall()
        #expect(call.tellingClock == nil)
        call.clocks = [clock("check", .running, .green, due: now + 9 * hour)]
        #expect(call.tellingClock?.clock == "check")
        call.parts[0].clocks = [clock(.red, due: now - hour)]
        call.parts[1].clocks = [
            clock("accept", .running, .red, due: now - hour), clock(.yellow, due: now + hour),
        ]
        #expect(call.tellingClock?.dueAt == now + hour, "a completed part owes nothing")
        call.parts[0].state = "accepted"
        #expect(call.tellingClock?.light == .red)
        call.state = "closed"
        #expect(call.tellingClock == nil)
    }
}

/// A call with one part that is under review, extended and supervised, and one that is suspended.
private func busyCall() -> WireCallView {
    var call = sampleCall()
    call.mergedInto = "GL-2026-000100-1"
    call.sameAs = "GL-2026-000099-3"
    call.parts[0].state = "underReview"
    call.parts[0].arrivedAt = now - hour
    call.parts[0].extensions = 1
    call.parts[0].extensionRequested = true
    call.parts[0].clocks = [
        clock(.yellow, due: now + hour), clock("review", .running, .red, due: now - hour),
    ]
    call.parts[0].proposal.digest = Data((0..<32).map { $0 &* 17 })
    call.parts[0].proposal.measures = ["罚款=50000", "拆除"].map { text in
        var measure = WireMeasure()
        let fields = text.split(separator: "=")
        measure.name = String(fields[0])
        if fields.count > 1 { measure.value = String(fields[1]) }
        return measure
    }
    call.parts[0].proposal.major = true
    call.parts[0].proposal.proposedBy = "urban-1"
    call.parts[0].proposal.proposedAt = now - 2 * hour
    call.parts[0].supervision.supervisor = "judicial"
    call.parts[0].supervision.openedAt = now - hour
    call.parts[1].state = "accepted"
    call.parts[1].suspendedUntil = now + 24 * hour
    call.parts[1].clocks = [clock("resolve", .paused, .green, due: now + hour)]
    return call
}

@Suite struct BusyCallOutputTests {
    @Test("a tracked call shows clocks, suspension, extension, proposal and supervision")
    func table() throws {
        let table = CallOutput(busyCall(), try presentation(.chinese)).table
        let expected = [
            "并入         GL-2026-000100-1", "疑似重复     GL-2026-000099-3",
            "1 urban   延期      已批准 1 次；有一次申请待批",
            "1 urban   拟定措施  00112233"
                + "4455（重大决定），urban-1，2026-11-23 15:18:28：罚款: 50000；拆除",
            "1 urban   法制审核  待审核", "1 urban   督办      judicial，2026-11-23 16:18:28：按规则",
            "1 urban   督办回复  尚未回复", "2 market  挂账      至 2026-11-24 17:18:28",
            "1 urban   处置      计时中  黄灯  2026-11-23 18:18:28  还剩 60 分钟",
            "1 urban   法制审核  计时中  红灯  2026-11-23 16:18:28  超时 60 分钟",
            "2 market  处置      挂账    绿灯",
        ]
        let lines = table.split(separator: "\n").map(String.init)
        for line in expected { #expect(lines.contains(line), "\(line) in:\n\(table)") }
    }

    @Test("the JSON of a call tells the same under stable keys")
    func json() throws {
        let json = CallOutput(busyCall(), try presentation(.english)).json(withSteps: false)
        let data = Data(json.rendered.utf8)
        let call = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(call["mergedInto"] as? String == "GL-2026-000100-1")
        #expect(call["sameAs"] as? String == "GL-2026-000099-3")
        #expect((call["clocks"] as? [Any])?.isEmpty == true)
        let parts = try #require(call["parts"] as? [[String: Any]])
        let clocks = try #require(parts[0]["clocks"] as? [[String: Any]])
        #expect(clocks.map { $0["clock"] as? String } == ["resolve", "review"])
        #expect(clocks.map { $0["light"] as? String } == ["yellow", "red"])
        #expect(parts[0]["extensions"] as? Int == 1)
        #expect(parts[0]["extensionRequested"] as? Bool == true)
        #expect(parts[0]["arrivedAt"] as? String == "2026-11-23T16:18:28.250+08:00")
        let proposal = try #require(parts[0]["proposal"] as? [String: Any])
        #expect((proposal["digest"] as? String)?.count == 64)
        #expect(proposal["major"] as? Bool == true && proposal["verdict"] is NSNull)
        #expect((proposal["measures"] as? [[String: String]])?.first?["value"] == "50000")
        let supervision = try #require(parts[0]["supervision"] as? [String: Any])
        #expect(supervision["supervisor"] as? String == "judicial")
        #expect(supervision["repliedAt"] is NSNull)
        #expect(parts[1]["suspendedUntil"] as? String == "2026-11-24T17:18:28.250+08:00")
        #expect(parts[1]["proposal"] is NSNull && parts[1]["supervision"] is NSNull)
    }

    @Test("a list shows the light of each call beside its due time, in colour and in words")
    func list() throws {
        var reply = WireListReply()
        reply.calls = [busyCall()]
        var presentation = try presentation(.chinese)
        presentation.palette = Palette(isOn: true)
        let output = CallListOutput(reply, isCounted: false, presentation)
        #expect(output.csv.contains("2026-11-23 18:18:28,黄灯 还剩 60 分钟,"))
        #expect(output.table.contains("\u{1B}[33m黄灯 还剩 60 分钟\u{1B}[0m"))
    }

    @Test("a task's row has its nearest clock and that of disposal, a review's its proposal")
    func tasksAndReviews() throws {
        var reply = WireListReply()
        reply.calls = [busyCall()]
        let presentation = try presentation(.chinese)
        let tasks = TaskListOutput(reply, presentation)
        #expect(
            tasks.csv.contains(
                "1 urban,主办,法制审核,noise,G1,紧急,法制审核 红灯 超时 60 分钟,"
                    + "2026-11-23 18:18:28,黄灯 还剩 60 分钟,延期，拟定措施，法制审核，督办，督办回复,"))
        #expect(tasks.csv.contains("2 market,协办,签收,noise,G1,紧急,处置 绿灯 挂账,,绿灯 挂账,挂账,"))
        #expect(tasks.json.rendered.contains("\"nextPage\": null"))
        let reviews = ReviewListOutput(reply, presentation)
        #expect(
            reviews.csv.contains(
                "1 urban,001122334455,罚款: 50000；拆除,urban-1,2026-11-23 15:18:28,"
                    + "2026-11-23 16:18:28,红灯 超时 60 分钟,黄灯 还剩 60 分钟,"))
        let duplicates = DuplicatesOutput(reply, presentation)
        #expect(duplicates.csv.contains("GL-2026-000123-7,GL-2026-000099-3,处置中,"))
    }

    @Test("a worker's row has its order and how long it has been silent")
    func workers() throws {
        var worker = WireWorkerView()
        (worker.name, worker.department, worker.order) = ("w-1", "urban", .drain)
        (worker.credit, worker.inHand, worker.silentSeconds) = (4, 2, 12)
        worker.session = Data([1, 0xAB])
        worker.grids = ["G1", "G2"]
        let output = WorkersOutput([worker], try presentation(.chinese))
        #expect(output.csv.contains("urban,w-1,收尾退出,2,4,12 秒,G1，G2,,01ab"))
        #expect(
            output.json.rendered == """
                {
                  "workers": [
                    {
                      "session": "01ab",
                      "name": "w-1",
                      "department": "urban",
                      "credit": 4,
                      "inHand": 2,
                      "silentSeconds": 12.0,
                      "order": "drain",
                      "grids": [
                        "G1",
                        "G2"
                      ],
                      "categories": []
                    }
                  ]
                }

                """)
    }
}

import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

@Suite struct PeopleListTests {
    private func call(_ number: UInt64, due: Int64...) -> WireCallView {
        var call = sampleCall(steps: 0)
        call.caseNumber = CaseNumber(prefix: "GL", year: 2026, serial: number).description
        call.parts = due.map { due in
            var part = LineBench.part(1, "urban", "accepted")
            part.resolveDue = due
            var clock = WireClockView()
            clock.clock = "resolve"
            clock.state = .running
            clock.light = .yellow
            clock.dueAt = due
            if due > 0 { part.clocks = [clock] }
            return part
        }
        return call
    }

    private func list(_ calls: [WireCallView], next: [UInt8] = []) -> WireListReply {
        var list = WireListReply()
        list.calls = calls
        list.nextPage = Data(next)
        return list
    }

    private func cases(_ output: String) -> [Int] {
        output.matches(of: /GL-2026-0*(\d+)-\d/).compactMap { Int($0.1) }
    }

    @Test("tasks of all pages are listed by their nearest deadline, what has none at the end")
    func tasks() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        let now = LineBench.now.milliseconds
        broker.welcome.serverTime = now
        broker.replies = [
            .list(list([call(1, due: now + 9), call(2, due: 0)], next: [7])),
            .list(list([call(3, due: now + 5, now + 60_000), call(4, due: now + 7)])),
        ]
        let command = TaskListCommand(department: "", overdueOnly: true, format: .table)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(cases(console.output) == [3, 3, 4, 1, 2])
        #expect(console.output.contains("yellow") && console.notes.isEmpty)
        let asked = broker.queries.compactMap { query in
            if case .tasks(let tasks) = query { tasks } else { nil }
        }
        #expect(asked.map(\.page) == [Data(), Data([7])])
        #expect(asked.allSatisfy { $0.overdueOnly && $0.department.isEmpty })
    }

    @Test("of more tasks than are asked for the ones that are due first are listed, and it is said")
    func limit() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        broker.replies = [.list(list([call(1, due: 9), call(2, due: 5), call(3, due: 7)]))]
        let command = TaskListCommand(
            department: "urban", overdueOnly: false, limit: 2, format: .csv)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(cases(console.output) == [2, 3])
        #expect(console.notes.contains("the 2 of 3 calls that are due first"))
    }

    @Test("proposals are listed with what a verdict has to name", arguments: OutputFormat.allCases)
    func reviews(format: OutputFormat) throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        var waiting = call(1)
        waiting.parts = [LineBench.underReview(1, "urban")]
        broker.replies = [.list(list([waiting]))]
        var market = WireNamedID()
        (market.id, market.chinese) = ("market", "市场监管")
        broker.catalogue.departments = [market]
        let command = ReviewListCommand(department: "市场监管", limit: 7, format: format)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(console.output.contains("a0a7aeb5bcc3") && console.output.contains("50000"))
        guard case .reviews(let asked)? = broker.queries.last else {
            Issue.record("no reviews were asked for")
            return
        }
        #expect(asked.department == "market" && asked.limit == 7)
    }

    @Test(
        "workers are listed with what worker quiet and drain need", arguments: OutputFormat.allCases
    )
    func workers(format: OutputFormat) throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        var worker = WireWorkerView()
        worker.session = CallID(high: 1, low: 2).data
        (worker.name, worker.department, worker.order) = ("w-1", "urban", .drain)
        var reply = WireWorkersReply()
        reply.workers = [worker]
        broker.replies = [.workers(reply)]
        let command = WorkerListCommand(department: "", format: format)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        for text in ["w-1", "urban", "drain", "00000000000000010000000000000002"] {
            #expect(console.output.contains(text), "\(text)")
        }
    }

    @Test("an answer of another kind is told")
    func unexpected() {
        let broker = FakeBroker()
        broker.replies = [.stats(WireStatsView())]
        let commands: [any ClientCommand] = [
            TaskListCommand(department: "", overdueOnly: false, format: .table),
            ReviewListCommand(department: "", format: .table),
            WorkerListCommand(department: "", format: .table),
        ]
        for command in commands {
            #expect(throws: ClientFailure.unexpectedAnswer) {
                try command.run(in: ClientSession(broker, CollectingConsole()))
            }
        }
    }
}

import ClientKit
import GridCodec
import GridModel
import Testing

@Suite struct PersonCommandTests {
    private let id = CommandID(high: 9, low: 9)

    private func command(_ command: PersonCommand, reason: String = "r") -> PersonCommand {
        var command = command
        command.id = id
        command.reason = reason
        return command
    }

    private func run(
        _ command: PersonCommand, _ broker: FakeBroker,
        _ console: CollectingConsole = CollectingConsole()
    ) throws -> ClientKit.ExitStatus {
        try command.run(in: ClientSession(broker, console))
    }

    @Test("a command names the call, the part and the revision that was seen")
    func redispatch() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        broker.replies = [.call(sampleCall())]
        let redispatch = command(
            .redispatch(reference, .number(2), to: "safety"), reason: "not ours")
        #expect(try run(redispatch, broker, console) == .done)
        let sent = try #require(broker.commands.first)
        #expect(sent.id == id.data)
        #expect(sent.call == CallID(high: 1, low: 2).data)
        #expect(sent.ordinal == 1)
        #expect(sent.expectedRevision == 6)
        #expect(sent.reason == "not ours")
        #expect(sent.redispatch.department == "safety")
        #expect(
            console.output == "GL-2026-000123-7: part 2 re-dispatched to safety, revision 7\n")
    }

    @Test("the revision that a person saw goes before the one that is looked up")
    func revision() throws {
        let broker = FakeBroker()
        broker.replies = [.call(sampleCall())]
        var void = command(.void(reference))
        void.revision = 4
        #expect(try run(void, broker) == .done)
        #expect(broker.commands.map(\.expectedRevision) == [4])
        #expect(broker.commands.map(\.ordinal) == [0])
    }

    @Test("a command of the street asks for no call and sends none")
    func street() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        let confirm = command(
            PersonCommand(
                .confirmClock(WireConfirmClock()), on: .street,
                done: Phrase(chinese: "时钟已确认", english: "clock confirmed")))
        #expect(try run(confirm, broker, console) == .done)
        #expect(broker.queries.isEmpty)
        let sent = try #require(broker.commands.first)
        #expect(sent.call.isEmpty && sent.ordinal == 0 && sent.expectedRevision == 0)
        #expect(sent.command == .confirmClock(WireConfirmClock()))
        #expect(console.output == "clock confirmed\n")
    }

    @Test("a department is named as people call it")
    func department() throws {
        let broker = FakeBroker()
        broker.replies = [.call(sampleCall())]
        var safety = WireNamedID()
        (safety.id, safety.chinese) = ("safety", "安全环保")
        broker.catalogue.departments = [safety]
        #expect(try run(command(.redispatch(reference, .only, to: "安全环保")), broker) == .done)
        #expect(broker.commands.first?.redispatch.department == "safety")
    }

    @Test("a part that the call has not is told without asking the broker")
    func noSuchPart() throws {
        let broker = FakeBroker()
        broker.replies = [.call(sampleCall())]
        #expect(
            throws: ClientFailure.badInput(
                reason: Phrase(
                    chinese: "GL-2026-000123-7 没有第 3 部分，现有 1, 2",
                    english: "GL-2026-000123-7 has no part 3; it has 1, 2"))
        ) { try run(command(.withdraw(reference, .number(3))), broker) }
        #expect(broker.commands.isEmpty)
    }

    @Test("a refused command ends with the broker's reason")
    func refused() throws {
        let broker = FakeBroker()
        broker.replies = [.call(sampleCall())]
        broker.commandRefusal = WireRefusal(
            Refusal(.revisionChanged, field: "expected_revision", reason: "it is 7 now"))
        let console = CollectingConsole()
        let failure = #expect(throws: ClientFailure.self) {
            try run(command(.void(reference)), broker, console)
        }
        #expect(
            failure?.message.english.hasPrefix(
                "revisionChanged (expected_revision): it is 7 now\n") == true)
        #expect(failure?.exitStatus == .refused)
        #expect(console.notes.isEmpty)
    }

    @Test("a lost answer: what to repeat it with is said, and the repeat counts once")
    func lostAnswer() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        broker.replies = [.call(sampleCall())]
        broker.commandsToLose = 1
        let failure = #expect(throws: ClientFailure.self) {
            try run(command(.withdraw(reference, .only)), broker, console)
        }
        #expect(failure?.exitStatus == .unavailable)
        #expect(console.notes.contains("--id \(id) --revision 6 --part 2 "))
        #expect(console.output.isEmpty)

        var again = command(.withdraw(reference, .number(2)))
        again.revision = 6
        let second = CollectingConsole()
        #expect(try run(again, broker, second) == .done)
        #expect(broker.commands.count == 2 && broker.commands[0] == broker.commands[1])
        #expect(second.output == "GL-2026-000123-7: part 2 withdrawn, revision 7\n")
        #expect(second.notes == "gridcall: was done before\n")
    }

    @Test("nobody there: nothing was sent, so nothing is said of repeating it")
    func unreachable() {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        broker.isThere = false
        let failure = #expect(throws: ClientFailure.self) {
            try run(command(.confirmClock()), broker, console)
        }
        #expect(failure?.exitStatus == .unavailable)
        #expect(console.notes.isEmpty && console.output.isEmpty)
    }

    @Test("a reason that cannot be right is not sent", arguments: ["a\u{7}b", "long"])
    func badReason(reason: String) {
        let broker = FakeBroker()
        let reason = reason == "long" ? String(repeating: "长", count: 171) : reason
        let failure = #expect(throws: ClientFailure.self) {
            try run(command(.void(reference), reason: reason), broker)
        }
        #expect(failure?.exitStatus == .usage)
        #expect(failure?.message.english.hasPrefix("--reason ") == true)
        #expect(broker.commands.isEmpty)
    }

    @Test("programs are told the command's id, the part and the revision")
    func json() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        broker.replies = [.call(sampleCall())]
        var requeue = command(.requeue(reference, .only))
        requeue.format = .json
        #expect(try run(requeue, broker, console) == .done)
        #expect(
            console.output == """
                {
                  "caseNumber": "GL-2026-000123-7",
                  "id": "00000000-0000-0001-0000-000000000002",
                  "part": 2,
                  "department": "market",
                  "command": "\(id)",
                  "revision": 7,
                  "repeated": false
                }

                """)
    }
}

import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

@Suite struct SubmitDuplicateTests {
    private let broker = FakeBroker()
    private let console = CollectingConsole()
    private let id = CallID(high: 5, low: 6)
    private let other = CallID(high: 1, low: 2)

    private func item() -> WireSubmitItem {
        var item = WireSubmitItem()
        (item.category, item.grid) = ("litter", "gl-101")
        item.texts.description_p = "纸箱堵路"
        return item
    }

    private func similar(_ numbers: Int...) -> WireQueryReplyItem.OneOf_Reply {
        var reply = WireSimilarReply()
        reply.calls = numbers.map { number in
            var call = WireSimilarCall()
            call.id = CallID(high: 1, low: UInt64(number)).data
            call.caseNumber = "T-2026-00000\(number)-1"
            call.filedAt = 1_772_413_200_000
            if number != 2 { call.metres = 12.4 }
            return call
        }
        return .similar(reply)
    }

    private func submit(
        _ duplicates: DuplicateChoice = .ask, isRepeat: Bool = false, answers: [String]? = nil
    ) throws -> WireSubmitItem? {
        console.answers = answers
        let command = SubmitCommand(
            item(), id: id, isRepeat: isRepeat, duplicates: duplicates, waits: false,
            format: .table)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        return broker.submits.first?.first
    }

    @Test("at a terminal similar open calls are shown, and a number links to one of them")
    func linking() throws {
        broker.replies = [similar(1, 2)]
        let sent = try submit(answers: ["3", "x", "2"])
        #expect(sent?.sameAs == CallID(high: 1, low: 2).data)
        #expect(console.notes.contains("   1  T-2026-000001-1  12 m away  filed 2026-03-02 09:00"))
        #expect(console.notes.contains("   2  T-2026-000002-1  same grid  filed"))
        #expect(console.notes.components(separatedBy: "Enter files").count == 4)
    }

    @Test(
        "a call that was filed without the closed campaign it names says so",
        arguments: [true, false])
    func closedCampaign(isClosed: Bool) throws {
        broker.areCampaignsClosed = isClosed
        var item = item()
        item.campaign = "snow"
        let command = SubmitCommand(
            item, id: id, isRepeat: false, duplicates: .anyway, waits: false, format: .table)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(console.notes.contains("the campaign snow is closed") == isClosed)
    }

    @Test("Enter files all the same")
    func filing() throws {
        broker.replies = [similar(1)]
        #expect(try submit(answers: [""])?.sameAs.isEmpty == true)
    }

    @Test("a person who stops, or whose input ends, files nothing", arguments: [["q"], []])
    func stopping(answers: [String]) {
        broker.replies = [similar(1)]
        let failure = #expect(throws: ClientFailure.self) { try submit(answers: answers) }
        #expect(failure?.exitStatus == .usage && failure?.message.chinese == "没有立案")
        #expect(broker.submits.isEmpty)
    }

    @Test("nobody is asked about a repeat, nor where nothing is similar or the broker is silent")
    func notAsking() throws {
        broker.replies = [similar()]
        #expect(try submit(answers: []) != nil)
        let silent = FakeBroker()
        let command = SubmitCommand(item(), id: id, waits: false, format: .table)
        console.answers = []
        #expect(try command.run(in: ClientSession(silent, console)) == .done)
        #expect((1_000..<2_500).contains(silent.now - 1_000))
        broker.replies = [similar(1)]
        #expect(try submit(isRepeat: true, answers: []) != nil)
    }

    @Test("without a person the call is filed at once, and similar ones are mentioned in a line")
    func mentioning() throws {
        broker.replies = [similar(1, 3)]
        #expect(try submit()?.sameAs.isEmpty == true)
        #expect(
            console.notes
                == "gridcall: may repeat these open calls: T-2026-000001-1 T-2026-000003-1\n")
        #expect(console.output.hasPrefix("T-2026-000001-"))
    }

    @Test("a broker that does not know the question spoils nothing")
    func refused() throws {
        broker.replies = [.refused(WireRefusal(Refusal(.notAllowedInState, reason: "no")))]
        #expect(try submit() != nil)
        #expect(console.notes.isEmpty)
    }

    @Test("--anyway asks the broker nothing")
    func anyway() throws {
        broker.replies = [similar(1)]
        #expect(try submit(.anyway, answers: []) != nil)
        #expect(broker.queries.isEmpty && console.notes.isEmpty)
    }

    @Test(
        "--link files with that call, and says whether the broker took it",
        arguments: [true, false])
    func linked(isOpen: Bool) throws {
        var own = WireCallView()
        own.sameAs = isOpen ? "T-2026-000009-1" : ""
        broker.replies = [.call(own)]
        #expect(try submit(.link(.id(other)))?.sameAs == other.data)
        #expect(console.notes.contains(isOpen ? "duplicate of T-2026-000009-1" : "not linked"))
    }

    @Test("--link finds a call by its case number; one that is not there stops the filing")
    func linkedByNumber() throws {
        var found = WireCallView()
        found.id = other.data
        broker.replies = [.call(found)]
        #expect(try submit(.link(.spoken("123")))?.sameAs == other.data)
        broker.replies = [.refused(WireRefusal(Refusal(.notFound, reason: "no such call")))]
        #expect(throws: ClientFailure.self) { try submit(.link(.spoken("124"))) }
        #expect(broker.submits.count == 1)
    }

    @Test(
        "offline a link by id is kept with the stored call; another is left out and that is said",
        arguments: [true, false])
    func offline(isID: Bool) throws {
        broker.isThere = false
        let spool = StoppableTerminal().spool
        let command = SubmitCommand(
            item(), id: id, duplicates: .link(isID ? .id(other) : .spoken("123")), waits: false,
            format: .table)
        let session = ClientSession(
            link: broker, console: console, endpoint: "tcp://test:1",
            spool: TerminalSpool(spool, console: console, language: .english))
        #expect(try command.run(in: session) == .tryAgain)
        let stored = try spool.pendingNames().flatMap {
            try spool.loadPending($0).records.map(\.item)
        }
        #expect(stored.map(\.sameAs) == [isID ? other.data : Data()])
        #expect(console.notes.contains("offline name it by its id") != isID)
    }

    @Test("suggested duplicates are listed with the calls they are taken for")
    func listed() throws {
        var call = sampleCall()
        call.sameAs = "GL-2026-000100-1"
        var reply = WireListReply()
        reply.calls = [call]
        broker.replies = [.list(reply)]
        let command = DuplicatesCommand(limit: 7, format: .csv)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(console.output.contains("GL-2026-000123-7,GL-2026-000100-1,working,"))
        guard case .duplicates(let query) = broker.queries.first else {
            Issue.record("no query for duplicates was sent")
            return
        }
        #expect(query.limit == 7)
    }
}

import BrokerEngine
import GridModel
import Testing

@Suite("Engine: submitting")
struct SubmitTests {
    @Test("the same call again gets the same receipt and leaves no fact, while it is open")
    func repeatedOpen() {
        let fixture = EngineFixture()
        let call = fixture.submission("litter", grid: "g1")
        let first = fixture.file(call)
        let turn = fixture.turn(after: 60_000, .submit(.none, call, old: nil))
        #expect(turn.facts.isEmpty)
        expect(turn.receipt, repeats: first)
        #expect(!first.isRepeated)
    }

    @Test("the same call again gets the same receipt when it has just closed, and from the archive")
    func repeatedClosed() throws {
        let fixture = EngineFixture()
        let urban = fixture.worker("urban")
        let call = fixture.submission("litter", grid: "g1")
        let first = fixture.file(call)
        let claim = try #require(fixture.claim(fixture.part(0, of: first)))
        fixture.report(.completed, claim, from: urban)
        expect(fixture.turn(.submit(.none, call, old: nil)).receipt, repeats: first)
        let ended = fixture.engine.ended(upTo: fixture.seq, limit: 10)
        #expect(ended.calls.count == 1)
        fixture.engine.forget(ended)
        #expect(!fixture.knows(call.id))
        let turn = fixture.turn(.submit(.none, call, old: ended.calls[0]))
        expect(turn.receipt, repeats: first)
        #expect(turn.facts.isEmpty)
    }

    @Test("the same call twice in one turn is filed once")
    func twiceInOneTurn() {
        let fixture = EngineFixture()
        let call = fixture.submission("litter")
        let turn = fixture.turn(.submit(.none, call, old: nil), .submit(.none, call, old: nil))
        #expect(turn.answers.count == 2)
        #expect(fixture.record.street.filed == 1)
    }

    @Test("other content under a used id is refused and changes nothing, open, closed or archived")
    func otherContent() throws {
        let fixture = EngineFixture()
        let urban = fixture.worker("urban")
        let call = fixture.submission("litter")
        let receipt = fixture.file(call)
        var other = call
        other.contentDigest = UniqueID(high: 8, low: 8)
        expectClash(fixture.turn(.submit(.none, other, old: nil)))
        let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
        fixture.report(.completed, claim, from: urban)
        expectClash(fixture.turn(.submit(.none, other, old: nil)))
        let ended = fixture.engine.ended(upTo: fixture.seq, limit: 10)
        fixture.engine.forget(ended)
        expectClash(fixture.turn(.submit(.none, other, old: ended.calls[0])))
    }

    @Test(
        "an id the catalogue does not declare is refused with code and field; the rest goes on",
        arguments: [
            ("nothing", "g1", "", "", RefusalCode.unknownCategory, "category"),
            ("", "g1", "", "", .unknownCategory, "category"),
            ("litter", "g9", "", "", .unknownGrid, "grid"),
            ("litter", "", "", "", .unknownGrid, "grid"),
            ("litter", "g1", "mild", "", .unknownCondition, "condition"),
            ("litter", "g1", "", "autumn", .unknownCampaign, "campaign"),
        ])
    func unknown(
        category: String, grid: String, condition: String, campaign: String, code: RefusalCode,
        field: String
    ) {
        let fixture = EngineFixture()
        let bad = fixture.submission(
            category, grid: grid, condition: condition, campaign: campaign)
        let good = fixture.submission("litter")
        let turn = fixture.turn(.submit(.none, bad, old: nil), .submit(.none, good, old: nil))
        #expect(turn.refusal?.code == code && turn.refusal?.field == field)
        #expect(turn.receipt?.id == good.id && turn.receipt?.serial == 1)
    }

    @Test("a refused id is not used up")
    func correctedLater() {
        let fixture = EngineFixture()
        var call = fixture.submission("litter", grid: "g9")
        #expect(fixture.turn(.submit(.none, call, old: nil)).refusal != nil)
        call.grid = "g1"
        #expect(fixture.turn(.submit(.none, call, old: nil)).receipt?.isRepeated == false)
    }

    @Test("what a later catalogue no longer declares is refused, what an earlier filed goes on")
    func laterCatalogue() throws {
        let fixture = EngineFixture()
        let urban = fixture.worker("urban")
        let receipt = fixture.file("litter", grid: "g3")
        var next = SampleStreet.catalogue(campaigns: [])
        next.categories.removeAll { $0.id == "litter" }
        next.grids.removeAll { $0.id == "g3" }
        fixture.turn(.adopt(next))
        let codes = [
            fixture.submission("litter"), fixture.submission("stall", grid: "g3"),
            fixture.submission("stall", campaign: "spring"),
        ].map { fixture.turn(.submit(.none, $0, old: nil)).refusal?.code }
        #expect(codes == [.unknownCategory, .unknownGrid, .unknownCampaign])
        let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
        fixture.report(.completed, claim, from: urban)
        #expect(fixture.state(of: receipt) == nil)
    }

    @Test("adopting the catalogue in force again leaves no fact")
    func sameCatalogue() {
        let fixture = EngineFixture()
        #expect(fixture.turn(.adopt(SampleStreet.catalogue())).facts.isEmpty)
        #expect(!fixture.turn(.adopt(SampleStreet.catalogue(campaigns: []))).facts.isEmpty)
    }

    @Test(
        "a terminal's clock is suspect over 5 minutes ahead or over 30 days behind",
        arguments: [
            (Int64(299_999), false, false), (300_000, false, false), (300_001, false, true),
            (300_001, true, true), (-2_591_999_999, false, false),
            (-2_592_000_000, false, false), (-2_592_000_001, false, true),
            (-2_592_000_001, true, false), (-400_000_000_000, true, false),
        ])
    func clockSuspect(lead: Int64, isRecordedEarlier: Bool, isSuspect: Bool) {
        let fixture = EngineFixture()
        let observed = fixture.wall.advanced(byMilliseconds: lead)
        let call = fixture.submission(
            "litter", observedAt: observed, isRecordedEarlier: isRecordedEarlier)
        let receipt = fixture.file(call)
        #expect(receipt.isClockSuspect == isSuspect)
        #expect(receipt.filedAt == fixture.wall)
        let slot = fixture.record.call(serial: receipt.serial)
        #expect(slot.map { fixture.record.calls[$0].observedAt } == observed)
        let due = fixture.slot(fixture.part(0, of: receipt))?.resolve.dueAt
        #expect(due == fixture.wall.advanced(byMilliseconds: 240 * SampleStreet.minute))
    }

    @Test("a time beyond all bounds is suspect and traps nothing", arguments: [Int64.min, .max])
    func absurdTimes(milliseconds: Int64) {
        let fixture = EngineFixture()
        let call = fixture.submission(
            "litter", observedAt: Timestamp(milliseconds: milliseconds))
        #expect(fixture.file(call).isClockSuspect)
    }

    @Test("the reporter's campaign holds, else the first that matches category, grid and time")
    func campaigns() {
        let fixture = EngineFixture()
        #expect(campaign(of: fixture.file("litter", grid: "g1"), fixture) == "spring")
        #expect(campaign(of: fixture.file("litter", grid: "g2"), fixture) == nil)
        let chosen = fixture.submission("litter", grid: "g1", campaign: "summer")
        #expect(campaign(of: fixture.file(chosen), fixture) == "summer")
        fixture.turn(after: 12 * SampleStreet.day)
        #expect(campaign(of: fixture.file("litter", grid: "g1"), fixture) == "spring")
        #expect(campaign(of: fixture.file("food", grid: "g2"), fixture) == "winter")
        #expect(fixture.campaign("spring").found == 2 && fixture.campaign("winter").found == 1)
    }

    @Test("a campaign's window holds its first millisecond and not its last")
    func campaignWindow() {
        let fixture = EngineFixture()
        let from = SampleStreet.monday
        let until = from.advanced(byMilliseconds: 30 * SampleStreet.day)
        let times = [
            (from.advanced(byMilliseconds: -1), String?.none), (from, "spring"),
            (until.advanced(byMilliseconds: -1), "spring"), (until, nil),
        ]
        fixture.turn(after: 35 * SampleStreet.day)
        for (time, expected) in times {
            let call = fixture.submission(
                "litter", grid: "g1", observedAt: time, isRecordedEarlier: true)
            #expect(campaign(of: fixture.file(call), fixture) == expected)
        }
    }

    @Test("a suspect time decides no campaign: the time of filing does")
    func suspectCampaign() {
        let fixture = EngineFixture()
        let ahead = fixture.wall.advanced(byMilliseconds: 160 * SampleStreet.day)
        let call = fixture.submission("stall", observedAt: ahead)
        #expect(campaign(of: fixture.file(call), fixture) == nil)
    }

    @Test("a serial is never used again: not after voiding, closing or a new start")
    func serials() throws {
        let fixture = EngineFixture()
        let first = fixture.file("litter")
        fixture.order(.void, on: first.id)
        fixture.restart()
        let urban = fixture.worker("urban")
        let second = fixture.file("litter")
        let claim = try #require(fixture.claim(fixture.part(0, of: second)))
        fixture.report(.completed, claim, from: urban)
        fixture.restart()
        let third = fixture.file("litter")
        #expect([first.serial, second.serial, third.serial] == [1, 2, 3])
    }

    @Test("open calls have a limit; a repeat of an open call passes it")
    func openCalls() {
        var limits = ProtocolLimits()
        limits.openCalls = 2
        let fixture = EngineFixture(limits: limits)
        let first = fixture.submission("litter")
        let receipt = fixture.file(first)
        fixture.file("litter")
        let third = fixture.submission("litter")
        #expect(fixture.turn(.submit(.none, third, old: nil)).refusal?.code == .tooManyOpenCalls)
        #expect(fixture.turn(.submit(.none, first, old: nil)).receipt?.isRepeated == true)
        fixture.order(.void, on: receipt.id)
        #expect(fixture.file(third).serial == 3)
    }

    @Test("an engine without a catalogue keeps the caller waiting")
    func noCatalogue() {
        var engine = Engine(record: Record())
        let moment = Moment(wall: SampleStreet.start, monotonicNanoseconds: 1)
        engine.start(at: moment)
        engine.begin(at: moment)
        let item = Submission(
            id: UniqueID(high: 1, low: 1), contentDigest: UniqueID(high: 1, low: 1),
            category: "litter", grid: "g1")
        engine.handle(.submit(.none, item, old: nil))
        engine.end()
        var effects: [Effect] = []
        engine.takeEffects(into: &effects)
        guard case .refuseSubmit(_, _, let refusal) = effects.first else {
            Issue.record("a submit without a catalogue is refused")
            return
        }
        #expect(refusal.code == .stopping && !engine.hasFacts)
    }

    @Test("the condition chooses the limits, the reporter's urgency beats the category's")
    func conditionAndUrgency() {
        let fixture = EngineFixture()
        let call = fixture.submission("litter", condition: "strict", urgency: .emergency)
        let receipt = fixture.file(call)
        let slot = fixture.slot(fixture.part(0, of: receipt))
        #expect(slot?.resolve.dueAt == fixture.wall.advanced(byMilliseconds: 30 * 60_000))
        let stored = fixture.record.call(serial: receipt.serial)
        #expect(stored.map { fixture.record.calls[$0].urgency } == .emergency)
    }

    private func expect(_ receipt: FiledReceipt?, repeats first: FiledReceipt) {
        var expected = first
        expected.isRepeated = true
        #expect(receipt == expected)
    }

    private func expectClash(_ turn: Turn) {
        #expect(turn.refusal?.code == .contentDiffers && turn.refusal?.field == "id")
        #expect(turn.facts.isEmpty)
    }

    private func campaign(of receipt: FiledReceipt, _ fixture: EngineFixture) -> String? {
        receipt.campaign == CallFiled.noCampaign
            ? nil : fixture.record.symbols.campaigns.name(of: receipt.campaign)
    }
}

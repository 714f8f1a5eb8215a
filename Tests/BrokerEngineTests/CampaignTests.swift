import GridModel
import Testing

@testable import BrokerEngine

@Suite("Engine: campaigns and activities")
struct CampaignTests {
    private static let day = SampleStreet.day
    private let fixture = EngineFixture()

    private var later: Timestamp { fixture.wall.advanced(byMilliseconds: 400 * Self.day) }

    /// Gives a command and returns why it was refused; `nil` if it was not.
    @discardableResult
    private func order(
        _ action: PersonCommand.Action, hasReason: Bool = true
    ) -> Refusal? {
        let command = fixture.command(
            action, on: UniqueID(high: 0, low: 0), hasReason: hasReason)
        let turn = fixture.turn(.command(.none, command, old: nil))
        if turn.refusal != nil { #expect(turn.facts.isEmpty, "\(action)") }
        return turn.refusal
    }

    private func window(_ id: String) -> CampaignWindow? {
        fixture.record.symbols.campaigns.number(of: id).map {
            fixture.record.campaignWindows[Int($0)]
        }
    }

    private func state(_ id: String) -> CampaignState? { window(id)?.state(at: fixture.wall) }

    private func campaign(of receipt: FiledReceipt) -> String? {
        receipt.campaign == CallFiled.noCampaign
            ? nil : fixture.record.symbols.campaigns.name(of: receipt.campaign)
    }

    /// Leads "winter", which the catalogue opens after 10 days for 20, into a state.
    private func lead(to state: CampaignState) {
        switch state {
        case .planned: break
        case .open: fixture.turn(after: 12 * Self.day)
        case .ended: fixture.turn(after: 40 * Self.day)
        case .closed:
            fixture.turn(after: 12 * Self.day)
            order(.closeCampaign("winter"))
        }
    }

    @Test("every command in every state is possible or refused as the table says, and says so")
    func table() {
        let allowed: [CampaignState: Set<CampaignInput>] = [
            .planned: [.open, .extend], .open: [.extend, .close],
            .ended: [.open, .extend, .close], .closed: [.open],
        ]
        for state in CampaignState.allCases {
            for input in CampaignInput.allCases {
                let scene = CampaignTests()
                scene.lead(to: state)
                #expect(scene.state("winter") == state)
                let action: PersonCommand.Action =
                    switch input {
                    case .open: .openCampaign("winter")
                    case .extend: .extendCampaign("winter", until: scene.later)
                    case .close: .closeCampaign("winter")
                    }
                let refusal = scene.order(action)
                let isAllowed = allowed[state]?.contains(input) == true
                #expect((refusal == nil) == isAllowed, "\(input) while \(state)")
                guard let refusal else { continue }
                #expect(refusal.code == .notAllowedInState && refusal.field == "campaign")
                for possible in allowed[state] ?? [] {
                    #expect(refusal.reason.contains(possible.rawValue), "\(refusal.reason)")
                }
            }
        }
    }

    @Test("opened before its time, a campaign ties calls at once and keeps its end")
    func openedEarly() {
        #expect(campaign(of: fixture.file("food")) == nil)
        let end = window("winter")?.until
        #expect(order(.openCampaign("winter"), hasReason: false) == nil)
        #expect(window("winter")?.from == fixture.wall && window("winter")?.until == end)
        #expect(campaign(of: fixture.file("food")) == "winter")
        let before = fixture.submission(
            "food", observedAt: fixture.wall.advanced(byMilliseconds: -1))
        #expect(campaign(of: fixture.file(before)) == nil)
    }

    @Test("opened after its end, a campaign has no end until it is extended or closed")
    func openedLate() {
        lead(to: .ended)
        order(.openCampaign("winter"))
        #expect(window("winter")?.until == .distantFuture)
        fixture.turn(after: 3_000 * Self.day)
        #expect(state("winter") == .open)
        let end = fixture.wall.advanced(byMilliseconds: Self.day)
        #expect(order(.extendCampaign("winter", until: end)) == nil)
        fixture.turn(after: Self.day - 1)
        #expect(campaign(of: fixture.file("food")) == "winter")
        fixture.turn(after: 1)
        #expect(state("winter") == .ended && campaign(of: fixture.file("food")) == nil)
    }

    @Test("an end moves later, into the future, within ten years; a millisecond decides")
    func extended() throws {
        lead(to: .open)
        let end = try #require(window("winter")?.until)
        let furthest = fixture.wall.advanced(byMilliseconds: 3_653 * Self.day)
        let cases: [(Timestamp, Bool)] = [
            (fixture.wall, false), (end.advanced(byMilliseconds: -1), false), (end, false),
            (furthest.advanced(byMilliseconds: 1), false),
            (end.advanced(byMilliseconds: 1), true), (furthest, true),
        ]
        for (until, isAllowed) in cases {
            let refusal = order(.extendCampaign("winter", until: until))
            #expect((refusal == nil) == isAllowed, "\(until)")
            guard !isAllowed else { continue }
            #expect(refusal?.code == .valueOutOfRange && refusal?.field == "until")
        }
        #expect(window("winter")?.until == furthest)
    }

    @Test("an ended campaign goes on when its end is moved, without a gap in its window")
    func extendedAfterItsEnd() {
        lead(to: .ended)
        let from = window("winter")?.from
        order(.extendCampaign("winter", until: later))
        #expect(state("winter") == .open && window("winter")?.from == from)
    }

    @Test("a closed campaign ties nothing, not even a call that names it; the call is filed")
    func closed() {
        lead(to: .open)
        let first = fixture.submission("food", campaign: "winter")
        #expect(campaign(of: fixture.file(first)) == "winter")
        #expect(order(.closeCampaign("winter")) == nil)
        #expect(campaign(of: fixture.file("food")) == nil)
        #expect(campaign(of: fixture.file(fixture.submission("food", campaign: "winter"))) == nil)
        // Litter in g1 is spring's by rule, whatever closed campaign it names.
        let other = fixture.submission("litter", grid: "g1", campaign: "winter")
        #expect(campaign(of: fixture.file(other)) == "spring")
        // A repeat keeps the campaign it was filed with.
        let again = fixture.turn(.submit(.none, first, old: nil)).receipt
        #expect(again?.isRepeated == true && again.map(campaign) == "winter")
        fixture.turn(after: 1)
        order(.openCampaign("winter"))
        #expect(campaign(of: fixture.file("food")) == "winter")
    }

    @Test("a decision holds until the catalogue gives the campaign another window")
    func adopted() {
        lead(to: .closed)
        var campaigns = SampleStreet.campaigns
        campaigns[1].target = 99
        fixture.turn(.adopt(SampleStreet.catalogue(campaigns: campaigns)))
        #expect(state("winter") == .closed)
        fixture.turn(.adopt(SampleStreet.catalogue(campaigns: [])))
        #expect(order(.openCampaign("winter"))?.code == .unknownCampaign)
        fixture.turn(.adopt(SampleStreet.catalogue()))
        #expect(state("winter") == .closed)
        campaigns[1].until = campaigns[1].until.advanced(byMilliseconds: Self.day)
        fixture.turn(.adopt(SampleStreet.catalogue(campaigns: campaigns)))
        #expect(state("winter") == .open && window("winter")?.until == campaigns[1].until)
    }

    @Test("what cannot be is refused with its field; what needs a reason is not done without")
    func refused() {
        lead(to: .open)
        let held = { Activity(kind: .outreach, heldAt: $0, sessions: $1, people: $2) }
        let now = fixture.wall
        let cases: [(PersonCommand.Action, RefusalCode, String)] = [
            (.openCampaign("none"), .unknownCampaign, "campaign"),
            (.extendCampaign("", until: later), .unknownCampaign, "campaign"),
            (.closeCampaign("none"), .unknownCampaign, "campaign"),
            (
                .recordActivity(held(now.advanced(byMilliseconds: 300_001), 1, 1)),
                .valueOutOfRange, "held_at"
            ),
            (.recordActivity(held(now, 0, 1)), .valueOutOfRange, "sessions"),
            (.recordActivity(held(now, 10_000_001, 1)), .valueOutOfRange, "sessions"),
            (.recordActivity(held(now, 1, 10_000_001)), .valueOutOfRange, "people"),
        ]
        for (action, code, field) in cases {
            let refusal = order(action)
            #expect(refusal?.code == code && refusal?.field == field, "\(action)")
        }
        let needing: [PersonCommand.Action] = [
            .extendCampaign("winter", until: later), .closeCampaign("winter"),
            .recordActivity(held(now, 1, 1)),
        ]
        for action in needing {
            #expect(order(action, hasReason: false)?.code == .reasonRequired, "\(action)")
        }
    }

    @Test("an activity is recorded once however often it is sent, and changes no call")
    func activity() {
        let activity = Activity(
            kind: .training, heldAt: SampleStreet.monday, sessions: 10_000_000, people: 0)
        let command = fixture.command(.recordActivity(activity), on: UniqueID(high: 0, low: 0))
        let before = fixture.record.street
        let turn = fixture.turn(.command(.none, command, old: nil))
        #expect(
            turn.facts.contains(
                .activityRecorded(activity, actor: 0, theme: EngineFixture.text)))
        fixture.restart()
        let again = fixture.turn(.command(.none, command, old: nil))
        #expect(again.facts.isEmpty)
        #expect(again.answers == [.command(command.id, revision: 0, isRepeated: true)])
        #expect(fixture.record.street == before)
    }

    @Test("a call is rectified when every department has done its part; a rework takes it back")
    func rectified() throws {
        fixture.turn(after: 12 * Self.day)
        let receipt = fixture.file("smoke")
        var sessions: [SessionHandle] = []
        for (ordinal, department) in ["safety", "urban"].enumerated() {
            #expect(fixture.campaign("winter").rectified == 0)
            sessions.append(fixture.worker(department))
            let claim = try #require(fixture.claim(fixture.part(ordinal, of: receipt)))
            fixture.report(.completed, claim, from: sessions[ordinal])
        }
        #expect(fixture.state(of: receipt) == .checking)
        #expect(fixture.campaign("winter").rectified == 1)
        fixture.order(.check(passed: false, failed: [1]), on: receipt.id)
        #expect(fixture.campaign("winter").rectified == 0)
        fixture.turn(.heartbeat(sessions[1], claims: [], credit: 1))
        let claim = try #require(fixture.claim(fixture.part(1, of: receipt)))
        fixture.report(.completed, claim, from: sessions[1])
        #expect(fixture.campaign("winter").rectified == 1)
        fixture.order(.check(passed: true, failed: []), on: receipt.id)
        let counters = fixture.campaign("winter")
        #expect(counters.rectified == 1 && counters.closed == 1 && counters.closedOnTime == 1)
    }

    @Test("voided from its check, a call is rectified no more")
    func voided() throws {
        fixture.turn(after: 12 * Self.day)
        let receipt = fixture.file("smoke")
        for (ordinal, department) in ["safety", "urban"].enumerated() {
            let session = fixture.worker(department)
            let claim = try #require(fixture.claim(fixture.part(ordinal, of: receipt)))
            fixture.report(.completed, claim, from: session)
        }
        #expect(fixture.campaign("winter").rectified == 1)
        fixture.order(.void, on: receipt.id)
        #expect(fixture.campaign("winter").rectified == 0)
    }

    @Test("closed after a part ran past its resolve clock, a call is not closed on time")
    func late() throws {
        fixture.turn(after: 12 * Self.day)
        let late = fixture.file("exit")
        fixture.turn(after: 61 * SampleStreet.minute)
        #expect(fixture.campaign("winter").overdue == 1)
        let session = fixture.worker("safety")
        let claim = try #require(fixture.claim(fixture.part(0, of: late)))
        fixture.report(.completed, claim, from: session)
        let counters = fixture.campaign("winter")
        #expect(counters.closed == 1 && counters.closedOnTime == 0 && counters.rectified == 1)
    }
}

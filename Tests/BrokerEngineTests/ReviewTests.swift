import BrokerEngine
import GridModel
import Testing

@Suite("Engine: the gate of legal review")
struct ReviewTests {
    @Test("a major decision is completed only with the measures that were approved")
    func approved() {
        let scene = PeopleScene("raze", .accepted)
        #expect(complete(scene, PeopleStreet.major) == .reviewRequired)
        scene.give(.propose(PeopleStreet.major))
        #expect(scene.state == .underReview)
        #expect(complete(scene, PeopleStreet.major) == .notAllowedInState)
        let verdict = PersonCommand.Action.review(.approved, digest: PeopleStreet.major.digest)
        #expect(scene.give(verdict, by: scene.reviewer, hasReason: false).refusal == nil)
        #expect(scene.state == .accepted)
        #expect(complete(scene, PeopleStreet.otherMajor) == .reviewRequired)
        #expect(complete(scene, PeopleStreet.nothing) == .reviewRequired)
        #expect(complete(scene, PeopleStreet.major) == nil)
        #expect(scene.fixture.record.street.closed == 1)
    }

    @Test("a worker under its claim is held to the gate as an officer is")
    func worker() throws {
        let fixture = EngineFixture(catalogue: PeopleStreet.catalogue())
        let worker = fixture.worker("urban", credit: 1)
        let receipt = fixture.file("raze")
        let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
        fixture.turn(.progress(worker, claim, .accept))
        func report(_ proposal: Proposal?) -> Refusal? {
            let report = OutcomeReport(claim: claim, result: .completed, proposal: proposal)
            let turn = fixture.turn(.outcome(worker, report, old: nil))
            if turn.refusal != nil { #expect(turn.facts.isEmpty) }
            return turn.refusal
        }
        #expect(report(PeopleStreet.major)?.code == .reviewRequired)
        fixture.give(.propose(PeopleStreet.major), on: receipt.id)
        #expect(report(PeopleStreet.major)?.code == .notAllowedInState)
        fixture.give(.review(.approved, digest: PeopleStreet.major.digest), on: receipt.id)
        #expect(report(nil)?.code == .reviewRequired)
        #expect(report(PeopleStreet.proposal(("Fine ", "60000")))?.code == .reviewRequired)
        #expect(report(PeopleStreet.proposal(("fine", "5万")))?.code == .valueOutOfRange)
        #expect(report(PeopleStreet.major) == nil)
    }

    @Test("measures that are not major need nobody", arguments: [PeopleStreet.minor, .init()])
    func minor(proposal: Proposal) {
        let scene = PeopleScene("raze", .accepted)
        #expect(complete(scene, proposal) == nil)
    }

    @Test("correct and reject lead back, and nothing is approved", arguments: [2, 3] as [UInt8])
    func sentBack(verdict: UInt8) throws {
        let verdict = try #require(ReviewVerdict(rawValue: verdict))
        let scene = PeopleScene("raze", .arrived)
        scene.give(.propose(PeopleStreet.major))
        let action = PersonCommand.Action.review(verdict, digest: PeopleStreet.major.digest)
        let blank = scene.give(action, by: scene.reviewer, hasReason: false)
        #expect(blank.refusal?.code == .reasonRequired)
        scene.give(action, by: scene.reviewer)
        #expect(scene.state == .arrived)
        #expect(complete(scene, PeopleStreet.major) == .reviewRequired)
    }

    @Test("an approval is of the proposal that was read, not of the one that came after it")
    func digest() {
        let scene = PeopleScene("raze", .accepted)
        scene.give(.propose(PeopleStreet.major))
        let wrong = scene.give(
            .review(.approved, digest: PeopleStreet.otherMajor.digest), by: scene.reviewer)
        #expect(wrong.refusal?.code == .revisionChanged && wrong.refusal?.field == "digest")
        approve(scene, PeopleStreet.major)
        // A changed proposal drops the approval of the one before it.
        scene.give(.propose(PeopleStreet.otherMajor))
        approve(scene, PeopleStreet.otherMajor)
        #expect(complete(scene, PeopleStreet.major) == .reviewRequired)
        #expect(complete(scene, PeopleStreet.otherMajor) == nil)
    }

    @Test("a bypass needs two known people, and says who answers for it")
    func bypass() {
        let scene = PeopleScene("raze", .accepted)
        scene.give(.propose(PeopleStreet.major), by: scene.chief)
        let action = PersonCommand.Action.review(.bypassed, digest: PeopleStreet.major.digest)
        #expect(scene.give(action, by: scene.chief).refusal?.code == .forbidden)
        #expect(scene.give(action, by: SessionHandle.none).refusal?.code == .forbidden)
        #expect(
            scene.give(action, by: scene.deputy, hasReason: false).refusal?.code
                == .reasonRequired)
        let turn = scene.give(action, by: scene.deputy)
        let reviewed = turn.facts.compactMap { fact -> ProposalReviewed? in
            if case .proposalReviewed(let reviewed) = fact { reviewed } else { nil }
        }
        #expect(reviewed.first?.verdict == .bypassed)
        #expect(scene.fixture.record.actors[Int(reviewed.first?.actor ?? 0)] == "deputy")
        #expect(complete(scene, PeopleStreet.major) == nil)
    }

    @Test("what was approved stays approved when a lease ends, and no longer after a rework")
    func lasts() {
        let scene = PeopleScene("raze", .accepted)
        scene.give(.propose(PeopleStreet.major))
        approve(scene, PeopleStreet.major)
        scene.give(.fail)
        #expect(scene.state == .queued && scene.detail?.approved == PeopleStreet.major.digest)
        scene.fixture.force([
            .assignmentReworked(scene.number, dispatch: .none, resolve: .none)
        ])
        #expect(scene.detail?.approved == nil)
    }

    @Test("the review clock warns and is missed, and stops with the verdict")
    func clock() {
        let scene = PeopleScene("raze", .accepted)
        scene.give(.propose(PeopleStreet.major))
        let minute = SampleStreet.minute
        let warned = scene.fixture.turn(after: 80 * minute).facts
        #expect(warned.contains(.deadlineWarned(scene.number, clock: .review)))
        let missed = scene.fixture.turn(after: 20 * minute).facts
        #expect(missed.contains(.deadlineMissed(scene.number, clock: .review)))
        approve(scene, PeopleStreet.major)
        #expect(scene.fixture.turn(after: 100 * minute).facts.isEmpty == false)
        #expect(scene.fixture.record.street.missed[Int(ClockKind.review.rawValue)] == 1)
    }

    @Test(
        "a form takes what it names, and nothing is completed without what it requires",
        arguments: [
            ([("result", "done")], nil), ([(" Result", "DONE ")], nil),
            ([("result", "done"), ("fine", "12.5")], nil),
            ([("fine", "12")], RefusalCode.missingField),
            ([("result", "")], .valueOutOfRange), ([("result", "well")], .valueOutOfRange),
            ([("result", "done"), ("fine", "much")], .valueOutOfRange),
            ([("result", "done"), ("other", "x")], .valueOutOfRange), ([], .missingField),
        ] as [([(String, String)], RefusalCode?)])
    func form(measures: [(String, String)], code: RefusalCode?) {
        let scene = PeopleScene("form", .accepted)
        let list = measures.map { Measure(name: $0.0, value: $0.1) }
        let digest = Digest(words: (1, 1, 1, 1))
        #expect(complete(scene, Proposal(measures: list, digest: digest)) == code)
    }

    /// Completes by the officer; returns the refusal's code, and sees that it left nothing.
    private func complete(_ scene: PeopleScene, _ proposal: Proposal) -> RefusalCode? {
        let turn = scene.give(.complete(proposal), hasReason: false)
        if turn.refusal != nil { #expect(turn.facts.isEmpty) }
        return turn.refusal?.code
    }

    private func approve(_ scene: PeopleScene, _ proposal: Proposal) {
        let turn = scene.give(.review(.approved, digest: proposal.digest), by: scene.reviewer)
        #expect(turn.refusal == nil)
    }
}

extension Proposal {
    /// No measures at all.
    init() { self.init(measures: [], digest: Digest(words: (0, 0, 0, 0))) }
}

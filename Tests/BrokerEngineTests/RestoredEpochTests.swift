import BrokerEngine
import GridModel
import Testing

/// What begins with an epoch after a restore.
@Suite("Engine: a restored epoch")
struct RestoredEpochTests {
    private let fixture = EngineFixture()

    /// Starts anew from the journal and begins epoch 2.
    private func restore(firstSerial: UInt64 = 0) -> Turn {
        fixture.restart(after: 1_000)
        fixture.engine.begin(at: fixture.moment)
        fixture.engine.beginEpoch(2, firstSerial: firstSerial)
        return fixture.turn()
    }

    @Test("what was in hand is queued again at once, and no attempt is counted for it")
    func released() {
        let worker = fixture.worker("urban", credit: 2)
        let numbers = [fixture.file("litter"), fixture.file("litter")].map {
            fixture.part(0, of: $0)
        }
        let accepted = Claim(epoch: 1, assignment: numbers[0], attempt: 1)
        fixture.turn(.progress(worker, accepted, .accept))
        #expect(numbers.map { fixture.state($0) } == [.accepted, .dispatched])
        let waiting = fixture.part(0, of: fixture.file("litter"))

        let turn = restore()
        let released = turn.facts.compactMap { fact -> AssignmentReleased? in
            if case .assignmentReleased(let fact) = fact { fact } else { nil }
        }
        #expect(Set(released.map(\.number)) == Set(numbers))
        #expect(released.allSatisfy { $0.cause == .restored && $0.failures == 0 })
        #expect(released.allSatisfy { $0.notBefore == .zero })
        for number in numbers + [waiting] { #expect(fixture.state(number) == .queued) }
        #expect(fixture.record == fixture.replica)

        let next = fixture.worker("urban", credit: 3)
        let claims = numbers.map { Claim(epoch: 2, assignment: $0, attempt: 2) }
        for claim in claims { #expect(fixture.isHeld(claim, by: next)) }
    }

    @Test("a claim of before is lost to Hello, outcome and progress")
    func voidClaims() throws {
        let worker = fixture.worker("urban", credit: 1)
        let number = fixture.part(0, of: fixture.file("litter"))
        let claim = Claim(epoch: 1, assignment: number, attempt: 1)
        fixture.turn(.heartbeat(worker, claims: [claim], credit: 1))
        _ = restore()
        let hello = PeerIntroduction(
            session: fixture.newID(), role: .worker, name: "w", department: "urban", credit: 0,
            claims: [claim])
        let turn = fixture.turn(.hello(hello))
        let again = try #require(turn.session)
        #expect(turn.answers == [.welcome(again, kept: [false])])
        #expect(fixture.report(.completed, claim, from: again).refusal?.code == .claimLost)
        let step = fixture.turn(.progress(again, claim, .accept))
        #expect(step.refusal?.code == .claimLost)
        #expect(fixture.state(number) == .queued)
    }

    @Test(
        "serials go on behind the gap, and never backwards",
        arguments: [(0, 3), (2, 3), (3, 3), (4, 4), (1 << 40, 1 << 40)] as [(UInt64, UInt64)])
    func gap(firstSerial: UInt64, next: UInt64) {
        fixture.file("litter")
        fixture.file("litter")
        #expect(fixture.record.nextSerial == 3)
        _ = restore(firstSerial: firstSerial)
        #expect(fixture.record.nextSerial == next && fixture.replica.nextSerial == next)
        let id = fixture.file("litter")
        #expect(fixture.part(0, of: id).serial == next)
    }
}

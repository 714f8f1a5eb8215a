import GridModel
import Testing

@testable import BrokerEngine

@Suite("Engine: erasure of what people wrote")
struct ErasureTests {
    private let scene = PeopleScene("raze", .accepted)
    private var texts: [ErasedText] { [ErasedText(seq: 1, place: EngineFixture.text)] }

    @Test("two known operators erase, and the fact says who they are and what is gone")
    func erased() throws {
        #expect(scene.give(.requestErasure, by: scene.chief).refusal == nil)
        let turn = scene.give(.confirmErasure(texts), by: scene.deputy)
        let facts = turn.facts.compactMap { fact -> PersonalDataErased? in
            if case .personalDataErased(let erased) = fact { erased } else { nil }
        }
        let erased = try #require(facts.first)
        let names = scene.fixture.record.actors
        #expect(names[Int(erased.actor)] == "deputy" && names[Int(erased.requestedBy)] == "chief")
        #expect(erased.texts == texts && erased.serial == scene.number.serial)
        #expect(scene.fixture.record.erasures[erased.serial]?.erasedThrough == 1)
        #expect(scene.state == .accepted)
    }

    @Test(
        "one person, nobody known, nothing asked for and nothing left are refused"
    )
    func refused() {
        func code(
            _ action: PersonCommand.Action, _ session: SessionHandle, hasReason: Bool = true
        ) -> RefusalCode? {
            let turn = scene.give(action, by: session, hasReason: hasReason)
            if turn.refusal != nil { #expect(turn.facts.isEmpty) }
            return turn.refusal?.code
        }
        #expect(code(.confirmErasure(texts), scene.deputy) == .notAllowedInState)
        #expect(code(.requestErasure, .none) == .forbidden)
        #expect(code(.requestErasure, scene.chief, hasReason: false) == .reasonRequired)
        #expect(code(.requestErasure, scene.chief) == nil)
        #expect(code(.confirmErasure(texts), scene.chief) == .forbidden)
        #expect(code(.confirmErasure(texts), .none) == .forbidden)
        #expect(code(.confirmErasure([]), scene.deputy) == .notAllowedInState)
        #expect(code(.confirmErasure(texts), scene.deputy, hasReason: false) == nil)
        // What was asked for has been had.
        #expect(code(.confirmErasure(texts), scene.deputy) == .notAllowedInState)
    }

    @Test("a call that ended, lately or long ago, can be erased; one that is unknown cannot")
    func ended() {
        let fixture = scene.fixture
        let call = fixture.file("litter")
        #expect(fixture.order(.void, on: call.id).refusal == nil)
        func give(_ action: PersonCommand.Action, by session: SessionHandle, serial: UInt64 = 0)
            -> Refusal?
        {
            var command = fixture.command(action, on: serial == 0 ? call.id : fixture.newID())
            command.endedSerial = serial
            command.expectedRevision = 4
            return fixture.turn(.command(session, command, old: nil)).refusal
        }
        #expect(give(.requestErasure, by: scene.chief) == nil)
        #expect(give(.confirmErasure(texts), by: scene.deputy) == nil)
        #expect(fixture.record.erasures[call.serial]?.erasedThrough == 1)
        // As of a call that the archive holds.
        #expect(give(.requestErasure, by: scene.chief, serial: call.serial) == nil)
        #expect(
            fixture.order(.requestErasure, on: fixture.newID()).refusal?.code == .notFound)
    }

    @Test("a start knows what was asked for and what was done, also from a snapshot")
    func restarted() throws {
        scene.give(.requestErasure, by: scene.chief)
        let serial = scene.number.serial
        scene.fixture.restart()
        #expect(scene.fixture.record.erasures[serial]?.requestedBy != nil)
        let record = scene.fixture.record
        var pieces: [RecordSnapshot.Piece] = []
        record.forEachSnapshotPiece { pieces.append($0) }
        guard case .summary(let summary) = try #require(pieces.first) else { return }
        let again = Record(summary, hashSeed: 0, byteCount: 0)
        #expect(again.erasures == record.erasures)
    }
}

import BrokerEngine
import GridModel
import Testing

@Suite("Engine: merging duplicates")
struct MergeTests {
    private let fixture = EngineFixture(catalogue: PeopleStreet.catalogue())

    @Test("a merge withdraws what is open; undoing it queues it anew with the time that was left")
    func undone() throws {
        let main = fixture.file("litter")
        let duplicate = fixture.file("litter")
        fixture.turn(after: 100 * SampleStreet.minute)
        #expect(fixture.give(.merge(into: main.id), on: duplicate.id).refusal == nil)
        #expect(fixture.state(of: duplicate) == .merged)
        #expect(fixture.state(fixture.part(0, of: duplicate)) == .withdrawn)
        #expect(fixture.counters("urban").queued == 1)
        fixture.restart()
        fixture.turn(after: 1_000 * SampleStreet.minute)
        #expect(fixture.give(.unmerge, on: duplicate.id).refusal == nil)
        let part = try #require(fixture.slot(fixture.part(1, of: duplicate)))
        #expect(part.state == .queued)
        #expect(
            part.resolve.dueAt
                == SampleStreet.start.advanced(byMilliseconds: 1_240 * SampleStreet.minute))
        #expect(fixture.record.street.mergedNow == 0)
        #expect(fixture.record == fixture.replica)
        #expect(fixture.give(.unmerge, on: duplicate.id).refusal?.code == .notAllowedInState)
    }

    @Test("merges resolve to one root, a call into itself is refused, also by a way around")
    func root() throws {
        let calls = (0..<3).map { _ in fixture.file("litter") }
        let itself = fixture.give(.merge(into: calls[0].id), on: calls[0].id)
        #expect(itself.refusal?.code == .valueOutOfRange)
        fixture.give(.merge(into: calls[1].id), on: calls[0].id)
        fixture.give(.merge(into: calls[2].id), on: calls[1].id)
        let around = fixture.give(.merge(into: calls[0].id), on: calls[2].id)
        #expect(around.refusal?.code == .valueOutOfRange && around.refusal?.field == "into")
        let next = fixture.file("litter")
        let turn = fixture.give(.merge(into: calls[0].id), on: next.id)
        let into = turn.facts.compactMap { fact -> UInt64? in
            if case .callMerged(_, let into, _, _) = fact { into } else { nil }
        }
        #expect(into == [calls[2].serial])
        let nowhere = fixture.give(.merge(into: fixture.newID()), on: calls[2].id)
        #expect(nowhere.refusal?.code == .notFound && nowhere.refusal?.field == "into")
    }

    @Test("with the main call its duplicates end, each once, and nothing can be taken out")
    func settled() {
        let calls = (0..<3).map { _ in fixture.file("litter") }
        fixture.give(.merge(into: calls[1].id), on: calls[0].id)
        fixture.give(.merge(into: calls[2].id), on: calls[1].id)
        #expect(fixture.record.street.mergedNow == 2)
        let turn = fixture.give(.void, on: calls[2].id)
        let settled = turn.facts.compactMap { fact -> UInt64? in
            if case .mergeSettled(let serial) = fact { serial } else { nil }
        }
        #expect(settled == [calls[1].serial, calls[0].serial])
        #expect(fixture.record.calls.count == 0 && fixture.record.street.mergedNow == 0)
        #expect(fixture.record.callDetails.isEmpty && fixture.record.partDetails.isEmpty)
        #expect(fixture.record.street.voided == 1 && fixture.record.street.closed == 0)
        #expect(fixture.give(.unmerge, on: calls[0].id).refusal?.code == .notAllowedInState)
        let again = Submission(
            id: calls[0].id, contentDigest: UniqueID(high: 7, low: calls[0].id.low),
            category: "litter", grid: "g2")
        #expect(fixture.turn(.submit(.none, again, old: nil)).receipt?.isRepeated == true)
    }

    @Test("a call that was checked when it was merged is checked again when it is taken out")
    func checking() throws {
        let main = fixture.file("litter")
        let duplicate = fixture.file("smoke")
        for (ordinal, department) in ["safety", "urban"].enumerated() {
            let worker = fixture.worker(department, credit: 9)
            let claim = try #require(fixture.claim(fixture.part(ordinal, of: duplicate)))
            fixture.report(.completed, claim, from: worker)
        }
        #expect(fixture.state(of: duplicate) == .checking)
        fixture.give(.merge(into: main.id), on: duplicate.id)
        fixture.give(.unmerge, on: duplicate.id)
        #expect(fixture.state(of: duplicate) == .checking)
    }

    @Test("a suggested duplicate is told once, and no more once it is merged or either has ended")
    func suggested() {
        let main = fixture.file("litter")
        let duplicates = (0..<3).map { _ in
            var submission = fixture.submission("litter")
            submission.sameAs = main.id
            return fixture.file(submission)
        }
        #expect(fixture.record.calls.count == 4)
        #expect(fixture.suggested == duplicates.map(\.serial))
        fixture.restart()
        #expect(fixture.suggested == duplicates.map(\.serial))
        fixture.give(.merge(into: main.id), on: duplicates[0].id)
        fixture.give(.void, on: duplicates[1].id)
        #expect(fixture.suggested == [duplicates[2].serial])
        fixture.give(.unmerge, on: duplicates[0].id)
        #expect(fixture.suggested == [duplicates[0].serial, duplicates[2].serial])
        fixture.give(.void, on: main.id)
        #expect(fixture.suggested.isEmpty)
        var late = fixture.submission("litter")
        late.sameAs = main.id
        let turn = fixture.turn(.submit(.none, late, old: nil))
        #expect(turn.receipt != nil && fixture.suggested.isEmpty)
        #expect(fixture.record == fixture.replica)
    }

    @Test("similar calls are open, of the category, near enough and new enough")
    func similar() throws {
        func place(_ metres: Double) -> Coordinates {
            Coordinates(latitude: 39.94 + metres / 111_194.9266, longitude: 116.39)
        }
        func file(_ category: String, at place: Coordinates?, grid: String = "g2") -> FiledReceipt {
            var submission = fixture.submission(category, grid: grid)
            submission.coordinates = place
            return fixture.file(submission)
        }
        let old = file("twin", at: place(0))
        fixture.turn(after: SampleStreet.day + 1)
        let near = file("twin", at: place(49))
        let nearer = file("twin", at: place(10))
        _ = file("twin", at: place(51))
        _ = file("litter", at: place(0))
        let unplaced = file("twin", at: nil)
        func ask(_ at: Coordinates?, grid: String = "g1") throws -> [UInt64] {
            try fixture.engine.similar(category: "twin", grid: grid, at: at).map {
                fixture.record.calls[$0.slot].serial
            }
        }
        #expect(try ask(place(0)) == [nearer.serial, near.serial])
        #expect(try ask(place(0), grid: "g2") == [unplaced.serial, nearer.serial, near.serial])
        fixture.restart()
        fixture.turn()
        #expect(try ask(place(0)) == [nearer.serial, near.serial])
        fixture.give(.void, on: nearer.id)
        #expect(try ask(place(0)) == [near.serial])
        #expect(try fixture.engine.similar(category: "litter", grid: "g2", at: nil).isEmpty)
        #expect(throws: Refusal.self) {
            try fixture.engine.similar(category: "none", grid: "g2", at: nil)
        }
        _ = old
    }
}

extension EngineFixture {
    /// The serials of the duplicates that reporters suggested.
    fileprivate var suggested: [UInt64] { engine.suggestedDuplicates() }
}

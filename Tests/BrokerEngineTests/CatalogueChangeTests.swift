import BrokerEngine
import GridModel
import Testing

@Suite("A new catalogue over open calls")
struct CatalogueChangeTests {
    private func catalogue(_ change: (inout StreetCatalogue) -> Void) -> StreetCatalogue {
        var catalogue = SampleStreet.catalogue()
        change(&catalogue)
        return catalogue
    }

    private func without(_ departments: String...) -> StreetCatalogue {
        catalogue { catalogue in
            catalogue.departments.removeAll { departments.contains($0.id) }
            for index in catalogue.categories.indices {
                for stage in catalogue.categories[index].stages.indices {
                    catalogue.categories[index].stages[stage].parts.removeAll {
                        departments.contains($0.department)
                    }
                }
                catalogue.categories[index].stages.removeAll { $0.parts.isEmpty }
            }
            catalogue.categories.removeAll { $0.stages.isEmpty }
        }
    }

    private func departments(of receipt: FiledReceipt, _ fixture: EngineFixture) -> [String] {
        guard let call = fixture.record.call(serial: receipt.serial) else { return [] }
        return fixture.record.assignments(of: call).map {
            fixture.record.symbols.departments.name(of: fixture.record.assignments[$0].department)
        }
    }

    @Test("an open call keeps the plan and the limits it was filed with")
    func keepsPlan() throws {
        let fixture = EngineFixture()
        let urban = fixture.worker("urban")
        let receipt = fixture.file("building")
        let next = catalogue { catalogue in
            for index in catalogue.categories.indices
            where catalogue.categories[index].id == "building" {
                catalogue.categories[index].stages = [
                    Stage(parts: [.init(department: "judicial", role: .lead)])
                ]
                catalogue.categories[index].conditions[0].limits.dispatch = .minutes(1)
            }
        }
        fixture.turn(.adopt(next))
        let claim = try #require(fixture.claim(fixture.part(0, of: receipt)))
        fixture.report(.completed, claim, from: urban)
        #expect(departments(of: receipt, fixture) == ["urban", "market", "safety"])
        let part = try #require(fixture.slot(fixture.part(1, of: receipt)))
        #expect(part.step.dueAt == fixture.wall.advanced(byMilliseconds: 10 * SampleStreet.minute))
        let new = fixture.file("building")
        #expect(departments(of: new, fixture) == ["judicial"])
        #expect(fixture.record == fixture.replica)
    }

    @Test("a department with open parts cannot be taken out; the objection counts them")
    func keepsNeededDepartment() {
        let fixture = EngineFixture()
        for _ in 0..<3 { fixture.file("food") }
        fixture.file("building")
        let next = without("market")
        #expect(
            fixture.record.objections(to: next)
                == [.departmentNeeded(id: "market", parts: 3, laterCalls: 1)])
        #expect(fixture.turn(.adopt(next)).facts.isEmpty)
        #expect(fixture.record.catalogues.count == 1)
        #expect(fixture.file("food").serial == 5)
    }

    @Test("a call that waits to be verified needs the departments of its first stage")
    func keepsDepartmentOfUnverifiedCall() {
        let fixture = EngineFixture()
        fixture.file("rumour")
        #expect(
            fixture.record.objections(to: without("urban"))
                == [.departmentNeeded(id: "urban", parts: 0, laterCalls: 1)])
    }

    @Test("once its last call has ended a department can go, and its workers are told")
    func removesIdleDepartment() throws {
        let fixture = EngineFixture()
        let market = fixture.worker("market")
        let urban = fixture.worker("urban")
        let new = fixture.claimOfNewCall("food")
        let claim = try #require(new)
        #expect(fixture.turn(.adopt(without("market"))).facts.isEmpty)
        fixture.report(.completed, claim, from: market)
        let turn = fixture.turn(.adopt(without("market")))
        #expect(fixture.record.catalogues.count == 2)
        let told = turn.answers.compactMap { answer -> SessionHandle? in
            if case .dismissed(let session, let reason) = answer, reason.contains("market") {
                session
            } else {
                nil
            }
        }
        #expect(told == [market] && told != [urban])
        let hello = PeerIntroduction(
            session: fixture.newID(), role: .worker, name: "w", department: "market", credit: 1)
        #expect(fixture.turn(.hello(hello)).refusal?.code == .unknownDepartment)
        #expect(fixture.record.name(ofDepartment: "market")?.english == "market")
    }

    @Test("a department that comes back has its number and its figures")
    func bringsBackDepartment() throws {
        let fixture = EngineFixture()
        let market = fixture.worker("market")
        let new = fixture.claimOfNewCall("food")
        let claim = try #require(new)
        fixture.report(.completed, claim, from: market)
        fixture.turn(.adopt(without("market")))
        fixture.turn(.adopt(SampleStreet.catalogue()))
        fixture.worker("market")
        let again = fixture.claimOfNewCall("food")
        #expect(again?.attempt == 1)
        #expect(fixture.counters("market").completed == 1)
        #expect(fixture.record == fixture.replica)
    }

    @Test("the street's id and case prefix stay once a call was filed")
    func keepsStreet() {
        let fixture = EngineFixture()
        let next = catalogue {
            $0.street.id = "other"
            $0.street.casePrefix = "OT"
        }
        #expect(fixture.record.objections(to: next).isEmpty)
        fixture.file("litter")
        #expect(
            fixture.record.objections(to: next) == [
                .otherStreet(journal: "sample", catalogue: "other"),
                .casePrefixChanged(from: "SA", to: "OT"),
            ])
        #expect(fixture.turn(.adopt(next)).facts.isEmpty)
        #expect(fixture.record.objections(to: next).allSatisfy { $0.description.count > 40 })
    }

    @Test("a catalogue with more ids than there are numbers is refused whole")
    func refusesTooManyIDs() {
        let fixture = EngineFixture()
        let name = LocalizedName(chinese: "名", english: "name")
        let next = catalogue { catalogue in
            catalogue.grids += (0..<SymbolTable.capacity).map { Grid(id: "n\($0)", name: name) }
        }
        #expect(fixture.record.objections(to: next) == [.tooManyIDs])
        #expect(fixture.turn(.adopt(next)).facts.isEmpty)
    }

    @Test("a deadline past the published calendar is computed again by the next one")
    func revisesProvisionalDeadline() throws {
        let fixture = EngineFixture()
        fixture.turn(after: 65 * SampleStreet.day)
        let provisional = fixture.file("building")
        let certain = fixture.file("litter")
        let part = fixture.part(0, of: provisional)
        let before = try #require(fixture.slot(part)).resolve
        #expect(before.isProvisional)
        let next = catalogue { $0.calendar = Self.longer(free: 70..<77) }
        let facts = fixture.turn(.adopt(next)).facts
        let revised = next.calendar.deadline(
            from: try #require(fixture.slot(part)).queuedAt, limit: Limit(7, .workDay))
        #expect(revised.dueAt > before.dueAt && !revised.isProvisional)
        #expect(facts.contains(.deadlineRevised(part, clock: .resolve, deadline: revised)))
        #expect(fixture.slot(part)?.resolve == revised)
        #expect(fixture.slot(fixture.part(0, of: certain))?.resolve.isProvisional == false)
        #expect(fixture.record == fixture.replica)
        let missed = fixture.turn(after: revised.dueAt.milliseconds(since: fixture.wall)).facts
        #expect(missed.contains(.deadlineMissed(part, clock: .resolve)))
    }

    @Test("what follows the new catalogue is the same after a restart")
    func survivesRestart() throws {
        let fixture = EngineFixture()
        fixture.file("building")
        fixture.turn(.adopt(without("judicial")))
        let before = fixture.record
        fixture.restart()
        #expect(fixture.record == before)
        #expect(fixture.turn(.adopt(without("judicial"))).facts.isEmpty)
        #expect(
            fixture.record.objections(to: without("urban"))
                == before.objections(to: without("urban")))
    }

    @Test("open calls are counted by everything a catalogue declares")
    func countsOpenCalls() {
        let fixture = EngineFixture()
        fixture.file("litter", grid: "g1")
        fixture.file("shop", grid: "g3")
        fixture.file("building", grid: "g3")
        let open = OpenCalls(fixture.record)
        #expect(open.total == 3)
        #expect(open.calls(category: "shop") == 1 && open.calls(category: "none") == 0)
        #expect(open.calls(grid: "g3") == 2 && open.calls(grid: "g2") == 0)
        #expect(open.calls(campaign: "spring") == 1)
        #expect(open.parts(department: "urban") == 3 && open.parts(department: "market") == 1)
        #expect(open.laterCalls(department: "urban") == 1)
        #expect(open.laterCalls(department: "market") == 1)
        #expect(open.laterCalls(department: "judicial") == 0)
    }

    /// The sample's calendar for twice as long, with some days free.
    private static func longer(free: Range<Int64>) -> WorkCalendar {
        let intervals = (Int64(0)..<140).filter { $0 % 7 < 5 && !free.contains($0) }.map { index in
            let midnight = SampleStreet.monday.advanced(byMilliseconds: index * SampleStreet.day)
            return WorkCalendar.Interval(
                opens: midnight.advanced(byMilliseconds: 9 * SampleStreet.hour),
                closes: midnight.advanced(byMilliseconds: 17 * SampleStreet.hour),
                day: midnight.milliseconds / SampleStreet.day)
        }
        return WorkCalendar(
            intervals: intervals,
            publishedThrough: SampleStreet.monday.advanced(byMilliseconds: 140 * SampleStreet.day),
            zone: .utc)
    }
}

import BrokerEngine
import BrokerJournal
import GridCodec
import GridModel
import SwiftProtobuf
import Testing

@testable import BrokerViews

@Suite("A call's view")
struct CallViewTests {
    private let part = AssignmentNumber(serial: 1, ordinal: 0)

    @Test("It shows what was filed, what people wrote, and who did what")
    func whole() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "挡住消防通道")
        dispatch(&writer)
        let reason = writer.place("不属于本部门")
        writer.add(
            .assignmentReturned(
                AssignmentEnded(number: part, attempt: 1, actor: 1, texts: reason)))
        writer.endBatch()
        let view = try view(writer.batches)
        #expect(view.state == "working")
        #expect(view.category == "litter")
        #expect(view.condition == "at-night")
        #expect(view.grid == "g-3")
        #expect(view.campaign == "autumn")
        #expect(view.urgency == .urgent)
        #expect(view.coordinates.longitude == 116.4)
        #expect(view.texts.description_p == "挡住消防通道")
        #expect(view.parts[0].department == "market")
        #expect(view.parts[0].role == .lead)
        #expect(view.parts[0].state == "returned")
        #expect(view.parts[0].attempts == 1)
        #expect(view.parts[0].worker == "worker-1")
        #expect(view.parts[0].reason == "不属于本部门")
        #expect(view.steps.map(\.actor) == ["local", "", "worker-1", "worker-1"])
        #expect(view.steps.map(\.ordinal) == [0, 1, 1, 1])
        #expect(view.steps[3].detail == "attempt=1; 不属于本部门")
        #expect(
            view.steps[1].detail
                == "department=market role=lead stage=0 due=2026-01-01T08:01:01.000Z")
    }

    @Test("Erased texts show as empty, whether zeroed or gone", arguments: [true, false])
    func erased(areZeroed: Bool) throws {
        var writer = HistoryWriter()
        file(&writer, texts: "my name")
        writer.add(.callVoided(serial: 1, actor: 2, reason: writer.place("a name")))
        writer.endBatch()
        let batches = writer.batches.map { batch in
            var batch = batch
            batch.texts = areZeroed ? batch.texts.map { _ in 0 } : []
            return batch
        }
        let view = try view(batches)
        #expect(view.texts == WireCallTexts())
        #expect(view.steps.last?.detail == "")
        #expect(view.state == "voided")
        #expect(view.closedAt == view.steps.last?.at)
    }

    @Test("A released part waits again: nobody has it in hand")
    func released() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "")
        dispatch(&writer)
        writer.add(
            .assignmentReleased(
                AssignmentReleased(
                    number: part, cause: .leaseEnded, failures: 1,
                    notBefore: Timestamp(milliseconds: 0), reason: nil)))
        writer.endBatch()
        let view = try view(writer.batches)
        #expect(view.parts[0].state == "queued")
        #expect(view.parts[0].worker == "")
        #expect(view.parts[0].dispatchedAt == 0)
        #expect(view.parts[0].attempts == 1)
        #expect(view.steps.last?.detail == "cause=leaseEnded failures=1")
    }

    @Test("A part that is reworked is not complete any more, and then as of its second completion")
    func reworked() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "")
        let completed = Fact.assignmentCompleted(
            AssignmentEnded(number: part, attempt: 1, actor: 1, texts: nil))
        for _ in 1...2 {
            dispatch(&writer)
            writer.add(completed)
            let completedAt = writer.now
            writer.endBatch()
            #expect(try view(writer.batches).parts[0].completedAt == completedAt.milliseconds)
            writer.add(.assignmentReworked(part, dispatch: .none, resolve: writer.due(in: 9_000)))
            writer.endBatch()
            let again = try view(writer.batches).parts[0]
            #expect(again.completedAt == 0 && again.state == "queued")
        }
    }

    @Test("A merged call names its main call")
    func merged() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "")
        file(&writer, texts: "", serial: 2)
        writer.add(.callMerged(serial: 2, into: 1, actor: 2, reason: nil))
        writer.endBatch()
        let root = CaseNumber(prefix: "GL", year: 2026, serial: 1)
        let view = try view(writer.batches, serial: 2)
        #expect(view.steps.last?.detail == "into=\(root)")
        #expect(view.closedAt == 0)
    }

    @Test("A call that was taken for another names it, and so does the list of duplicates")
    func sameAs() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "")
        file(&writer, texts: "", serial: 2)
        writer.add(.duplicateReported(serial: 2, of: 1, actor: 1))
        writer.endBatch()
        let other = CaseNumber(prefix: "GL", year: 2026, serial: 1).description
        let view = try view(writer.batches, serial: 2)
        #expect(view.sameAs == other && view.mergedInto.isEmpty)
        #expect(view.steps.last?.step == "duplicateReported")
        #expect(view.steps.last?.detail == "of=\(other)" && view.steps.last?.actor == "worker-1")
        let directory = try TemporaryDirectory()
        try ViewStore.fill(directory.views, with: writer.batches, sizes: [1])
        let answer = TestViews(path: directory.views, seq: 1)
            .ask(.calls([2], partsIn: nil, now: writer.now))
        #expect(answer.list.calls.map(\.sameAs) == [other])
        #expect(answer.list.calls.first?.parts.count == 1)
    }

    @Test("A clock past the published calendar is provisional until a later calendar moves it")
    func provisional() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "")
        let number = AssignmentNumber(serial: 1, ordinal: 1)
        var dispatch = writer.due(in: 5_000)
        var resolve = writer.due(in: 9_000)
        (dispatch.isProvisional, resolve.isProvisional) = (true, false)
        writer.add(
            .assignmentQueued(
                AssignmentQueued(
                    number: number, department: 0, role: .assist, stage: 0, dispatch: dispatch,
                    resolve: resolve)))
        (dispatch.isProvisional, resolve.isProvisional) = (false, true)
        writer.add(.deadlineRevised(part, clock: .resolve, deadline: resolve))
        writer.endBatch()
        let parts = try view(writer.batches).parts
        #expect(parts[0].clocks.map(\.clock) == ["resolve"])
        #expect(parts[0].clocks.map(\.provisional) == [true])
        #expect(parts[1].clocks.map(\.clock) == ["dispatch", "resolve"])
        #expect(parts[1].clocks.map(\.provisional) == [true, false])
    }

    @Test("What a person wrote is told from the values of a step, whatever it looks like")
    func values() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "")
        let reason = writer.place("due=x; y")
        for actor in [nil, 2] as [ActorID?] {
            writer.add(
                .assignmentResumed(
                    part, step: .none, resolve: actor == nil ? .none : writer.due(in: 5),
                    actor: actor, reason: reason))
        }
        writer.endBatch()
        let steps = try view(writer.batches).steps.suffix(2)
        let values = steps.map {
            String(decoding: $0.detail.utf8.prefix(Int($0.valuesBytes)), as: UTF8.self)
        }
        #expect(values == ["", "due=2026-01-01T08:00:01.005Z"])
        #expect(steps.map(\.detail) == ["due=x; y", values[1] + "; due=x; y"])
    }

    @Test("A suspended part is not overdue; once resumed it can be again")
    func suspended() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "")
        writer.add(
            .assignmentSuspended(part, remaining: 5, until: writer.now, actor: 2, reason: nil))
        writer.endBatch()
        #expect(try overdue(writer.batches).isEmpty)
        writer.add(
            .assignmentResumed(
                part, step: .none, resolve: writer.due(in: 5), actor: nil, reason: nil))
        writer.endBatch()
        #expect(try overdue(writer.batches) == [1])
    }

    @Test("Each report on a case has a clock of its own, which stops when it is filed")
    func reports() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "")
        writer.add(.reportScheduled(serial: 1, deadline: writer.due(in: 70_000), report: 0))
        writer.add(.reportScheduled(serial: 1, deadline: writer.due(in: 300_000), report: 1))
        writer.add(.deadlineMissed(part, clock: .reportDue, report: 1))
        writer.add(
            .reportFiled(serial: 1, actor: 2, text: writer.place("a summary"), report: 1))
        writer.endBatch()
        let stopped = try view(writer.batches)
        #expect(stopped.clocks.map(\.clock) == ["reportDue", "reportDue"])
        #expect(stopped.clocks.map(\.report) == ["weekly", "monthly"])
        #expect(stopped.clocks.map(\.state) == [.running, .stopped])
        #expect(stopped.steps.map(\.detail).contains("clock=reportDue report=monthly"))
        #expect(stopped.steps.last?.detail == "report=monthly; a summary")
        let next = writer.due(in: 900_000)
        writer.add(.reportScheduled(serial: 1, deadline: next, report: 1))
        writer.endBatch()
        let clocks = try view(writer.batches).clocks
        #expect(clocks.map(\.report) == ["weekly", "monthly"])
        #expect(clocks.map(\.state) == [.running, .running])
        #expect(clocks.last?.dueAt == next.dueAt.milliseconds)
    }

    @Test("A later catalogue keeps the numbers of the earlier and adds its own")
    func secondCatalogue() throws {
        var writer = HistoryWriter()
        writer.add(.catalogueAdopted(HistoryWriter.catalogue(extraGrids: ["g-0"])))
        file(&writer, texts: "", grid: 3)
        writer.endBatch()
        #expect(try view(writer.batches).grid == "g-0")
    }

    @Test("A story that outgrows a frame keeps its newest steps")
    func longStory() throws {
        var writer = HistoryWriter()
        file(&writer, texts: "")
        for _ in 0..<200 { writer.add(.deadlineWarned(part, clock: .resolve)) }
        writer.add(.callClosed(serial: 1))
        writer.endBatch()
        var limits = ProtocolLimits()
        limits.frameBytes = 4_096 + 2_048
        let view = try view(writer.batches, limits: limits)
        #expect(view.steps.last?.step == "callClosed")
        #expect((10..<200).contains(view.steps.count))
        #expect(try (view.serializedBytes() as [UInt8]).count <= 2_048)
    }

    private func file(
        _ writer: inout HistoryWriter, texts: String, serial: UInt64 = 1, grid: UInt16 = 2
    ) {
        var message = WireCallTexts()
        message.description_p = texts
        let bytes: [UInt8] = (try? message.serializedBytes()) ?? []
        let place = writer.place(bytes)
        writer.add(
            .callFiled(
                CallFiled(
                    serial: serial, year: 2026, id: CallID(high: 9, low: serial),
                    contentDigest: UniqueID(high: 1, low: 1), category: 1, condition: 1,
                    grid: grid, campaign: 1, urgency: .urgent, observedAt: writer.now,
                    isRecordedEarlier: false, isClockSuspect: false, isVerifying: false,
                    coordinates: Coordinates(latitude: 39.9, longitude: 116.4),
                    catalogueVersion: 1, actor: 0, texts: place)))
        writer.add(
            .assignmentQueued(
                AssignmentQueued(
                    number: AssignmentNumber(serial: serial, ordinal: 0), department: 1,
                    role: .lead, stage: 0, dispatch: .none, resolve: writer.due(in: 60_000))))
    }

    private func dispatch(_ writer: inout HistoryWriter) {
        writer.add(
            .assignmentDispatched(
                AssignmentDispatched(number: part, attempt: 1, worker: 1, accept: .none)))
    }

    private func view(
        _ batches: [Batch], serial: UInt64 = 1, limits: ProtocolLimits = ProtocolLimits()
    ) throws -> WireCallView {
        let directory = try TemporaryDirectory()
        try ViewStore.fill(directory.views, with: batches, sizes: [1])
        let views = TestViews(path: directory.views, seq: 1, limits: limits)
        let number = CaseNumber(prefix: "GL", year: 2026, serial: serial)
        return try views.track(caseNumber: number.description)
    }

    private func overdue(_ batches: [Batch]) throws -> [UInt64] {
        let directory = try TemporaryDirectory()
        try ViewStore.fill(directory.views, with: batches, sizes: [1])
        var query = WireListQuery()
        query.overdueOnly = true
        return try TestViews(path: directory.views, seq: 1).serials(
            query, now: batches.end.advanced(byMilliseconds: 3_600_000))
    }
}

import BrokerEngine
import BrokerJournal
import GridCodec
import GridModel
import Testing

@testable import BrokerViews

/// Clocks past the published calendar, as a call's view shows them.
@Suite("Provisional clocks in views")
struct ProvisionalTests {
    private let part = AssignmentNumber(serial: 1, ordinal: 0)

    private func deadline(
        _ writer: HistoryWriter, _ minutes: Int64, _ isProvisional: Bool
    ) -> Deadline {
        var deadline = writer.due(in: minutes * 60_000)
        deadline.isProvisional = isProvisional
        return deadline
    }

    private func filed() -> HistoryWriter {
        var writer = HistoryWriter()
        writer.add(
            .callFiled(
                CallFiled(
                    serial: 1, year: 2026, id: CallID(high: 9, low: 1),
                    contentDigest: UniqueID(high: 1, low: 1), category: 1, condition: 1,
                    grid: 1, campaign: 1, urgency: .urgent, observedAt: writer.now,
                    isRecordedEarlier: false, isClockSuspect: false, isVerifying: false,
                    coordinates: nil, catalogueVersion: 1, actor: 0, texts: nil)))
        writer.add(
            .assignmentQueued(
                AssignmentQueued(
                    number: part, department: 1, role: .lead, stage: 0,
                    dispatch: deadline(writer, 10, false), resolve: deadline(writer, 60, true))))
        writer.endBatch()
        return writer
    }

    private func view(_ writer: HistoryWriter) throws -> WireCallView {
        let directory = try TemporaryDirectory()
        try ViewStore.fill(directory.views, with: writer.batches, sizes: [1])
        let views = TestViews(path: directory.views, seq: 1, limits: ProtocolLimits())
        let number = CaseNumber(prefix: "GL", year: 2026, serial: 1)
        return try views.track(caseNumber: number.description)
    }

    private func provisional(_ clocks: [WireClockView]) -> [String: Bool] {
        Dictionary(uniqueKeysWithValues: clocks.map { ($0.clock, $0.provisional) })
    }

    @Test("a clock is provisional from the fact that starts it to the one that moves it")
    func revised() throws {
        var writer = filed()
        #expect(
            provisional(try view(writer).parts[0].clocks) == ["dispatch": false, "resolve": true])
        let later = deadline(writer, 90, false)
        writer.add(.deadlineRevised(part, clock: .resolve, deadline: later))
        writer.endBatch()
        let moved = try view(writer)
        #expect(
            provisional(moved.parts[0].clocks) == ["dispatch": false, "resolve": false])
        #expect(moved.parts[0].resolveDue == later.dueAt.milliseconds)
    }

    @Test(
        "a moved step clock leaves the part's due time, and what is resumed says both of its clocks"
    )
    func stepClocks() throws {
        var writer = filed()
        let due = try view(writer).parts[0].resolveDue
        writer.add(
            .deadlineRevised(part, clock: .dispatch, deadline: deadline(writer, 20, true)))
        writer.endBatch()
        let moved = try view(writer)
        #expect(provisional(moved.parts[0].clocks) == ["dispatch": true, "resolve": true])
        #expect(moved.parts[0].resolveDue == due)
        writer.add(
            .assignmentSuspended(
                part, remaining: 1, until: writer.now.advanced(byMilliseconds: 60_000), actor: 1,
                reason: nil))
        writer.endBatch()
        writer.add(
            .assignmentResumed(
                part, step: deadline(writer, 30, false), resolve: deadline(writer, 70, true),
                actor: nil, reason: nil))
        writer.endBatch()
        let resumed = try view(writer)
        #expect(provisional(resumed.parts[0].clocks) == ["dispatch": false, "resolve": true])
    }

    @Test("a moved check is the call's clock, not the part's that its fact names")
    func check() throws {
        var writer = filed()
        writer.add(
            .assignmentDispatched(
                AssignmentDispatched(number: part, attempt: 1, worker: 1, accept: .none)))
        writer.add(
            .assignmentCompleted(
                AssignmentEnded(number: part, attempt: 1, actor: 1, texts: nil)))
        writer.add(.checkOpened(serial: 1, deadline: deadline(writer, 30, true)))
        writer.endBatch()
        #expect(provisional(try view(writer).clocks) == ["check": true])
        let later = deadline(writer, 45, false)
        writer.add(.deadlineRevised(part, clock: .check, deadline: later))
        writer.endBatch()
        let moved = try view(writer)
        #expect(provisional(moved.clocks) == ["check": false])
        #expect(moved.clocks[0].dueAt == later.dueAt.milliseconds)
        #expect(!moved.parts[0].clocks.contains { $0.clock == "check" })
    }

    @Test("what was accepted and then left to people stays accepted, what was not is delivered")
    func delivered() throws {
        for isAccepted in [false, true] {
            var writer = filed()
            writer.add(
                .assignmentDispatched(
                    AssignmentDispatched(number: part, attempt: 1, worker: 1, accept: .none)))
            if isAccepted {
                writer.add(
                    .assignmentAccepted(
                        AssignmentAccepted(number: part, actor: 1, arrive: .none)))
            }
            writer.add(.assignmentDelivered(part))
            writer.endBatch()
            let state = try view(writer).parts[0].state
            #expect(state == (isAccepted ? "accepted" : "delivered"))
        }
    }
}

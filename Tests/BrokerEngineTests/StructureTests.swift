import GridModel
import Histogram
import Testing

@testable import BrokerEngine

@Suite("Heap")
struct HeapTests {
    @Test("gives the least first, whatever went in and was filtered out", arguments: UInt64(1)...20)
    func sorted(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var heap = Heap<Int>()
        var model: [Int] = []
        for _ in 0..<300 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let value = Int.random(in: 0..<50, using: &random)
                heap.insert(value)
                model.append(value)
            case 9:
                heap.filter { $0 % 3 != 0 }
                model.removeAll { $0 % 3 == 0 }
            default:
                model.sort()
                #expect(heap.first == model.first)
                if !model.isEmpty { #expect(heap.removeFirst() == model.removeFirst()) }
            }
            #expect(heap.count == model.count)
        }
        while !model.isEmpty {
            model.sort()
            #expect(heap.removeFirst() == model.removeFirst())
        }
    }
}

@Suite("Schedule")
struct ScheduleTests {
    @Test("timers of ended assignments leave the heap before they come due")
    func compaction() {
        var schedule = Schedule()
        schedule.grow(departments: 1, assignments: 20_000)
        for slot in Slot(0)..<20_000 {
            schedule.schedule(slot, number: number(slot), at: time(Int64(slot)))
        }
        for slot in Slot(0)..<20_000 where slot % 10 != 3 { schedule.forget(slot) }
        #expect(schedule.timers.count <= 2_000 + 4_097)
        var due: [Slot] = []
        while let slot = schedule.takeDue(at: time(20_000)) { due.append(slot) }
        #expect(due == (Slot(0)..<20_000).filter { $0 % 10 == 3 })
        #expect(schedule.timers.count == 0)
    }

    @Test("only the earliest timer of an assignment counts, and it counts once")
    func earliest() {
        var schedule = Schedule()
        schedule.grow(departments: 1, assignments: 1)
        for at in [Int64(50), 30, 40, 60, 20] {
            schedule.schedule(0, number: number(0), at: time(at))
        }
        #expect(schedule.takeDue(at: time(19)) == nil)
        #expect(schedule.takeDue(at: time(20)) == 0)
        #expect(schedule.takeDue(at: time(100)) == nil)
    }

    private func number(_ slot: Slot) -> AssignmentNumber {
        AssignmentNumber(serial: UInt64(slot) + 1, ordinal: 0)
    }

    private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }
}

@Suite("ReadyQueue")
struct ReadyQueueTests {
    @Test(
        "the free profiles' best entry comes first, as in a list searched in full",
        arguments: UInt64(1)...10)
    func best(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = ReadyQueue()
        var model: [(entry: ReadyQueue.Entry, profiles: UInt64)] = []
        for serial in UInt64(1)...400 {
            let entry = ReadyQueue.Entry(
                urgency: random.pick([.emergency, .urgent, .ordinary]),
                due: random.pick([
                    .distantFuture, Timestamp(milliseconds: .random(in: 0...9, using: &random)),
                ]),
                number: AssignmentNumber(serial: serial, ordinal: 0), slot: Slot(serial))
            let profiles = UInt64.random(in: 1...7, using: &random)
            queue.insert(entry, profiles: profiles)
            model.append((entry, profiles))
            guard random.isOne(in: 2) else { continue }
            let free = UInt64.random(in: 0...7, using: &random)
            let expected = model.indices.filter { model[$0].profiles & free != 0 }
                .min { model[$0].entry < model[$1].entry }
            let taken = queue.takeFirst(servedBy: free)
            #expect(taken?.entry == expected.map { model[$0].entry })
            if let expected { model.remove(at: expected) }
        }
        #expect(queue.count == model.count)
        #expect(queue.takeAll().count == model.count && queue.count == 0)
    }

    @Test("urgency beats any deadline, a deadline beats none, filing order decides among equals")
    func order() {
        func entry(_ urgency: Urgency, _ due: Timestamp, _ serial: UInt64) -> ReadyQueue.Entry {
            ReadyQueue.Entry(
                urgency: urgency, due: due, number: AssignmentNumber(serial: serial, ordinal: 0),
                slot: 0)
        }
        let late = Timestamp(milliseconds: .max - 1)
        let ordered = [
            entry(.emergency, late, 9), entry(.emergency, .distantFuture, 8),
            entry(.urgent, .zero, 7), entry(.ordinary, Timestamp(milliseconds: -5), 6),
            entry(.ordinary, Timestamp(milliseconds: 1), 5),
            entry(.ordinary, .distantFuture, 3), entry(.ordinary, .distantFuture, 4),
        ]
        for (left, right) in zip(ordered, ordered.dropFirst()) { #expect(!(right < left)) }
    }
}

@Suite("SlotTable")
struct SlotTableTests {
    @Test("finds what is in it and nothing else, over growth and removal", arguments: UInt64(1)...5)
    func model(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var calls = SlotArray<CallSlot>(empty: CallSlot())
        var byID = SlotTable<CallIDKey<CallSlot>>(seed: 7)
        var bySerial = SlotTable<SerialKey<CallSlot>>(seed: 7)
        var model: [UInt64: Slot] = [:]
        for serial in UInt64(1)...600 {
            var call = CallSlot()
            call.serial = serial
            call.id = CallID(high: serial % 7, low: serial)
            let slot = calls.insert(call)
            byID.insert(slot, in: calls)
            bySerial.insert(slot, in: calls)
            model[serial] = slot
            if random.isOne(in: 2), let gone = model.keys.sorted().randomElement(using: &random) {
                guard let slot = model.removeValue(forKey: gone) else { continue }
                byID.remove(slot, in: calls)
                bySerial.remove(slot, in: calls)
                calls.remove(slot)
            }
        }
        #expect(byID.count == model.count && calls.count == model.count)
        for serial in UInt64(1)...600 {
            let id = CallID(high: serial % 7, low: serial)
            let hash = CallIDKey<CallSlot>.hash(id, seed: 7)
            #expect(byID.find(hash: hash) { calls[$0].id == id } == model[serial])
            #expect(
                bySerial.find(hash: SerialKey<CallSlot>.hash(serial)) { calls[$0].serial == serial }
                    == model[serial])
        }
    }
}

@Suite("RecentCalls")
struct RecentCallsTests {
    @Test("gives whole batches, oldest first, and forgets just what it gave")
    func batches() {
        var recent = RecentCalls()
        for serial in UInt64(1)...10 { recent.append(call(serial), seq: (serial + 1) / 2) }
        recent.append(command(1), seq: 1)
        recent.append(command(4), seq: 4)
        let first = recent.ended(upTo: 4, 3)
        #expect(first.calls.map(\.serial) == [1, 2, 3, 4] && first.upTo == 2)
        #expect(first.commands.map(\.serial) == [1])
        recent.forget(first)
        #expect(recent.count == 6 && recent.call(serial: 4) == nil)
        #expect(recent.call(serial: 5)?.serial == 5 && recent.call(id: call(7).id)?.serial == 7)
        let second = recent.ended(upTo: 4, 100)
        #expect(second.calls.map(\.serial) == [5, 6, 7, 8] && second.upTo == 4)
        #expect(second.commands.map(\.serial) == [4])
        recent.forget(second)
        #expect(recent.ended(upTo: 4, 100).calls.isEmpty)
        #expect(recent.ended(upTo: 5, 100).calls.map(\.serial) == [9, 10])
        #expect(recent.command(id: command(4).id) == nil)
    }

    @Test("nothing of a batch that is not durable is given")
    func notDurable() {
        var recent = RecentCalls()
        recent.append(call(1), seq: 8)
        recent.append(command(1), seq: 8)
        let ended = recent.ended(upTo: 7, 100)
        #expect(ended.calls.isEmpty && ended.commands.isEmpty && ended.upTo == 7)
    }

    @Test("finds calls after many were forgotten")
    func longLife() {
        var recent = RecentCalls()
        for serial in UInt64(1)...20_000 {
            recent.append(call(serial), seq: serial)
            if serial % 3_000 == 0 { recent.forget(recent.ended(upTo: serial - 1_000, 2_500)) }
        }
        let oldest = 20_000 - UInt64(recent.count) + 1
        #expect(recent.call(serial: oldest)?.serial == oldest)
        #expect(recent.call(serial: oldest - 1) == nil)
        #expect(recent.call(id: call(20_000).id)?.serial == 20_000)
    }

    private func call(_ serial: UInt64) -> EndedCall {
        EndedCall(
            serial: serial, id: CallID(high: 1, low: serial),
            contentDigest: UniqueID(high: 0, low: 1), year: 2026, filedAt: .zero, state: .closed,
            campaign: CallFiled.noCampaign, isClockSuspect: false, endings: [])
    }

    private func command(_ serial: UInt64) -> CommandDecided {
        CommandDecided(
            id: CommandID(high: 2, low: serial), contentDigest: UniqueID(high: 0, low: 1),
            serial: serial, revision: 1)
    }
}

@Suite("Latency")
struct LatencyTests {
    @Test(
        "counts every duration to two digits, from nothing to an age",
        arguments: [
            0, 1, 9, 10, 99, 100, 12_345, 86_400_000, 400 * 86_400_000,
        ] as [Int64])
    func twoDigits(milliseconds: Int64) {
        var latency = Latency()
        latency.record(milliseconds: milliseconds)
        #expect(latency.values.totalCount == 1)
        let median = Double(latency.values.valueAtPercentile(50))
        #expect(abs(median - Double(milliseconds)) <= Double(milliseconds) / 100)
    }

    @Test("a negative duration counts as zero")
    func negative() {
        var latency = Latency()
        latency.record(milliseconds: -5)
        #expect(latency.values.totalCount == 1 && latency.values.max == 0)
    }
}

@Suite("Engine: derived queues")
struct DerivedQueuesTests {
    @Test("one call that nobody takes does not keep the entries of all that came after it")
    func ages() {
        let fixture = EngineFixture()
        let oldest = fixture.file("litter", grid: "g3")
        let worker = fixture.worker("urban", credit: 1_000, grids: ["g1"])
        for _ in 0..<55 {
            let calls = (0..<100).map { _ in fixture.submission("litter", grid: "g1") }
            let turn = fixture.turn(after: 1, calls.map { .submit(.none, $0, old: nil) })
            #expect(turn.assigned.count == 100)
            fixture.turn(
                turn.assigned.map { claim in
                    .outcome(worker, OutcomeReport(claim: claim, result: .completed), old: nil)
                })
        }
        #expect(fixture.agesCount < 5_000)
        #expect(fixture.oldestWaiting(0) == oldest.filedAt)
    }

    @Test("calls that are voided before anybody takes them leave the queue")
    func queues() {
        let fixture = EngineFixture()
        let kept = fixture.file("litter")
        for _ in 0..<55 {
            let calls = (0..<100).map { _ in fixture.submission("manhole") }
            fixture.turn(calls.map { .submit(.none, $0, old: nil) })
            fixture.turn(
                calls.map { .command(.none, fixture.command(.void, on: $0.id), old: nil) })
        }
        #expect(fixture.queuesCount < 5_000)
        fixture.worker("urban", credit: 1)
        #expect(fixture.state(fixture.part(0, of: kept)) == .dispatched)
    }
}

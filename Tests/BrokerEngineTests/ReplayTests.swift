import BrokerEngine
import GridModel
import Histogram
import Testing

@Suite("Engine: random lives of a street")
struct ReplayTests {
    @Test(
        "the record is what its facts make of an empty one, after every turn",
        arguments: UInt64(1)...6)
    func replay(seed: UInt64) {
        var street = RandomStreet(seed: seed)
        for count in 1...200 {
            street.turn()
            let (record, replica) = (street.fixture.record, street.fixture.replica)
            #expect(record.calls == replica.calls && record.assignments == replica.assignments)
            #expect(record.nextSerial == replica.nextSerial && record.now == replica.now)
            if count % 20 == 0 { expectEqual(street.fixture) }
        }
        expectEqual(street.fixture)
        #expect(street.statistics.doubleClaims == 0)
        #expect(street.fixture.record.street.closed > 0)
    }

    @Test("the same inputs give the same facts and answers twice", arguments: UInt64(1)...3)
    func determinism(seed: UInt64) {
        var first = RandomStreet(seed: seed)
        var second = RandomStreet(seed: seed)
        for _ in 0..<150 {
            first.turn()
            second.turn()
        }
        #expect(first.fixture.journal == second.fixture.journal)
        #expect(first.answers == second.answers)
        #expect(first.fixture.journal.count > 300)
    }

    @Test(
        "counters and histograms are what a plain recount of the facts gives",
        arguments: UInt64(11)...14)
    func counters(seed: UInt64) {
        var street = RandomStreet(seed: seed)
        for count in 1...200 {
            street.turn()
            if count % 10 == 0 { expectCounts(street) }
        }
        expectLatencies(street)
    }

    @Test(
        "since when the oldest waits is what a plain recount gives, also after new starts",
        arguments: UInt64(21)...24)
    func oldestWaiting(seed: UInt64) {
        var street = RandomStreet(seed: seed)
        for _ in 0..<150 {
            street.turn()
            for department in SampleStreet.departments.indices {
                #expect(
                    street.fixture.oldestWaiting(UInt16(department))
                        == street.statistics.oldestWaiting(department))
            }
        }
    }

    @Test(
        "at most one session holds a claim, and no worker holds what is not in hand",
        arguments: UInt64(31)...33)
    func oneHolder(seed: UInt64) {
        var street = RandomStreet(seed: seed)
        for _ in 0..<100 {
            street.turn()
            let fixture = street.fixture
            for (number, part) in street.statistics.parts {
                guard let claim = fixture.claim(number) else { continue }
                let holders = (Int32(0)..<64).count {
                    fixture.isHeld(claim, by: SessionHandle(rawValue: $0))
                }
                let limit = part.state.isInHand && part.state != .delivered ? 1 : 0
                #expect(holders <= limit)
            }
        }
    }

    @Test(
        "an engine that starts on the record goes on: all that waits is done when faults stop",
        arguments: UInt64(41)...45)
    func drains(seed: UInt64) {
        var street = RandomStreet(seed: seed)
        for _ in 0..<150 { street.turn() }
        street.setClockRight()
        street.restart()
        street.changeShift()
        for _ in 0..<15 {
            for _ in 0..<5 { street.quietTurn(after: 8_000) }
            street.workOff()
        }
        let open = street.statistics.parts.values.filter { $0.state.isOpen }
        #expect(open.isEmpty, "\(open.first.map { "\($0)" } ?? "")")
        #expect(street.statistics.doubleClaims == 0)
        for call in street.statistics.calls.values {
            let states = Set(call.parts.compactMap { street.statistics.parts[$0]?.state })
            #expect(states.isSubset(of: [.withdrawn, .completed]))
        }
        expectEqual(street.fixture)
    }

    /// Compares whole records; the engine's next batch has begun, the replica's has not.
    private func expectEqual(_ fixture: EngineFixture) {
        var record = fixture.record
        record.beginBatch(fixture.replica.batchSeq)
        #expect(record == fixture.replica)
    }

    private func expectCounts(_ street: RandomStreet) {
        let (record, naive) = (street.fixture.record, street.statistics)
        for (number, counters) in record.departments.enumerated() {
            func count(_ isCounted: (NaiveStatistics.Part) -> Bool) -> Int {
                naive.count(number, where: isCounted)
            }
            func ever(_ word: String) -> UInt64 { naive.ever["\(word) \(number)"] ?? 0 }
            #expect(counters.queued == count { $0.state == .queued })
            #expect(counters.inHand == count { $0.state.isInHand })
            #expect(counters.stuck == count { $0.state == .stuck })
            #expect(counters.returnedNow == count { $0.state == .returned })
            #expect(counters.overdue == count { $0.isOverdue && $0.state.isOpen })
            #expect(counters.received == ever("received"))
            #expect(counters.dispatched == ever("dispatched"))
            #expect(counters.accepted == ever("accepted"))
            #expect(counters.completed == ever("completed"))
            #expect(counters.returned == ever("returned"))
        }
        for (number, counters) in record.campaigns.enumerated() {
            #expect(counters.found == naive.ever["found \(number)"] ?? 0)
            #expect(counters.closed == naive.ever["closed \(number)"] ?? 0)
            #expect(counters.voided == naive.ever["voided \(number)"] ?? 0)
            #expect(counters.overdue == naive.overdueCalls(number))
            #expect(counters.closedOnTime == naive.ever["on time \(number)"] ?? 0)
            #expect(counters.rectified == naive.rectifiedCalls(number))
        }
        #expect(record.street.filed == naive.ever["filed"] ?? 0)
        #expect(record.street.closed == naive.ever["closed"] ?? 0)
        #expect(record.street.voided == naive.ever["voided"] ?? 0)
        for clock in ClockKind.allCases {
            #expect(
                record.street.missed[Int(clock.rawValue)]
                    == naive.ever["missed \(clock.rawValue)"] ?? 0)
        }
    }

    private func expectLatencies(_ street: RandomStreet) {
        let (record, naive) = (street.fixture.record, street.statistics)
        var scopes: [(String, Latencies)] = []
        for (number, counters) in record.departments.enumerated() {
            scopes.append(("department \(number)", counters.latencies))
        }
        for (number, counters) in record.campaigns.enumerated() {
            scopes.append(("campaign \(number)", counters.latencies))
        }
        for urgency in Urgency.allCases {
            scopes.append(
                ("urgency \(urgency.rawValue)", record.street.latencies[Int(urgency.rawValue)]))
        }
        for (scope, latencies) in scopes {
            #expect(latencies.dispatch == naive.latency(scope, .dispatch), "\(scope)")
            #expect(latencies.accept == naive.latency(scope, .accept), "\(scope)")
            #expect(latencies.arrive == naive.latency(scope, .arrive), "\(scope)")
            #expect(latencies.resolve == naive.latency(scope, .resolve), "\(scope)")
            #expect(latencies.close == naive.latency(scope, .close), "\(scope)")
        }
    }
}

import GridCodec
import TestSupport
import Testing

/// Processes that are killed in the middle of the work.
@Suite(.serialized)
struct SuddenDeathTests {
    enum Victim: String, CaseIterable {
        case broker, worker, both, brokerAndImporter
    }

    @Test(
        "Whoever is killed during an import, every row is one call and is closed",
        arguments: Victim.allCases)
    func killedDuringImport(victim: Victim) async throws {
        let street = try NewYork.street(lease: "5s")
        var broker = try await street.startBroker()
        let workers = try await NewYork.startWorkers(street, each: "100ms")
        let importer = try NewYork.launchImport(street, rate: 300)
        let watcher = try await WirePeer.terminal(street.endpoint)
        try await street.until("the import is in its middle") {
            let stats = try await watcher.stats()
            return stats.callsFiled > 500
                && stats.departments.contains { $0.id == "safety" && $0.inHand > 0 }
        }
        #expect(importer.end == nil, "the import was over before anybody was killed")
        // The same rows once more and as fast as possible: many are under way at any moment.
        let second = try NewYork.launchImport(street, window: 64)
        try await street.until("the second import has begun") {
            try await watcher.stats().submitsRepeated > 64
        }

        if victim == .brokerAndImporter {
            importer.kill()
            second.kill()
        }
        if victim != .worker {
            broker.kill()
            #expect(broker.end == .signalled(9))
        }
        if victim == .worker || victim == .both {
            workers[2].kill()
            _ = try street.launchWorker("safety", ["--simulate", "100ms", "--credit", "256"])
        }
        if victim != .worker { broker = try await street.startBroker() }
        if victim != .brokerAndImporter {
            #expect(try await importer.wait(within: .seconds(60)) == .exited(0))
            #expect(try await second.wait(within: .seconds(60)) == .exited(0))
        }

        let again = try await NewYork.importDay(street)
        #expect(again.end == .exited(0))
        if victim != .brokerAndImporter {
            #expect(again.output.contains("filed       0\nduplicates  2386\n"))
        }
        try await street.until("every call is closed", within: .seconds(60)) {
            try await street.stats().calls.closed == NewYork.rows
        }
        try await NewYork.expectWhole(street)
        let stats = try await street.stats()
        #expect(stats.calls.filed == NewYork.rows && stats.calls.open == 0)
        #expect(stats.departments.map(\.completed).reduce(0, +) == 2_624)
    }
}

import Foundation
import TestSupport
import Testing

/// The real day of New York, from the file to the departments and back.
@Suite(.serialized)
struct RealDayTests {
    @Test("The day is filed and closed once, and importing it again files nothing")
    func day() async throws {
        let street = try NewYork.street(lease: "30s")
        _ = try await street.startBroker()
        try await NewYork.startWorkers(street, each: "100ms")

        let first = try await NewYork.importDay(street)
        #expect(first.end == .exited(0))
        #expect(first.output.contains("rows read   2386\nfiled       2386\nduplicates  0\n"))
        try await street.until("every call is closed", within: .seconds(60)) {
            try await street.stats().calls.closed == NewYork.rows
        }
        let second = try await NewYork.importDay(street)
        #expect(second.end == .exited(0))
        #expect(second.output.contains("rows read   2386\nfiled       0\nduplicates  2386\n"))
        try await checkStats(street)
        try await NewYork.expectWhole(street)
        let audit = try await street.gridcall("audit", "verify")
        #expect(audit.end == .exited(0) && audit.output.hasPrefix("intact: "))
    }

    /// The numbers of Examples/nyc311/README.md.
    private func checkStats(_ street: Street) async throws {
        let stats = try await street.stats()
        #expect(stats.calls.filed == NewYork.rows && stats.calls.open == 0)
        #expect(stats.broker.submitsRepeated == NewYork.rows)
        #expect(stats.broker.itemsRefused == 0 && stats.broker.framesRefused == 0)
        let expected = ["safety": 1_655, "urban": 808, "market": 98, "judicial": 63]
        #expect(stats.departments.map(\.id).sorted() == expected.keys.sorted())
        for (id, count) in expected {
            let department = stats.department(id)
            #expect(department.completed == count && department.dispatched == count)
            #expect(department.accepted == count)
            #expect(department.queued == 0 && department.inHand == 0 && department.stuck == 0)
            #expect(department.oldestQueuedSeconds == 0 && department.returned == 0)
            check(department.latency.dispatch, count: count)
            check(department.latency.accept, count: count)
            check(department.latency.resolve, count: count)
        }
        let campaigns = ["winter-heat": 1_206, "smooth-streets": 60, "holiday-trade": 18]
        for campaign in stats.campaigns {
            #expect(campaign.found == campaigns[campaign.id])
            #expect(campaign.closed == campaign.found && campaign.overdue == 0)
            #expect(campaign.target > 0)
        }
        #expect(stats.campaigns.count == campaigns.count)
    }

    private func check(_ latency: StatsReport.Latency, count: Int) {
        #expect(latency.count == count)
        #expect(latency.p50 <= latency.p90 && latency.p90 <= latency.p99)
        #expect(latency.p99 <= latency.p999 && latency.p999 <= latency.max)
        #expect(latency.max < 60)
    }

    @Test("A dirty file's good rows are filed, its bad ones listed with line, field and reason")
    func dirtyFile() async throws {
        let street = try NewYork.street(lease: "30s")
        _ = try await street.startBroker()
        let done = try await street.gridcall(
            "import", NewYork.file("dirty.csv"), "--mapping", NewYork.file("mapping.yaml"),
            "--encoding", "utf-8")
        #expect(done.end == .exited(65))
        #expect(
            done.output.hasPrefix("rows read   27\nfiled       11\nduplicates  1\nrefused     15\n")
        )
        let lines = done.output.split(separator: "\n").dropFirst(5).map(String.init)
        let named = [
            4: "category", 5: "grid", 6: "observed_at", 7: "observed_at", 8: "key", 10: "id",
            12: "", 13: "", 14: "", 15: "description", 19: "latitude", 20: "longitude",
            27: "category", 28: "observed_at", 30: "",
        ]
        #expect(lines.count == named.count)
        for line in lines {
            let words = line.split(separator: " ")
            let field = try #require(words.first.flatMap { Int($0) }.flatMap { named[$0] })
            #expect(field.isEmpty || words[1] == field, "\(line)")
            #expect(words.count > 3, "\(line)")
        }
        #expect(try await street.stats().calls.filed == 11)
    }
}

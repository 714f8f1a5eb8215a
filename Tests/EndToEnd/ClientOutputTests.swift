import Foundation
import TestSupport
import Testing

/// What people and scripts see of a running street.
@Suite(.serialized)
struct ClientOutputTests {
    @Test("Submit with --wait follows the call to its end")
    func submitAndWait() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        for department in ["urban", "market", "safety"] {
            _ = try await street.startWorker(department, ["--simulate", "50ms"])
        }
        let done = try await street.gridcall(
            "submit", "--category", "three", "--grid", "g-2", "--description", "垃圾", "--wait")
        #expect(done.end == .exited(0))
        let lines = done.output.split(separator: "\n")
        let call = try #require(lines.first.map(String.init))
        #expect(call.wholeMatch(of: /SM-[0-9]{4}-000001-[0-9]/) != nil)
        #expect(lines.count { $0.contains("  completed") } == 3)
        #expect(lines.last?.hasSuffix("  closed") == true)

        let tracked = try await street.gridcall("track", call.lowercased())
        #expect(tracked.end == .exited(0))
        for text in [call, "closed", "three", "g-2", "垃圾", "market", "assist", "filed"] {
            #expect(tracked.output.contains(text), "\(text) in \(tracked.output)")
        }
        let report = try await street.track(call)
        #expect(report.campaign == "always" && report.grid == "g-2")
    }

    @Test("List filters, pages, and writes CSV")
    func list() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        var cases: [String] = []
        for number in 0..<5 { cases.append(try await street.submit(number == 2 ? "three" : "one")) }
        let page = try await street.gridcall("list", "--limit", "2", "--format", "csv")
        #expect(
            page.output.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[0] }
                == [cases[4], cases[3]].map { $0[...] })
        #expect(page.errors.contains("--page "))
        let market = try await street.gridcall("list", "--department", "market", "--format", "csv")
        #expect(market.output.contains(cases[2]) && !market.output.contains(cases[1]))
        #expect(try await street.calls().map(\.caseNumber) == cases.reversed())
        let closed = try await street.gridcall("list", "--state", "closed", "--format", "csv")
        #expect(closed.output.split(separator: "\n").count == 1)
        let found = try await street.submit("one", "--description", "夜市露天烧烤 BBQs")
        for text in ["烧烤", "烤", "露天烧烤", "bbq", "ＢＢＱ 夜市"] {
            let list = try await street.gridcall("list", "--text", text, "--count", "--lang", "zh")
            #expect(list.output.contains(found) && list.errors.contains("共 1 件"), "\(text)")
        }
        let campaigns = try await street.gridcall("campaigns")
        let line = try #require(campaigns.output.split(separator: "\n").last)
        let cells = line.split(separator: " ").map(String.init)
        #expect(cells.first == "always" && cells.contains("open"))
        #expect(cells.suffix(10).prefix(5) == ["10", "1", "0", "0", "0"], "\(line)")
        #expect(campaigns.errors.contains("closing rate = closed ÷ found"))
    }

    @Test("The statistics have every key that scripts rely on")
    func stats() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        _ = try await street.submit("three")
        let done = try await street.gridcall("stats", "--format", "json")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(done.output.utf8)) as? [String: Any])
        let departments = try #require(json["departments"] as? [[String: Any]])
        #expect(departments.count == 4)
        for department in departments {
            #expect(
                Set(department.keys).isSuperset(of: [
                    "id", "queued", "dispatched", "accepted", "completed", "returned", "stuck",
                    "overdue", "oldestQueuedSeconds", "latency",
                ]))
            let latency = try #require(department["latency"] as? [String: [String: Any]])
            #expect(latency.keys.sorted() == ["accept", "dispatch", "resolve"])
            for figures in latency.values {
                #expect(figures.keys.sorted() == ["count", "max", "p50", "p90", "p99", "p999"])
            }
        }
        let campaigns = try #require(json["campaigns"] as? [[String: Any]])
        #expect(campaigns.count == 1)
        #expect(
            Set(campaigns[0].keys).isSuperset(of: ["id", "target", "found", "closed", "overdue"]))
        let stats = try await street.stats()
        #expect(["market", "urban", "safety"].allSatisfy { stats.department($0).queued == 1 })
        #expect(stats.department("judicial").queued == 0)
        #expect(stats.department("urban").oldestQueuedSeconds > 0)
        #expect(stats.campaigns[0].found == 1 && stats.campaigns[0].closed == 0)
    }

    @Test("What goes wrong has its own exit code and says what to do")
    func failures() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let nobody = try await street.gridcall("--timeout", "1", "stats")
        #expect(nobody.end == .exited(69) && nobody.errors.contains("does not answer"))
        _ = try await street.startBroker()
        let category = try await street.gridcall(
            "submit", "--category", "circus", "--grid", "g-1", "--description", "x")
        #expect(category.end == .exited(1) && category.errors.contains("unknownCategory"))
        #expect(try await street.gridcall("submit", "--grid", "g-1").end == .exited(64))
        let unknown = "01a20997-61db-7ce5-b39a-134b8a25b76c"
        #expect(try await street.gridcall("track", unknown).end == .exited(1))
        #expect(try await street.gridcall("track", "nonsense").end == .exited(64))
        let id = "01a20997-61db-7ce5-b39a-134b8a25b76b"
        let first = try await street.submit("one", "--id", id)
        #expect(try await street.submit("one", "--id", id) == first)
        let other = try await street.gridcall(
            "submit", "--category", "three", "--grid", "g-1", "--description", "x", "--id", id)
        #expect(other.end == .exited(1) && other.errors.contains("contentDiffers"))
    }

    @Test("The audit proves the journal, live and offline")
    func audit() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        _ = try await street.submit("one")
        let live = try await street.gridcall("audit", "verify", "--format", "json")
        #expect(live.end == .exited(0))
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(live.output.utf8)) as? [String: Any])
        #expect(json["intact"] as? Bool == true)
        #expect((json["chain"] as? String)?.count == 64)
        broker.send(SIGTERM)
        #expect(try await broker.wait() == .exited(0))
        let offline = try street.start(
            Places.executables + "/gridcall-broker", ["verify", "--data", street.data],
            name: "verify")
        #expect(try await offline.wait() == .exited(0))
        let batches = try #require(json["batches"] as? Int)
        #expect(offline.output.hasPrefix("intact: \(batches) batches"))
    }
}

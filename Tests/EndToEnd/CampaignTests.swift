import Foundation
import TestSupport
import Testing

/// A campaign from its opening to its summary, as an operator leads it from a terminal.
@Suite(.serialized)
struct CampaignLifeTests {
    /// The street with a campaign that is long over.
    private static let catalogue =
        SmallStreet.catalogue().replacing(
            "from: 2020-01-01\n    to: 2099-12-31", with: "from: 2020-01-01\n    to: 2020-12-31")

    @Test(
        "Opened, extended, shown and closed with a summary, it ties the calls of its window alone")
    func life() async throws {
        let street = try Street(catalogue: Self.catalogue)
        _ = try await street.startBroker()
        let before = try await street.submit("three")
        #expect(try await street.track(before).campaign == nil)
        #expect(try await run(street, "campaigns", "open", "Every day").end == .exited(0))
        let again = try await run(street, "campaigns", "open", "always")
        #expect(again.end == .exited(1) && again.errors.contains("possible: extend, close"))
        let tied = try await street.submit("three")
        #expect(try await street.track(tied).campaign == "always")
        for department in ["urban", "market", "safety"] {
            _ = try await street.startWorker(department, ["--simulate", "50ms"])
        }
        try await street.until(tied, is: "closed")

        let year = Calendar(identifier: .gregorian).component(.year, from: Date()) + 1
        for (end, expected) in [("2021-01-01", 1), ("\(year)-06-30", 0)] as [(String, Int32)] {
            let extended = try await run(
                street, "campaigns", "extend", "always", "--until", end, "--reason", "x")
            #expect(extended.end == .exited(expected), "\(extended.errors)")
        }
        let shown = try await show(street)
        let campaign = try #require(shown["campaign"] as? [String: Any])
        #expect(campaign["state"] as? String == "open" && campaign["found"] as? Int == 1)
        #expect(campaign["until"] as? String == "\(year)-07-01T00:00:00.000+08:00")
        #expect(campaign["rectified"] as? Int == 1 && campaign["closedOnTime"] as? Int == 1)
        let departments = try #require(shown["departments"] as? [[String: Any]])
        #expect(departments.compactMap { $0["id"] as? String } == ["urban", "market", "safety"])
        #expect(departments.allSatisfy { $0["rectified"] as? Int == 1 })

        let summary = "检查 1 处，整改 1 处"
        let closed = try await run(street, "campaigns", "close", "always", "--summary", summary)
        #expect(closed.end == .exited(0), "\(closed.errors)")
        let table = try await run(street, "campaigns", "show", "always", "--lang", "zh")
        for text in [summary, "已总结", "整改率", "100.0 %", "整改 ÷ 发现", "1/10"] {
            #expect(table.output.contains(text), "\(text) in \(table.output)")
        }
        let late = try await street.submit("three")
        #expect(try await street.track(late).campaign == nil)
    }

    @Test("Activities are recorded once, listed newest first and added up")
    func activities() async throws {
        let street = try Street(catalogue: Self.catalogue)
        _ = try await street.startBroker()
        let id = "01a20997-61db-7ce5-b39a-134b8a25b76b"
        for _ in 0..<2 {
            let added = try await run(
                street, "activity", "add", "--kind", "outreach", "--date", "2026-03-01", "--theme",
                "燃气安全", "--sessions", "30", "--people", "1000", "--id", id)
            #expect(added.end == .exited(0), "\(added.errors)")
        }
        let training = try await run(
            street, "activity", "add", "--kind", "training", "--date", "2026-03-02", "--theme",
            "执法培训", "--people", "7")
        #expect(training.end == .exited(0))
        let list = try await run(street, "activity", "list", "--format", "json")
        let json = try object(list.output)
        let activities = try #require(json["activities"] as? [[String: Any]])
        #expect(activities.compactMap { $0["theme"] as? String } == ["执法培训", "燃气安全"])
        #expect(activities.last?["heldAt"] as? String == "2026-03-01T00:00:00.000+08:00")
        let totals = try #require(json["totals"] as? [String: [String: Int]])
        #expect(totals["all"] == ["activities": 2, "sessions": 31, "people": 1_007])
        let first = try await run(
            street, "activity", "list", "--until", "2026-03-01", "--format", "csv")
        #expect(first.output.contains("燃气安全") && !first.output.contains("执法培训"))
    }

    private func run(_ street: Street, _ arguments: String...) async throws -> FinishedProgram {
        try await FinishedProgram(street.launchClient(arguments), within: .seconds(60))
    }

    private func show(_ street: Street) async throws -> [String: Any] {
        try object(
            try await run(street, "campaigns", "show", "always", "--format", "json").output)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}

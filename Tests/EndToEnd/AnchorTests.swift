import Foundation
import GridCodec
import TestSupport
import Testing

/// Lines that are kept elsewhere, and samples for reviews, on the data of the last release.
@Suite(.serialized)
struct AnchorTests {
    @Test("An anchor fits while the journal grows, and a restore says what it cost")
    func anchored() async throws {
        let release = try Release(try #require(Release.names.last))
        var broker = try await release.startBroker()
        let anchor = try await release.done("audit", "audit", "anchor")
        #expect(anchor.hasPrefix("gridcall-anchor 1 "))
        let json = try await release.done("audit", "audit", "anchor", "--format", "json")
        #expect(json.contains(anchor))
        for _ in 0..<3 {
            _ = try await release.done(
                "reporter", "submit", "--category", "one", "--grid", "g-1", "--anyway",
                "--description", "more")
        }
        let fits = try await release.done("audit", "audit", "verify", "--anchor", anchor)
        #expect(fits.contains("as anchored: unchanged up to batch"))
        let mistyped = try await release.run(
            "audit", ["audit", "verify", "--anchor", String(anchor.dropLast()) + "x"])
        #expect(mistyped.end == .exited(64), "\(mistyped)")
        let paper = release.street.directory + "/anchors.txt"
        try Data("written down on Saturday\n\(anchor)\n".utf8).write(to: URL(filePath: paper))
        let export = release.street.directory + "/journal.jsonl"
        try await release.done("audit", "audit", "export", "--output", export)
        if let python = Places.command("python3") {
            let verified = try await release.street.start(
                python,
                [
                    Places.root + "/Examples/audit/verify.py", export, "--anchor", paper,
                    "--against", release.file("answers/export.jsonl"),
                ], name: "verify"
            ).finished()
            #expect(verified.end == .exited(0), "\(verified.output) \(verified.errors)")
        }
        try await release.stop(broker)
        let stopped = try await release.tool(
            "verify", "--data", release.street.data, "--anchor", paper)
        #expect(stopped.end == .exited(0), "\(stopped)")

        try FileManager.default.removeItem(atPath: release.street.data)
        let backup = release.street.directory + "/day.gridcall-backup"
        let short = try await release.tool("verify", "--backup", backup, "--anchor", paper)
        #expect(short.end == .exited(1) && short.output.contains("the journal ends with batch 38"))
        let restored = try await release.tool("restore", backup, "--data", release.street.data)
        #expect(restored.end == .exited(0), "\(restored.errors)")
        broker = try await release.startBroker()
        let lost = try await release.run("audit", ["audit", "verify", "--anchor", paper])
        #expect(lost.end == .exited(1), "\(lost)")
        #expect(lost.output.contains("which kept it up to batch 38"), "\(lost.output)")
        try await release.stop(broker)
    }

    @Test("A sample is the one that the documented rule draws, with stories and proofs")
    func sampled() async throws {
        let release = try Release(try #require(Release.names.last))
        _ = try await release.startBroker()
        let checking = try #require(try release.answers()["checking"]?["caseNumber"] as? String)
        try await release.done("reporter", "check", "pass", checking)
        let export = release.street.directory + "/journal.jsonl"
        try await release.done("audit", "audit", "export", "--output", export)
        for seed in ["2026-11-28", "双色球 3 9 14"] {
            let text = try await release.done(
                "audit", "audit", "sample", "--seed", seed, "--count", "2", "--format", "json",
                "--texts")
            let sample = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(sample["population"] as? Int == 2)
            let calls = try #require(sample["calls"] as? [[String: Any]])
            let steps = try #require(calls.first?["steps"] as? [[String: Any]])
            #expect(steps.count > 5 && steps.allSatisfy { $0["batch"] is Int && $0["fact"] is Int })
            guard let python = Places.command("python3") else { continue }
            let drawn = try await release.street.start(
                python,
                [
                    Places.root + "/Examples/audit/sample.py", export, "--seed", seed, "--count",
                    "2",
                ], name: "sample"
            ).finished()
            #expect(drawn.end == .exited(0), "\(drawn.errors)")
            let ids = drawn.output.split(separator: "\n").map {
                String($0.split(separator: " ")[1])
            }
            #expect(calls.map { $0["id"] as? String ?? "" } == ids)
        }
        let none = try await release.done(
            "audit", "audit", "sample", "--seed", "x", "--to", "2026-01-01", "--lang", "en")
        #expect(none.contains("0 of 0 closed calls"), "\(none)")
        let table = try await release.done(
            "audit", "audit", "sample", "--seed", "x", "--lang", "zh")
        #expect(table.contains("抽取") && table.contains("结案"), "\(table)")
        let csv = try await release.done(
            "audit", "audit", "sample", "--seed", "x", "--format", "csv", "--department", "market")
        #expect(csv.split(separator: "\n").count > 10)
    }
}

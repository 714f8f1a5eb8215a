import Foundation
import GridCodec
import TestSupport
import Testing

/// Erasure of what people wrote, in the data that a former release left.
@Suite(.serialized)
struct ErasureTests {
    /// Who reported four of the calls, and how to reach them: in every file that may hold texts.
    private static let words = ["王小明", "13900000001", "东街 12 号"]

    @Test("Two operators erase a call's texts from every file; steps, receipts and proofs stay")
    func erased() async throws {
        let release = try Release(try #require(Release.names.last))
        let broker = try await release.startBroker()
        try await search(release, finds: 4)
        try await refusals(release)
        let calls = try Self.callsWithTexts(release)
        for call in calls { try await erase(call, release) }
        let story = try await release.done("audit", "track", calls[0], "--lang", "en")
        #expect(story.contains("by second") && story.contains("texts erased"), "\(story)")
        #expect(story.contains("the reporter asked for it"))
        let chinese = try await release.done("audit", "track", calls[0], "--lang", "zh")
        #expect(chinese.contains("由 second 确认删除"), "\(chinese)")
        try await search(release, finds: 0)
        try await release.street.until("nothing is left in any file") {
            Self.holders(release).isEmpty
        }
        try await repeats(release)
        try await proofs(release)
        try await release.stop(broker)
        #expect(Self.holders(release).isEmpty)
        let verify = try await release.tool("verify", "--data", release.street.data)
        #expect(verify.end == .exited(0), "\(verify.errors)")
        #expect(!verify.output.contains("still there"), "\(verify.output)")
    }

    @Test("A backup of before brings nothing back: the next start erases it again, and says so")
    func restored() async throws {
        let release = try Release(try #require(Release.names.last))
        var broker = try await release.startBroker()
        let old = release.street.directory + "/old.gridcall-backup"
        let made = try await release.tool("backup", "--data", release.street.data, "--to", old)
        #expect(made.end == .exited(0), "\(made.errors)")
        let later = try await release.done(
            "reporter", "submit", "--category", "one", "--grid", "g-1", "--anyway",
            "--description", "later", "--reporter", "王小明")
        let calls = try Self.callsWithTexts(release) + [later]
        for call in calls { try await erase(call, release) }
        try await release.stop(broker)

        try FileManager.default.removeItem(atPath: release.street.data)
        let restored = try await release.tool("restore", old, "--data", release.street.data)
        #expect(restored.end == .exited(0), "\(restored.errors)")
        #expect(!Self.holders(release).isEmpty)
        broker = try await release.startBroker()
        #expect(broker.errors.contains("are erased again"))
        // The reporter's terminal offers again what the backup lacks: it is filed without texts.
        let looked = try await release.run("reporter", ["campaigns"])
        #expect(looked.errors.contains("filed anew"), "\(looked.errors)")
        try await release.street.until("nothing is left in any file") {
            Self.holders(release).isEmpty
        }
        for call in calls.dropLast() {
            let track = try await release.track(call)
            let steps = track["steps"] as? [[String: Any]] ?? []
            #expect(steps.count { $0["step"] as? String == "personalDataErased" } == 1)
        }
        try await proofs(release)
        try await release.stop(broker)
        let verify = try await release.tool("verify", "--data", release.street.data)
        #expect(verify.end == .exited(0), "\(verify.errors)")
    }

    @Test("Killed at any moment of an erasure, the next start leaves it done or not begun")
    func killed() async throws {
        let release = try Release(try #require(Release.names.last))
        var broker = try await release.startBroker()
        var asked: [String] = []
        for milliseconds in [0, 5, 10, 15, 20, 30, 45, 60] {
            let call = try await release.done(
                "reporter", "submit", "--category", "one", "--grid", "g-1", "--anyway",
                "--description", "x", "--reporter", "钱七\(milliseconds)号")
            try await release.done("duty", "erase", call, "--reason", "the reporter asked for it")
            let confirmed = try release.street.start(
                "\(Places.executables)/gridcall",
                ["erase", call, "--confirm", "--timeout", "2"] + release.keys(of: "second"),
                name: "confirm")
            try await Task.sleep(for: .milliseconds(20 + milliseconds))
            broker.kill()
            _ = try await confirmed.finished()
            asked.append(call)
            broker = try await release.startBroker()
        }
        for call in asked {
            let track = try await release.track(call)
            let steps = track["steps"] as? [[String: Any]] ?? []
            let isErased = steps.contains { $0["step"] as? String == "personalDataErased" }
            #expect((track["reporter"] is String) != isErased, "\(call)")
        }
        try await release.stop(broker)
        let verify = try await release.tool("verify", "--data", release.street.data)
        #expect(verify.end == .exited(0), "\(verify.errors)")
        #expect(!verify.output.contains("still there"), "\(verify.output)")
    }

    // MARK: Steps

    private func erase(_ call: String, _ release: Release) async throws {
        try await release.done("duty", "erase", call, "--reason", "the reporter asked for it")
        try await release.done("second", "erase", call, "--confirm")
    }

    private func refusals(_ release: Release) async throws {
        let call = try Self.callsWithTexts(release)[0]
        let cases: [(String, [String], Int32, String)] = [
            ("second", ["--confirm"], 1, "nobody has asked"),
            ("audit", ["--reason", "x"], 1, "requestErasure is for: operator"),
            ("duty", [], 64, "--reason"),
        ]
        for (who, more, code, words) in cases {
            let refused = try await release.run(who, ["erase", call] + more)
            #expect(refused.end == .exited(code), "\(who): \(refused)")
            #expect(refused.errors.contains(words), "\(who): \(refused.errors)")
        }
        try await release.done("duty", "erase", call, "--reason", "first")
        let alone = try await release.run("duty", ["erase", call, "--confirm"])
        #expect(alone.end == .exited(1) && alone.errors.contains("another operator may"))
    }

    /// The same call sent again gets the same number, and its texts do not come back.
    private func repeats(_ release: Release) async throws {
        let voided = try #require(try release.answers()["voided"])
        let number = try await release.done(
            "reporter", "submit", "--category", "one", "--grid", "g-1", "--anyway",
            "--observed-at", "2026-11-20T09:00:00+08:00", "--description", "a mistake",
            "--address", "东街 12 号", "--reporter", "王小明", "--contact", "13900000001", "--id",
            voided["id"] as? String ?? "")
        #expect(number == voided["caseNumber"] as? String)
        #expect(!(try await release.track(number)["reporter"] is String))
        #expect(Self.holders(release).isEmpty)
        let twice = try await release.run("second", ["erase", number, "--confirm"])
        #expect(twice.end == .exited(1))
    }

    private func search(_ release: Release, finds count: Int) async throws {
        try await release.street.until("a search finds \(count)") {
            let list = try await release.done(
                "duty", "list", "--text", "东街", "--format", "csv")
            return list.split(separator: "\n").count == count + 1
        }
    }

    /// The chain is whole for us and for a program that is not ours, which counts what is gone.
    private func proofs(_ release: Release) async throws {
        try await release.done("audit", "audit", "verify")
        let export = release.street.directory + "/journal.jsonl"
        try await release.done("audit", "audit", "export", "--texts", "--output", export)
        let text = try String(contentsOfFile: export, encoding: .utf8)
        for word in Self.words { #expect(!text.contains(word)) }
        guard let python = Places.command("python3") else { return }
        let verified = try await release.street.start(
            python, [Places.root + "/Examples/audit/verify.py", export], name: "verify"
        ).finished()
        #expect(verified.end == .exited(0), "\(verified.output) \(verified.errors)")
        #expect(!verified.output.contains(" 0 of them erased"), "\(verified.output)")
        // Without the fact that tells of it, what is gone is a damage.
        let lines = text.split(separator: "\n")
        #expect(lines.contains { $0.contains(#""fact":"personalDataErased""#) })
    }

    private static func callsWithTexts(_ release: Release) throws -> [String] {
        try release.answers().values.filter { $0["reporter"] as? String == "王小明" }
            .compactMap { $0["caseNumber"] as? String }.sorted()
    }

    /// The files of the data directory that hold something of the texts.
    private static func holders(_ release: Release) -> [String] {
        let data = release.street.data
        let names = (try? FileManager.default.contentsOfDirectory(atPath: data)) ?? []
        return names.filter { name in
            let bytes = FileManager.default.contents(atPath: data + "/" + name) ?? Data()
            return words.contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }
}

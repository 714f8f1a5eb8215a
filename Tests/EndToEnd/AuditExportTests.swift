import Foundation
import GridCodec
import TestSupport
import Testing

/// The journal's export of a running street, and what programs that are not ours make of it.
@Suite(.serialized)
struct AuditExportTests {
    @Test("An export is verified and counted again by programs of Python's standard library alone")
    func recounted() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue(retry: "50ms"))
        _ = try await street.startBroker()
        try await work(in: street)

        let stats = try await file("stats.json", street, "stats", "--format", "json")
        let export = street.directory + "/journal.jsonl"
        let done = try await street.gridcall("audit", "export", "--texts", "--output", export)
        #expect(done.end == .exited(0) && done.output.isEmpty, "\(done)")
        #expect(try #require(FileManager.default.contents(atPath: export)).count > 600_000)
        let files = try FileManager.default.contentsOfDirectory(atPath: street.directory)
        #expect(!files.contains { $0.hasSuffix(".part") })

        let audit = try await street.gridcall("audit", "verify")
        let link = try #require(audit.output.split(separator: " ").last).trimmingCharacters(
            in: .newlines)
        #expect(done.errors.contains("last link \(link)"))
        let verified = try await python(street, "verify.py", export, "--chain", link)
        #expect(verified.end == .exited(0), "\(verified.output) \(verified.errors)")
        #expect(verified.output.hasPrefix("intact: ") && verified.output.contains("texts: "))

        let counted = try await python(street, "recount.py", export, stats)
        #expect(counted.end == .exited(0), "\(counted.output) \(counted.errors)")
        #expect(counted.output.hasPrefix("the same: ") && counted.errors.isEmpty)
        try await expectDifferences(street, export, stats)
        try await expectWithoutTexts(street)
    }

    @Test("A file that cannot be written is an error, and nothing is left of it")
    func unwritable() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let missing = try await street.gridcall(
            "audit", "export", "--output", street.directory + "/none/journal.jsonl")
        #expect(missing.end == .exited(74) && missing.errors.contains("cannot write"))
        // A directory stands where the file should: found when the export is whole.
        let taken = street.directory + "/logs"
        let refused = try await street.gridcall("audit", "export", "--output", taken)
        #expect(refused.end == .exited(74), "\(refused)")
        let files = try FileManager.default.contentsOfDirectory(atPath: street.directory)
        #expect(!files.contains { $0.hasSuffix(".part") }, "\(files)")
    }

    @Test(
        "Only operators and auditors export",
        arguments: [("auditor", 0), ("reviewer", 1)] as [(String, Int32)])
    func roles(role: String, exit: Int32) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker(["--local-role", role])
        let done = try await street.gridcall("audit", "export", "--texts")
        #expect(done.end == .exited(exit), "\(done)")
        #expect(
            done.output.isEmpty == (exit != 0) && done.errors.contains("forbidden") == (exit != 0))
    }

    /// Urban does, returns or fails a part as the call says.
    private static let urban = """
        text=$(cat)
        case "$text" in
        *return-me*) echo '{"result":"returned","reason":"not our road"}' ;;
        *fail-me*) exit 75 ;;
        esac
        """

    private func work(in street: Street) async throws {
        _ = try await street.startWorker("urban", ["--exec", Self.urban, "--credit", "4"])
        for department in ["market", "safety"] {
            _ = try await street.startWorker(
                department, ["--simulate", "1ms", "--credit", "16"])
        }
        let peer = try await WirePeer.terminal(street.endpoint)
        let long = String(repeating: "网格员巡查时发现占道经营。", count: 20)
        let many = (0..<200).map {
            WireSubmitItem.call($0 % 8 == 0 ? "stages" : "three", description: long)
        }
        #expect(try await peer.submit(many).allSatisfy(\.isFiled))
        var cases: [String] = []
        for words in ["return-me", "return-me", "return-me", "fail-me", "fail-me"] {
            cases.append(try await street.submit("one", "--description", words))
        }
        for call in cases[..<3] {
            try await street.until("it is returned", of: call) { $0.parts[0].state == "returned" }
        }
        for call in cases[3...] {
            try await street.until("it is stuck", of: call) { $0.parts[0].state == "stuck" }
        }
        try await command(
            street, "redispatch", cases[0], "--part", "1", "--to", "market", "--reason", "theirs")
        try await command(
            street, "redispatch", cases[1], "--part", "1", "--to", "judicial", "--reason", "law")
        try await command(street, "requeue", cases[3], "--part", "1")
        try await command(street, "void", cases[4], "--reason", "no case")
        try await street.until(cases[0], is: "closed")
        try await street.until("it is stuck again", of: cases[3]) {
            $0.parts[0].state == "stuck" && $0.parts[0].attempts == 10
        }
        try await street.until("only what nobody does is left") {
            let stats = try await street.stats()
            return stats.calls.open == 3 && stats.departments.allSatisfy { $0.inHand == 0 }
        }
    }

    private func expectDifferences(
        _ street: Street, _ export: String, _ stats: String
    ) async throws {
        let text = try String(contentsOfFile: stats, encoding: .utf8)
        for (key, word) in [("\"stuck\": 1", "urban: stuck"), ("\"closed\": 201", "calls: closed")]
        {
            let changed = text.replacing(key, with: key + "7", maxReplacements: 1)
            #expect(changed != text, "\(key) in \(text)")
            let wrong = street.directory + "/wrong.json"
            try Data(changed.utf8).write(to: URL(filePath: wrong))
            let seen = try await python(street, "recount.py", export, wrong)
            #expect(seen.end == .exited(1) && seen.output.contains(word), "\(seen)")
            #expect(seen.output.contains("NOT the same: 1 of "))
        }
    }

    private func expectWithoutTexts(_ street: Street) async throws {
        let plain = try await file("plain.jsonl", street, "audit", "export")
        let text = try String(contentsOfFile: plain, encoding: .utf8)
        #expect(!text.contains("return-me") && !text.contains("\"salt\""))
        #expect(!text.contains(Data("return-me".utf8).base64EncodedString().prefix(8)))
        let seen = try await python(street, "verify.py", plain)
        #expect(seen.end == .exited(0) && seen.output.contains("left out"), "\(seen)")
    }

    private func command(_ street: Street, _ arguments: String...) async throws {
        let done = try await FinishedProgram(
            street.launchClient(arguments), within: .seconds(30))
        #expect(done.end == .exited(0), "\(arguments): \(done.errors)")
    }

    /// Runs `gridcall` and keeps what it wrote in a file of the street's.
    private func file(
        _ name: String, _ street: Street, _ arguments: String...
    ) async throws -> String {
        let done = try await FinishedProgram(
            street.launchClient(arguments), within: .seconds(60))
        #expect(done.end == .exited(0), "\(done.errors)")
        let path = street.directory + "/" + name
        try Data(done.output.utf8).write(to: URL(filePath: path))
        return path
    }

    private func python(
        _ street: Street, _ program: String, _ arguments: String...
    ) async throws -> FinishedProgram {
        let run = try street.start(
            "/usr/bin/env",
            ["python3", "-B", "\(Places.root)/Examples/audit/\(program)"] + arguments,
            name: program)
        return try await FinishedProgram(run, within: .seconds(60))
    }
}

import Foundation
import TestSupport
import Testing

/// Departments whose work is done by commands.
@Suite(.serialized)
struct HandlerTests {
    @Test("A handler reads the assignment and its JSON decides the outcome")
    func handler() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let seen = street.directory + "/seen.json"
        let answer = #"{"result":"completed","reason":"swept","measures":{"fine":200}}"#
        _ = try await street.startWorker(
            "urban", ["--exec", "cat > \(seen); echo '\(answer)'"])
        let call = try await street.submit("one", "--address", "东街 1 号")
        let report = try await street.until(call, is: "closed")
        #expect(report.parts[0].reason == "swept\nfine: 200")
        let bytes = try Data(contentsOf: URL(filePath: seen))
        let assignment = try #require(
            try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(assignment["caseNumber"] as? String == call)
        #expect(assignment["call"] as? String == report.id)
        #expect(assignment["department"] as? String == "urban")
        #expect((assignment["texts"] as? [String: String])?["address"] == "东街 1 号")
    }

    @Test("Returned work is given to another department, or withdrawn and its call voided")
    func returned() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        _ = try await street.startWorker(
            "urban", ["--exec", "echo '{\"result\":\"returned\",\"reason\":\"not our road\"}'"])
        _ = try await street.startWorker("market", ["--simulate", "50ms"])
        let call = try await street.submit("one")
        let returned = try await street.until("it is returned", of: call) {
            $0.parts[0].state == "returned"
        }
        #expect(returned.parts[0].reason == "not our road" && returned.state == "working")
        try await expect(
            street.gridcall(
                "redispatch", call, "--part", "1", "--to", "market", "--reason", "theirs"),
            exits: 0)
        let closed = try await street.until(call, is: "closed")
        #expect(closed.parts.map(\.state) == ["withdrawn", "completed"])
        #expect(closed.parts[1].department == "market")

        let other = try await street.submit("one")
        try await street.until("it is returned", of: other) { $0.parts[0].state == "returned" }
        try await expect(street.gridcall("requeue", other, "--part", "1"), exits: 1)
        try await expect(
            street.gridcall("withdraw", other, "--part", "1", "--reason", "nobody's"), exits: 0)
        #expect(try await street.track(other).state == "working")
        try await expect(street.gridcall("void", other, "--reason", "no case"), exits: 0)
        #expect(try await street.track(other).state == "voided")
        let stats = try await street.stats()
        #expect(stats.calls.voided == 1 && stats.department("urban").returned == 2)
    }

    @Test("A worker that has no descriptors for a handler fails the attempt and lives")
    func descriptors() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue(retry: "50ms"))
        _ = try await street.startBroker()
        let worker = try await street.startWorker("urban", ["--exec", "cat > /dev/null"])
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker.id)/fd")
        let free = (0..<1_024).filter { !open.contains("\($0)") }
        try limitDescriptors(of: worker.id, to: free[6])
        let call = try await street.submit("one")
        let stuck = try await street.until("it is stuck", of: call) { $0.parts[0].state == "stuck" }
        #expect(stuck.parts[0].attempts == 5)
        try limitDescriptors(of: worker.id, to: 1_024)
        try await expect(street.gridcall("requeue", call, "--part", "1"), exits: 0)
        try await street.until(call, is: "closed")
        #expect(worker.end == nil)
    }

    private func limitDescriptors(of process: Int32, to count: Int) throws {
        let prlimit = try Process.run(
            URL(filePath: "/usr/bin/prlimit"),
            arguments: ["--pid", "\(process)", "--nofile=\(count):"])
        prlimit.waitUntilExit()
        try #require(prlimit.terminationStatus == 0)
    }

    @Test("Work that fails five times is stuck until an operator requeues it")
    func stuck() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue(retry: "50ms"))
        _ = try await street.startBroker()
        let mended = street.directory + "/mended"
        _ = try await street.startWorker(
            "urban", ["--exec", "[ -e \(mended) ] || { echo 'no truck' >&2; exit 75; }"])
        let call = try await street.submit("one")
        let stuck = try await street.until("it is stuck", of: call) { $0.parts[0].state == "stuck" }
        #expect(stuck.parts[0].attempts == 5)
        #expect(try await street.stats().department("urban").stuck == 1)
        #expect(FileManager.default.createFile(atPath: mended, contents: nil))
        try await expect(street.gridcall("requeue", call, "--part", "1"), exits: 0)
        try await street.until(call, is: "closed")
        #expect(try await street.stats().department("urban").stuck == 0)
    }

    @Test(
        "Work in hand that is withdrawn or voided has its whole process group ended",
        arguments: [true, false])
    func calledBack(byWithdrawal: Bool) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let names = street.directory + "/processes"
        let worker = try await street.startWorker(
            "urban",
            ["--exec", "sleep 600 & echo $$ $! > \(names).new; mv \(names).new \(names); wait"])
        let call = try await street.submit("one")
        let processes = try await eventually("the handler runs") { try Self.numbers(in: names) }
        #expect(processes.count == 2 && processes.allSatisfy { kill($0, 0) == 0 })
        let command = byWithdrawal ? ["withdraw", call, "--part", "1"] : ["void", call]
        let client = try street.launchClient(command + ["--reason", "a mistake"])
        #expect(try await client.wait() == .exited(0))
        try await street.until("no process of the handler is left") {
            processes.allSatisfy { kill($0, 0) != 0 }
        }
        #expect(try await street.track(call).parts[0].state == "withdrawn")
        worker.send(SIGTERM)
        #expect(try await worker.wait() == .exited(0))
        #expect(worker.errors.contains("lost, its work is ended"))
    }

    private static func numbers(in file: String) throws -> [Int32]? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return text.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    }

    private func expect(
        _ finished: FinishedProgram, exits code: Int32,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            finished.end == .exited(code), "\(finished.output)\(finished.errors)",
            sourceLocation: sourceLocation)
    }
}

import Foundation
import TestSupport
import Testing

/// `gridcall spool list --format json`, the keys that the tests look at.
private struct SpoolReport: Decodable {
    struct Call: Decodable {
        let id, state: String
        let caseNumber, code: String?
    }

    let calls: [Call]

    func ids(_ state: String) -> [String] { calls.filter { $0.state == state }.map(\.id) }
}

extension Street {
    fileprivate func spool(_ directory: String) async throws -> SpoolReport {
        let list = try await gridcall(
            "--spool", directory, "spool", "list", "--confirmed", "--format", "json")
        guard list.end == .exited(0) else { throw TestFailure(list.errors) }
        return try JSONDecoder().decode(SpoolReport.self, from: Data(list.output.utf8))
    }

    /// Submits many calls at once while nobody is there.
    fileprivate func submitOffline(_ count: Int, spool: String) async throws -> [FinishedProgram] {
        let programs = try (0..<count).map { number in
            try launchClient([
                "--spool", spool, "--timeout", "1", "submit", "--category", "one", "--grid", "g-1",
                "--description", "第 \(number) 个",
            ])
        }
        var finished: [FinishedProgram] = []
        for program in programs {
            finished.append(try await FinishedProgram(program, within: .seconds(120)))
        }
        return finished
    }
}

/// Terminals without a broker, and what becomes of their calls.
@Suite(.serialized)
struct OfflineTests {
    private static let count = 100

    // The first one, since it waits for a minute, in which others get on.
    @Test("An import without a broker stores its rows, and the next command sends them")
    func importing() async throws {
        let street = try NewYork.street(lease: "5s")
        let importer = try NewYork.launchImport(street, window: 64)
        #expect(try await importer.wait(within: .seconds(100)) == .exited(75))
        #expect(importer.output.contains("stored      2386"))
        _ = try await street.startBroker()
        #expect(try await street.gridcall("stats").errors.contains("stored calls: 2386 sent"))
        let again = try await NewYork.importDay(street)
        #expect(again.output.contains("filed       0\nduplicates  2386\n"))
    }

    @Test("A hundred calls submitted without a broker lie in the spool and are filed once each")
    func hundred() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let spool = street.directory + "/spool"
        for client in try await street.submitOffline(Self.count, spool: spool) {
            #expect(client.end == .exited(75))
            #expect(client.output.isEmpty && client.errors.contains("is stored under"))
        }
        #expect(try await street.spool(spool).ids("waiting").count == Self.count)
        let attributes = try FileManager.default.attributesOfItem(atPath: spool)
        #expect(attributes[.posixPermissions] as? Int == 0o700)

        _ = try await street.startBroker()
        let stats = try await street.gridcall("--spool", spool, "stats")
        #expect(stats.end == .exited(0))
        #expect(stats.errors.contains("stored calls: 100 sent"))
        let report = try await street.spool(spool)
        #expect(report.ids("waiting").isEmpty)
        #expect(Set(report.calls.compactMap(\.caseNumber)).count == Self.count)
        #expect(try await street.calls().count == Self.count)
        #expect(try await street.gridcall("--spool", spool, "spool", "flush").output.isEmpty)
    }

    /// A system call at whose n-th time in the directory of the spool the process is killed.
    struct Kill: CustomTestStringConvertible {
        let systemCall: String
        let times: [Int]

        var testDescription: String { systemCall }

        static let all = [
            Kill(systemCall: "fsync", times: Array(1...12)),
            Kill(systemCall: "rename", times: Array(1...4)),
            Kill(systemCall: "unlink", times: [1, 2, 50, 99, 100]),
            Kill(systemCall: "mkdir", times: Array(1...4)),
            Kill(systemCall: "flock", times: Array(1...6)),
            Kill(systemCall: "sendto", times: [1, 2, 3]),
            Kill(systemCall: "write", times: Array(stride(from: 1, through: 60, by: 3))),
        ]
    }

    @Test("Killed at each step and repeated, one command files them all", arguments: Kill.all)
    func killed(kill: Kill) async throws {
        let strace = try #require(Places.command("strace"))
        let street = try Street(catalogue: SmallStreet.catalogue())
        let template = street.directory + "/template"
        _ = try await street.submitOffline(Self.count, spool: template)
        _ = try await street.startBroker()
        var killed = 0
        for time in kill.times {
            let spool = "\(street.directory)/spool-\(time)"
            try FileManager.default.copyItem(atPath: template, toPath: spool)
            let victim = try street.start(
                strace,
                [
                    "-f", "-o", "/dev/null", "-e", "trace=\(kill.systemCall)", "-e",
                    "inject=\(kill.systemCall):signal=KILL:when=\(time)",
                    "\(Places.executables)/gridcall", "--spool", spool, "stats",
                ], name: "killed")
            if try await victim.wait() != .exited(0) { killed += 1 }
            let again = try await street.gridcall("--spool", spool, "stats")
            #expect(again.end == .exited(0))
            let report = try await street.spool(spool)
            #expect(report.ids("waiting").isEmpty)
            #expect(Set(report.calls.compactMap(\.caseNumber)).count == Self.count)
            try FileManager.default.removeItem(atPath: spool)
        }
        #expect(killed > 0, "nobody was killed")
        #expect(try await street.calls().count == Self.count)
    }

    @Test("A refused call is kept with its reason, corrected and filed")
    func refused() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let spool = street.directory + "/spool"
        let stored = try await street.gridcall(
            "--spool", spool, "--timeout", "1", "submit", "--category", "circus", "--grid", "g-1",
            "--description", "x", "--format", "json")
        #expect(stored.end == .exited(75))
        #expect(stored.output.contains("\"stored\": true"))
        _ = try await street.startBroker()
        let flush = try await street.gridcall("--spool", spool, "spool", "flush")
        #expect(flush.end == .exited(1) && flush.output.contains("unknownCategory"))
        let id = try #require(try await street.spool(spool).ids("refused").first)
        let retry = try await street.gridcall(
            "--spool", spool, "spool", "retry", id, "--category", "one")
        #expect(retry.end == .exited(0))
        let filed = try await street.gridcall("--spool", spool, "spool", "flush")
        #expect(filed.end == .exited(0) && filed.output.contains("SM-"))
        #expect(try await street.track(id).state == "filed")
    }

    @Test("An import sends what waits in the spool, and then files its rows")
    func importingAfterwards() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let spool = street.directory + "/spool"
        _ = try await street.submitOffline(1, spool: spool)
        let (rows, mapping) = (street.directory + "/rows.csv", street.directory + "/rows.yaml")
        try "key,seen,grid,what\n1,2026-11-02 10:00:00,g-1,路面积水\n".write(
            toFile: rows, atomically: true, encoding: .utf8)
        try """
        source: test
        key: key
        zone: Asia/Shanghai
        observed_at: {column: seen, format: "yyyy-MM-dd HH:mm:ss"}
        category: one
        grid: {column: grid}
        description: "{what}"
        """.write(toFile: mapping, atomically: true, encoding: .utf8)
        _ = try await street.startBroker()
        let done = try await street.gridcall(
            "--spool", spool, "import", rows, "--mapping", mapping)
        #expect(done.end == .exited(0), "\(done.errors)")
        #expect(done.output.contains("filed       1\n"))
        #expect(try await street.stats().calls.filed == 2)
    }
}

import Foundation
import GridCodec
import GridModel
import TestSupport
import Testing

/// The model of a street has the same name.
private typealias Street = TestSupport.Street

extension Street {
    fileprivate var backup: String { directory + "/one.gridcall-backup" }

    /// Runs `gridcall-broker` with a subcommand to its end.
    fileprivate func tool(_ arguments: String...) async throws -> FinishedProgram {
        let program = try start(
            "\(Places.executables)/gridcall-broker", arguments, name: arguments[0])
        return try await FinishedProgram(program, within: .seconds(60))
    }

    /// Runs `gridcall` on a terminal of its own.
    fileprivate func terminal(_ name: String, _ arguments: String...) async throws
        -> FinishedProgram
    {
        let program = try start(
            "\(Places.executables)/gridcall", arguments, name: "gridcall-\(name)",
            environment: ["XDG_STATE_HOME": "\(directory)/\(name)"])
        return try await FinishedProgram(program, within: .seconds(60))
    }

    /// Files a call on a terminal of its own and returns its case number.
    fileprivate func file(_ category: String, on terminal: String) async throws -> String {
        let client = try await self.terminal(
            terminal, "submit", "--category", category, "--grid", "g-1", "--description", "x")
        guard client.end == .exited(0) else { throw TestFailure(client.errors) }
        return client.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What is in the data directory.
    fileprivate var dataFiles: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: data)) ?? []).sorted()
    }
}

/// Backups, and brokers that are restored from them, with real processes.
@Suite(.serialized)
struct RestoreTests {
    @Test("Every confirmed call is back after a restore, none twice, and no number is used again")
    func restored() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        let worker = try await street.startWorker("urban", ["--simulate", "0"])
        let kept = try await file(on: ["a", "b"], street)
        try await street.until(kept[0], is: "closed")
        let before = try await street.calls()
        let made = try await street.tool("backup", "--data", street.data, "--to", street.backup)
        #expect(made.end == .exited(0), "\(made.errors)")
        #expect(made.output.contains("verified") && made.output.contains(street.backup))

        let lost = try await file(on: ["a", "b", "c"], street)
        try await street.until(lost[0], is: "closed")
        let after = try await street.calls()
        worker.kill()
        broker.kill()
        let spooled = try await street.terminal(
            "a", "--timeout", "1", "submit", "--category", "one", "--grid", "g-1",
            "--description", "waits in the spool")
        #expect(spooled.end == .exited(75))

        var used = Set(after.map(\.caseNumber))
        for round in 1...2 {
            let again = try await restoreAndStart(street)
            // What the backup has is there under its numbers, and nothing else.
            let found = try await street.calls()
            #expect(Set(found.map(\.id)) == Set(before.map(\.id)))
            #expect(Set(found.map(\.caseNumber)) == Set(before.map(\.caseNumber)))
            let more = try await runTerminals(street, asking: lost[0])

            let calls = try await street.calls()
            #expect(Set(calls.map(\.id)).isSuperset(of: after.map(\.id)))
            #expect(Set(calls.map(\.id)).count == calls.count)
            // Those confirmed before the broker was killed, the spooled one, one for each round.
            #expect(calls.count == after.count + 1 + round, "round \(round)")
            let numbers = Set(calls.map(\.caseNumber))
            #expect(numbers.count == calls.count)
            let new = numbers.subtracting(before.map(\.caseNumber))
            #expect(new.isDisjoint(with: used) && new.contains(more))
            used.formUnion(new)
            try await expectSound(street, again, closing: more)
        }
    }

    /// Files a call of each kind on each terminal; returns their case numbers.
    private func file(on terminals: [String], _ street: Street) async throws -> [String] {
        var numbers: [String] = []
        for terminal in terminals {
            for category in ["one", "three"] {
                numbers.append(try await street.file(category, on: terminal))
            }
        }
        return numbers
    }

    private func restoreAndStart(_ street: Street) async throws -> Program {
        try FileManager.default.removeItem(atPath: street.data)
        let restore = try await street.tool("restore", street.backup, "--data", street.data)
        #expect(restore.end == .exited(0), "\(restore.errors)")
        #expect(street.dataFiles == ["head", "journal.sqlite", "lock"])
        return try await street.startBroker()
    }

    /// A command that fails, one that files, one that only looks, each on a terminal of its own;
    /// returns the number of the call that was filed.
    private func runTerminals(_ street: Street, asking lost: String) async throws -> String {
        let a = try await street.terminal("a", "track", lost)
        #expect(a.end == .exited(1) && a.errors.contains("filed anew"), "\(a.errors)")
        let more = try await street.file("one", on: "b")
        let c = try await street.terminal("c", "stats")
        #expect(c.end == .exited(0) && c.errors.contains("restored from a backup"))
        // Once for each epoch.
        let settled = try await street.terminal("a", "stats")
        #expect(settled.end == .exited(0) && settled.errors.isEmpty, "\(settled.errors)")
        return more
    }

    private func expectSound(
        _ street: Street, _ broker: Program, closing call: String
    ) async throws {
        let audit = try await street.gridcall("audit", "verify")
        #expect(audit.end == .exited(0), "\(audit.errors)")
        let urban = try await street.startWorker("urban", ["--simulate", "0"])
        try await street.until(call, is: "closed")
        urban.kill()
        broker.send(SIGTERM)
        #expect(try await broker.wait() == .exited(0))
        let verify = try await street.tool("verify", "--data", street.data)
        #expect(verify.end == .exited(0), "\(verify.errors)")
    }

    @Test("A backup under load is whole, and what is filed meanwhile is confirmed")
    func underLoad() async throws {
        let street = try NewYork.street(lease: "5s")
        let broker = try await street.startBroker()
        try await NewYork.startWorkers(street, each: "1ms")
        let importer = try NewYork.launchImport(street, rate: 500)
        try await street.until("the import is in its middle") {
            try await street.stats().calls.filed > 300
        }
        let folder = street.directory + "/backups"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false)
        let made = try await street.tool(
            "backup", "--data", street.data, "--to", folder, "--keep", "2")
        #expect(made.end == .exited(0), "\(made.errors)")
        #expect(importer.end == nil, "the import was over before the backup")
        #expect(try await importer.wait(within: .seconds(60)) == .exited(0))
        #expect(try await street.stats().calls.filed == NewYork.rows)
        broker.kill()

        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first)
        #expect(name.hasPrefix("gridcall-") && name.hasSuffix(".gridcall-backup"))
        let verified = try await street.tool("verify", "--backup", "\(folder)/\(name)")
        #expect(verified.end == .exited(0), "\(verified.errors)")
        try FileManager.default.removeItem(atPath: street.data)
        let restore = try await street.tool("restore", "\(folder)/\(name)", "--data", street.data)
        #expect(restore.end == .exited(0), "\(restore.errors)")
        _ = try await street.startBroker()
        // The first command of the terminal shows what there is, then offers what is not.
        let looked = try await street.gridcall("stats", "--format", "json")
        #expect(looked.end == .exited(0) && looked.errors.contains("filed anew"))
        let stats = try JSONDecoder().decode(StatsReport.self, from: Data(looked.output.utf8))
        #expect((300..<NewYork.rows).contains(stats.calls.filed))
        try await street.until("every call is closed", within: .seconds(60)) {
            try await street.stats().calls.closed == NewYork.rows
        }
        try await NewYork.expectWhole(street)
    }

    @Test("Work under a claim of before the restore is ended, its outcome refused, and done anew")
    func claims() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        var broker = try await street.startBroker()
        let marks = street.directory + "/marks"
        let go = street.directory + "/go"
        let worker = try await street.startWorker(
            "urban",
            [
                "--credit", "1", "--exec",
                "echo $$ >> \(marks); "
                    + "until [ -e \(go) ]; do sleep 0.05; done",
            ])
        let call = try await street.submit("one")
        try await street.until("the handler runs") { Self.lines(marks).count == 1 }
        let peer = try await WirePeer.worker(street.endpoint, department: "market", credit: 1)
        let made = try await street.tool("backup", "--data", street.data, "--to", street.backup)
        #expect(made.end == .exited(0), "\(made.errors)")
        let three = try await street.submit("three")
        let lost = try await peer.assignment()
        broker.kill()

        try FileManager.default.removeItem(atPath: street.data)
        let restore = try await street.tool("restore", street.backup, "--data", street.data)
        #expect(restore.end == .exited(0) && restore.output.contains("1 assignments in hand"))
        broker = try await street.startBroker()
        try await street.until("the work in hand is ended and begun anew") {
            let commands = Self.lines(marks).compactMap(Int32.init)
            return commands.count == 2 && kill(commands[0], 0) != 0 && kill(commands[1], 0) == 0
        }
        #expect(worker.errors.contains("claim lost, its work is ended"))
        let again = try await WirePeer.worker(street.endpoint, department: "market", credit: 0)
        let late = try await again.report(.completed(lost.claim))
        #expect(late.refused.code == RefusalCode.claimLost.rawValue)
        #expect(FileManager.default.createFile(atPath: go, contents: nil))
        let closed = try await street.until(call, is: "closed")
        #expect(closed.count("assignmentCompleted") == 1 && closed.parts[0].attempts == 2)
        #expect(
            closed.steps?.contains {
                $0.step == "assignmentReleased" && $0.detail?.contains("restored") == true
            } == true)
        #expect(!(try await street.calls()).map(\.caseNumber).contains(three))
        worker.send(SIGTERM)
        #expect(try await worker.wait() == .exited(0))
    }

    @Test("A damaged or foreign backup, a directory in use and one that is full are refused whole")
    func refused() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        for _ in 0..<5 { _ = try await street.submit("three") }
        let made = try await street.tool("backup", "--data", street.data, "--to", street.backup)
        #expect(made.end == .exited(0), "\(made.errors)")
        let twice = try await street.tool("backup", "--data", street.data, "--to", street.backup)
        #expect(twice.end == .exited(1) && twice.errors.contains("--replace"))
        let full = try await street.tool("restore", street.backup, "--data", street.data)
        #expect(full.end == .exited(1) && full.errors.contains("is not empty"))
        #expect(try await street.stats().calls.filed == 5)
        broker.kill()
        let nothing = try await street.tool(
            "restore", street.directory + "/nothing", "--data", street.directory + "/new")
        #expect(nothing.end == .exited(74))

        let sound = try Data(contentsOf: URL(filePath: street.backup))
        let place = street.directory + "/restored"
        for offset in [20, 100, 1_000, 4_096 + 8, sound.count / 2, sound.count - 40] {
            var damaged = sound
            damaged[offset] ^= 1
            let file = street.directory + "/damaged"
            try damaged.write(to: URL(filePath: file))
            let restore = try await street.tool("restore", file, "--data", place)
            #expect(restore.end == .exited(1), "\(offset): \(restore.errors) \(restore.output)")
            #expect(!FileManager.default.fileExists(atPath: place))
            #expect(try await street.tool("verify", "--backup", file).end == .exited(1))
        }
        let journal = street.data + "/journal.sqlite"
        let foreign = try await street.tool("restore", journal, "--data", place)
        #expect(foreign.end == .exited(1) && !FileManager.default.fileExists(atPath: place))
    }

    @Test("Killed in the middle, a backup and a restore leave nothing that passes for whole")
    func killed() async throws {
        let street = try NewYork.street(lease: "5s")
        let broker = try await street.startBroker()
        #expect(try await NewYork.importDay(street).end == .exited(0))
        broker.kill()
        let program = "\(Places.executables)/gridcall-broker"
        for milliseconds in [5, 15, 30, 60, 120, 240] {
            let backup = try street.start(
                program, ["backup", "--data", street.data, "--to", street.backup], name: "backup")
            try await Task.sleep(for: .milliseconds(milliseconds))
            backup.kill()
            guard FileManager.default.fileExists(atPath: street.backup) else { continue }
            #expect(
                try await street.tool("verify", "--backup", street.backup).end == .exited(0))
            try FileManager.default.removeItem(atPath: street.backup)
        }
        let made = try await street.tool("backup", "--data", street.data, "--to", street.backup)
        #expect(made.end == .exited(0), "\(made.errors)")
        #expect(!FileManager.default.fileExists(atPath: street.backup + ".new"))

        let place = street.directory + "/restored"
        for milliseconds in [5, 30, 100, 300, 900, 1_300] {
            let restore = try street.start(
                program, ["restore", street.backup, "--data", place], name: "restore")
            try await Task.sleep(for: .milliseconds(milliseconds))
            restore.kill()
            let isThere = FileManager.default.fileExists(atPath: place + "/journal.sqlite")
            let verify = try await street.tool("verify", "--data", place)
            #expect((verify.end == .exited(0)) == isThere, "\(milliseconds): \(verify.errors)")
            if isThere { try FileManager.default.removeItem(atPath: place) }
        }
        let restore = try await street.tool("restore", street.backup, "--data", place)
        #expect(restore.end == .exited(0), "\(restore.errors)")
        #expect(try await street.tool("verify", "--data", place).end == .exited(0))
    }

    private static func lines(_ path: String) -> [String] {
        let text = try? String(contentsOfFile: path, encoding: .utf8)
        return text?.split(separator: "\n").map(String.init) ?? []
    }
}

import Foundation
import TestSupport
import Testing

/// Files that get their names when they are whole, as the kernel saw it.
@Suite(.serialized, .enabled(if: Places.command("strace") != nil, "strace is not installed"))
struct RenameTraceTests {
    @Test("Snapshot, backup and restored journal are durable before they get their names")
    func namesFollowTheDisk() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        let filed = try await street.gridcall(
            "submit", "--category", "one", "--grid", "g-1", "--description", "kept")
        #expect(filed.end == .exited(0), "\(filed.errors)")
        broker.send(SIGTERM)
        #expect(try await broker.wait() == .exited(0))

        let backup = street.directory + "/one.gridcall-backup"
        let restored = street.directory + "/restored"
        try await expectSynced(
            ["\(street.data)/snapshot"], by: ["snapshot", "--data", street.data], street)
        try await expectSynced(
            [backup], by: ["backup", "--data", street.data, "--to", backup], street)
        try await expectSynced(
            ["\(restored)/head", "\(restored)/journal.sqlite"],
            by: ["restore", backup, "--data", restored], street)
    }

    /// Every file that the command renames was synced before, and its directory is afterwards.
    private func expectSynced(
        _ names: [String], by arguments: [String], _ street: Street
    ) async throws {
        let steps = try await trace(arguments, street)
        var renamed: Set<String> = []
        for (place, step) in steps.enumerated() {
            guard case .rename(let old, let new) = step else { continue }
            renamed.insert(new)
            #expect(
                steps[..<place].contains(.sync(old)),
                "\(arguments[0]) gives \(new) its name before it is durable")
            let directory = URL(filePath: new).deletingLastPathComponent().path
            #expect(
                steps[place...].contains(.sync(directory)),
                "\(arguments[0]) does not make the name of \(new) durable")
        }
        #expect(renamed.isSuperset(of: names), "\(arguments[0]) renamed \(renamed)")
    }

    private func trace(_ arguments: [String], _ street: Street) async throws -> [DiskStep] {
        let strace = try #require(Places.command("strace"))
        let file = "\(street.directory)/\(arguments[0]).trace"
        let calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
        let program = try street.start(
            strace,
            ["-f", "-y", "-s", "4096", "-o", file, "-e", calls]
                + ["\(Places.executables)/gridcall-broker"] + arguments, name: arguments[0])
        let end = try await program.wait(within: .seconds(60))
        #expect(end == .exited(0), "\(program.errors)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return text.split(separator: "\n").compactMap { DiskStep($0) }
    }
}

/// What a process did about files and names, by paths.
private enum DiskStep: Equatable {
    case sync(String)
    case rename(String, to: String)

    /// Reads a line of strace: `7 fsync(3</a/b>) = 0`, `7 rename("/a", "/b") = 0`.
    init?(_ line: Substring) {
        guard let opening = line.firstIndex(of: "(") else { return nil }
        let name = line[..<opening].split(separator: " ").last ?? ""
        let arguments = line[line.index(after: opening)...]
        if name.hasPrefix("rename") {
            let paths = arguments.split(separator: "\"", omittingEmptySubsequences: false)
            guard paths.count >= 4 else { return nil }
            self = .rename(String(paths[1]), to: String(paths[3]))
        } else {
            guard let start = arguments.firstIndex(of: "<"),
                let end = arguments[start...].firstIndex(of: ">")
            else { return nil }
            self = .sync(String(arguments[arguments.index(after: start)..<end]))
        }
    }
}

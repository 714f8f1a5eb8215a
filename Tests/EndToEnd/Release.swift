import Foundation
import TestSupport

/// What a former release left behind (Tests/Fixtures), opened by the programs of this version.
final class Release {
    /// The releases whose data is kept.
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
        .sorted()

    let street: Street
    private let kept: String

    private static let folder = Places.root + "/Tests/Fixtures/releases"

    /// A street of its own with a copy of what the release left.
    init(_ name: String) throws {
        kept = Self.folder + "/" + name
        street = try Street(
            catalogue: String(contentsOfFile: kept + "/catalogue.yaml", encoding: .utf8))
        let files = FileManager.default
        for part in ["data", "keys", "authorized-keys", "tags.key", "day.gridcall-backup"] {
            try files.copyItem(atPath: kept + "/" + part, toPath: street.directory + "/" + part)
        }
        // A repository keeps no modes.
        try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: street.data)
        for file in ["tags.key", "authorized-keys"] + (try keyFiles()) {
            try files.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: street.directory + "/" + file)
        }
    }

    /// The path of a file of the release, which must not be written.
    func file(_ name: String) -> String { kept + "/" + name }

    /// What the release's broker said about every call, by what the call shows.
    func answers() throws -> [String: [String: Any]] {
        let data = try Data(contentsOf: URL(filePath: file("answers/calls.json")))
        return try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]] ?? [:]
    }

    /// Starts this version's broker on what the release left.
    func startBroker() async throws -> Program {
        try await street.startBroker(arguments)
    }

    /// Starts it without waiting for it.
    func launchBroker() throws -> Program { try street.launchBroker(arguments) }

    private var arguments: [String] {
        [
            "--secret", secret, "--key", key("broker"), "--authorized-keys",
            street.directory + "/authorized-keys", "--bind-local", street.localEndpoint,
        ]
    }

    /// The secret that signs receipts.
    var secret: String { street.directory + "/tags.key" }

    /// Lets the broker end by itself.
    func stop(_ broker: Program) async throws {
        broker.send(SIGTERM)
        guard try await broker.wait() == .exited(0) else { throw TestFailure(broker.errors) }
    }

    /// The options of a peer with somebody's key.
    func keys(of who: String) -> [String] {
        ["--key", key(who), "--server-key", street.directory + "/keys/broker.key"]
    }

    /// Runs `gridcall` with somebody's key, on a terminal of his or her own.
    func run(_ who: String, _ arguments: [String]) async throws -> FinishedProgram {
        let program = try street.start(
            "\(Places.executables)/gridcall", arguments + keys(of: who), name: "gridcall-\(who)",
            environment: ["XDG_STATE_HOME": state(of: who)])
        return try await FinishedProgram(program, within: .seconds(60))
    }

    /// What `gridcall` prints for somebody; it must do what it says.
    @discardableResult
    func done(_ who: String, _ arguments: String...) async throws -> String {
        let program = try await run(who, arguments)
        guard program.end == .exited(0) else {
            throw TestFailure("\(who) \(arguments): \(program.end) \(program.errors)")
        }
        return program.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// `gridcall track`, as JSON.
    func track(_ call: String) async throws -> [String: Any] {
        let text = try await done("duty", "track", call, "--format", "json")
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return value as? [String: Any] ?? [:]
    }

    /// Runs `gridcall-broker` to its end.
    func tool(_ arguments: String...) async throws -> FinishedProgram {
        let program = try street.start(
            "\(Places.executables)/gridcall-broker", arguments, name: arguments[0])
        return try await FinishedProgram(program, within: .seconds(60))
    }

    /// Gives the reporter's terminal what the release's had: it is named by the endpoint.
    func placeTerminal() async throws {
        let name = try await street.start(
            "/bin/sh", ["-c", "printf %s '\(street.endpoint)' | sha256sum | cut -c1-16"],
            name: "sha256sum"
        ).finished().output.trimmingCharacters(in: .newlines)
        let state = state(of: "reporter") + "/gridcall"
        let files = FileManager.default
        try files.createDirectory(atPath: state, withIntermediateDirectories: true)
        try files.copyItem(atPath: file("terminal/spool"), toPath: "\(state)/\(name)")
        for ending in ["tag", "catalogue"]
        where files.fileExists(atPath: file("terminal/broker.\(ending)")) {
            try files.copyItem(
                atPath: file("terminal/broker.\(ending)"), toPath: "\(state)/\(name).\(ending)")
        }
    }

    private func state(of who: String) -> String { street.directory + "/state-" + who }

    private func key(_ who: String) -> String {
        street.directory + "/keys/\(who).key_secret"
    }

    private func keyFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: street.directory + "/keys")
            .filter { $0.hasSuffix("_secret") }.map { "keys/" + $0 }
    }
}

extension Program {
    /// Waits for the end and gives what it wrote.
    func finished() async throws -> FinishedProgram {
        try await FinishedProgram(self, within: .seconds(60))
    }
}

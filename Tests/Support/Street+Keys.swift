import Foundation
package import ZeroMQ

/// What a peer proves itself with, and the broker to it.
package struct PeerKeys: Sendable {
    package let own: CurveKeyPair
    package let server: CurvePublicKey

    /// A peer's pair and the broker's public key.
    package init(own: CurveKeyPair, server: CurvePublicKey) {
        self.own = own
        self.server = server
    }
}

/// The two files that `gridcall-broker keygen` makes.
package struct KeyFiles: Sendable {
    /// Their path without ending.
    package let name: String

    package var publicFile: String { name + ".key" }
    package var secretFile: String { name + ".key_secret" }

    /// The secret key in Z85, which must turn up nowhere else.
    package var secret: String { get throws { try pair.secretText } }

    /// The keys in the files.
    package var pair: CurveKeyPair {
        get throws { try CurveCertificate.secret(file: secretFile) }
    }
}

extension Street {
    /// Where whoever is on this machine needs no key and is an operator.
    package var localEndpoint: String { "ipc://\(directory)/local" }
    /// The authorised-keys file.
    package var authorizedKeys: String { directory + "/authorized-keys" }
    /// The options of a broker that proves a key and asks for keys.
    package func keyed(by server: KeyFiles) -> [String] {
        [
            "--key", server.secretFile, "--authorized-keys", authorizedKeys, "--bind-local",
            localEndpoint,
        ]
    }

    /// Runs `gridcall-broker` to its end, which must be a good one; returns what it printed.
    @discardableResult
    package func broker(_ arguments: [String]) async throws -> String {
        let program = try start(
            "\(Places.executables)/gridcall-broker", arguments, name: arguments[0])
        let done = try await FinishedProgram(program, within: .seconds(30))
        guard done.end == .exited(0) else {
            throw TestFailure("gridcall-broker \(arguments): \(done.end) \(done.errors)")
        }
        return done.output
    }

    /// Makes a pair of key files.
    package func makeKeys(_ name: String) async throws -> KeyFiles {
        let files = KeyFiles(name: "\(directory)/\(name)")
        try await broker(["keygen", files.name])
        return files
    }

    /// Makes a key and lets it in from the next start or reload on.
    package func admit(_ name: String, role: String, _ more: String...) async throws -> KeyFiles {
        let files = try await makeKeys(name)
        try await authorize(files, name, role: role, more)
        return files
    }

    /// Lets a key in from the next start or reload on.
    package func authorize(
        _ files: KeyFiles, _ name: String, role: String, _ more: [String] = []
    ) async throws {
        try await broker(
            [
                "authorize", files.publicFile, "--keys", authorizedKeys, "--role", role, "--name",
                name,
            ] + more)
    }

    /// Takes a key's access away from the next reload on.
    package func revoke(_ name: String) async throws {
        try await broker(["revoke", name, "--keys", authorizedKeys])
    }

    /// Sends SIGHUP and waits until the broker has read the keys, well or not.
    package func reload(_ broker: Program, expecting line: String) async throws {
        let before = broker.errors.ranges(of: line).count
        broker.send(SIGHUP)
        try await until("the log says: \(line)") {
            broker.errors.ranges(of: line).count > before
        }
    }

    /// Reloads keys that are good.
    package func reloadKeys(_ broker: Program) async throws {
        try await reload(broker, expecting: "the authorised keys are in force")
    }

    /// What a peer with the key of these files needs to connect to `server`.
    package func keys(_ own: KeyFiles, to server: KeyFiles) throws -> PeerKeys {
        PeerKeys(own: try own.pair, server: try server.pair.publicKey)
    }
}

import Foundation
import GridCodec
import TestSupport
import Testing

/// Secret keys, which stay in their files.
@Suite(.serialized)
struct SecretTests {
    @Test(
        "A secret key that others may read is refused with the way out", arguments: [0o644, 0o660])
    func openSecret(mode: Int) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let server = try await street.makeKeys("broker")
        let urban = try await street.admit("urban", role: "worker", "--departments", "urban")
        for file in [server.secretFile, urban.secretFile] { chmod(file, mode_t(mode)) }
        let broker = try await FinishedProgram(
            street.launchBroker(street.keyed(by: server)), within: .seconds(30))
        #expect(broker.end == .exited(78))
        #expect(broker.errors.contains("chmod 600 \(server.secretFile)"), "\(broker.errors)")
        let worker = try await FinishedProgram(
            street.launchWorker(
                "urban",
                [
                    "--key", urban.secretFile, "--server-key", server.publicFile, "--simulate", "0",
                ]), within: .seconds(30))
        #expect(worker.end == .exited(78))
        #expect(worker.errors.contains("chmod 600 \(urban.secretFile)"), "\(worker.errors)")
    }

    @Test(
        "An address that others reach is refused without keys, with the words how to make them",
        arguments: [
            "tcp://0.0.0.0:5570", "tcp://*:5570", "tcp://192.0.2.1:5570", "tcp://[::]:5570",
        ])
    func openAddress(endpoint: String) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue(), endpoint: endpoint)
        let broker = try await FinishedProgram(street.launchBroker(), within: .seconds(30))
        #expect(broker.end == .exited(78))
        for word in ["keygen", "authorize", "--key", "--authorized-keys"] {
            #expect(broker.errors.contains(word), "\(broker.errors)")
        }
        #expect(!broker.errors.contains("serving"))
    }

    @Test("An address without keys is refused to others' machines also beside one with keys")
    func openLocalAddress() async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        let server = try await street.makeKeys("broker")
        _ = try await street.admit("reporter", role: "terminal")
        let broker = try await FinishedProgram(
            street.launchBroker(street.keyed(by: server) + ["--bind-local", "tcp://0.0.0.0:5570"]),
            within: .seconds(30))
        #expect(broker.end == .exited(78), "\(broker.errors)")
    }

    @Test("A secret key is in no log, argument, environment or file but its own")
    func nowhereElse() async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        let server = try await street.makeKeys("broker")
        let urban = try await street.admit("urban", role: "worker", "--departments", "urban")
        let broker = try await street.startBroker(
            street.keyed(by: server) + ["--log-level", "trace"])
        let seen = street.directory + "/handler"
        let worker = try await street.startWorker(
            "urban",
            [
                "--key", urban.secretFile, "--server-key", server.publicFile, "--log-level",
                "trace", "--exec", "{ env; cat; } > \(seen)",
            ])
        let office = try await WirePeer.terminal(street.localEndpoint)
        _ = try await office.submit([.call()])
        try await street.until("the handler has run") {
            try await office.stats().callsClosed == 1
        }
        var places = Self.files(below: street.directory)
        for program in [broker, worker] {
            places += ["cmdline", "environ"].map { "/proc/\(program.id)/\($0)" }
        }
        #expect(places.contains(seen) && places.contains { $0.hasSuffix("journal.sqlite") })
        for files in [server, urban] {
            let texts = try Self.forms(of: files)
            let found = places.filter { place in
                let bytes = Self.bytes(place)
                return texts.contains { bytes.range(of: $0) != nil }
            }
            #expect(found == [files.secretFile])
        }
    }

    /// The secret as text and as the 32 bytes it stands for.
    private static func forms(of files: KeyFiles) throws -> [Data] {
        let text = try files.secret
        let digits = Array(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
                .utf8)
        let values = text.utf8.map { UInt64(digits.firstIndex(of: $0)!) }
        var bytes = Data()
        for start in stride(from: 0, to: values.count, by: 5) {
            let word = values[start..<start + 5].reduce(0) { $0 * 85 + $1 }
            withUnsafeBytes(of: UInt32(word).bigEndian) { bytes.append(contentsOf: $0) }
        }
        return [Data(text.utf8), bytes]
    }

    private static func files(below directory: String) -> [String] {
        (FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? [])
            .map { directory + "/" + $0 }
            .filter {
                let type = try? FileManager.default.attributesOfItem(atPath: $0)[.type]
                return type as? FileAttributeType == .typeRegular
            }
    }

    /// Files of /proc have no size, so they are read to their end.
    private static func bytes(_ path: String) -> Data {
        guard let file = FileHandle(forReadingAtPath: path) else { return Data() }
        return (try? file.readToEnd()) ?? Data()
    }
}

import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import TestSupport
import Testing

/// What a stranger tries before, beside and instead of a Hello.
@Suite("Doors", .serialized)
struct DoorTests {
    private static let welcome: UInt8 = 2
    private static let error: UInt8 = 21

    @Test("A key that a peer without keys writes into its own metadata opens nothing")
    func forgedUser() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let key = try await Self.operatorKey(street)
        let local = Street.freeEndpoint()
        let broker = try Self.launch(
            street,
            [
                "--bind", Street.freeEndpoint(), "--key", street.directory + "/broker.key_secret",
                "--authorized-keys", street.directory + "/authorized-keys", "--bind-local", local,
                "--local-role", "auditor",
            ])
        try await street.until("the broker serves") {
            broker.errors.contains("serving endpoints")
        }
        let forger = try RawConnection(local)
        try await forger.shakeHands(saying: [("User-Id", key)])
        forger.writeFrame(Self.hello(.operator), hasMore: false)
        #expect(try await forger.nextKind() == Self.error)
        // What it is in truth it may be.
        let honest = try RawConnection(local)
        try await honest.shakeHands()
        honest.writeFrame(Self.hello(.auditor), hasMore: false)
        #expect(try await honest.nextKind() == Self.welcome)
    }

    @Test("A second broker does not take an ipc endpoint over, and a safe place is asked for")
    func stolenEndpoint() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let thief = try Self.launch(
            street, ["--bind", street.endpoint], data: street.directory + "/other")
        #expect(try await thief.wait() == .exited(69))
        #expect(thief.errors.contains("another broker listens there"))
        let open = street.directory + "/open"
        try FileManager.default.createDirectory(
            atPath: open, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: open)
        let careless = try Self.launch(
            street, ["--bind", "ipc://\(open)/broker"], data: street.directory + "/other")
        #expect(try await careless.wait() == .exited(78))
        #expect(careless.errors.contains("chmod go-w"))
        let terminal = try await WirePeer.terminal(street.endpoint)
        #expect(try await terminal.submit([.call()]).first?.isFiled == true)
    }

    @Test("A connection that never ends its handshake is closed, and the others are served")
    func silence() async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        _ = try await street.startBroker()
        let silent = try RawConnection(street.endpoint)
        let slow = try RawConnection(street.endpoint)
        slow.write([0xff, 0, 0, 0, 0])
        try await silent.waitForEnd()
        try await slow.waitForEnd()
        let terminal = try await WirePeer.terminal(street.endpoint)
        #expect(try await terminal.submit([.call()]).first?.isFiled == true)
    }

    @Test("With too few open files there are fewer sessions, and the one too many is refused")
    func openFiles() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker(
            behind: ["/bin/sh", "-c", "ulimit -n 258; exec \"$@\"", "sh"])
        #expect(broker.errors.contains("fewer sessions than there could be"))
        let first = try await WirePeer.terminal(street.endpoint)
        let second = try await WirePeer.terminal(street.endpoint)
        let third = try WirePeer(street.endpoint)
        third.send(.hello(third.complete(.with { $0.role = .terminal })))
        #expect(try await third.nextError() == UInt32(RefusalCode.tooManySessions.rawValue))
        #expect(try await first.stats().sessions == 2)
        withExtendedLifetime(second) {}
    }

    /// Makes the broker's keys and an operator's, and lets the operator in; the public key.
    private static func operatorKey(_ street: TestSupport.Street) async throws -> String {
        for name in ["broker", "operator"] {
            _ = try await run(street, ["keygen", "\(street.directory)/\(name)"])
        }
        _ = try await run(
            street,
            [
                "authorize", "\(street.directory)/operator.key", "--role", "operator", "--name",
                "operator-1", "--keys", "\(street.directory)/authorized-keys",
            ])
        let file = try String(contentsOfFile: street.directory + "/operator.key", encoding: .utf8)
        return try #require(file.split(separator: "\"").first { $0.count == 40 }.map(String.init))
    }

    private static func run(
        _ street: TestSupport.Street, _ arguments: [String]
    ) async throws -> FinishedProgram {
        let program = try street.start(
            "\(Places.executables)/gridcall-broker", arguments, name: "keys")
        let finished = try await FinishedProgram(program, within: .seconds(30))
        #expect(finished.end == .exited(0), "\(finished.errors)")
        return finished
    }

    private static func launch(
        _ street: TestSupport.Street, _ arguments: [String], data: String? = nil
    ) throws -> Program {
        try street.start(
            "\(Places.executables)/gridcall-broker",
            [
                "--catalogue", street.directory + "/catalogue.yaml", "--data",
                data ?? street.data,
            ] + arguments, name: "broker")
    }

    private static func hello(_ role: WirePeerRole) -> [UInt8] {
        let hello = WireHello.with {
            $0.role = role
            $0.session = WirePeer.freshID()
            $0.lowestVersion = 1
            $0.highestVersion = 1
        }
        return Array(Frame.encode(.hello(hello)))
    }
}

import Foundation
import GridCodec
import SwiftProtobuf
import TestSupport
import Testing

/// Peers in another language that try what is not theirs.
@Suite(.serialized, .enabled(if: PythonProgram.isPrepared, "run Tests/EndToEnd/prepare.sh first"))
struct IntruderTests {
    @Test("No key, the wrong key, role, department, grid, claim or name gets anybody anything")
    func table() async throws {
        let scene = try await Scene()
        for intrusion in Intrusion.table(scene.loot) {
            let got = try await scene.result(of: intrusion)
            #expect(got == intrusion.expected, "\(intrusion.name)")
        }
        let after = try await scene.operator.stats()
        #expect(after.callsFiled == 1, "only the call that the owner of the claim works on")
        #expect(after.departments.map(\.completed).allSatisfy { $0 == 0 })
        let report = try await scene.worker.report(
            .with {
                $0.claim = scene.claim
                $0.result = .completed
            })
        #expect(!report.hasRefused, "the claim is still its owner's")
    }
}

/// A street with keys, an urban worker that holds a claim, and a terminal that is gone.
private final class Scene {
    let loot: Loot
    let worker: WirePeer
    let `operator`: WirePeer
    let claim: WireClaim
    private let street: Street
    private let keys: [String: KeyFiles]

    init() async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(lease: "10min"), endpoint: Street.freeEndpoint())
        let keys = try await Self.admitAll(street)
        let server = keys["broker"]!
        let broker = try await street.startBroker(street.keyed(by: server))
        try await street.revoke("revoked")
        try await street.reloadKeys(broker)

        worker = try WirePeer(
            street.endpoint, keys: try street.keys(keys["urban"]!, to: server),
            routingID: "urban-worker")
        let hello = worker.complete(
            .with {
                $0.department = "urban"
                $0.credit = 1
            })
        worker.send(.hello(hello))
        `operator` = try await WirePeer.terminal(street.localEndpoint)
        _ = try await `operator`.submit([.call()])
        let assignment = try await worker.assignment()
        claim = assignment.claim
        try await Self.leave(street, try street.keys(keys["reporter"]!, to: server))
        loot = Loot(
            claim: "\(claim.epoch).\(claim.assignment).\(claim.attempt)",
            call: assignment.call.hex, session: hello.session.hex)
        self.street = street
        self.keys = keys
    }

    private static func admitAll(_ street: Street) async throws -> [String: KeyFiles] {
        [
            "broker": try await street.makeKeys("broker"),
            "stranger": try await street.makeKeys("stranger"),
            "reporter": try await street.admit("reporter", role: "terminal", "--grids", "g-1"),
            "expired": try await street.admit(
                "expired", role: "operator", "--expires", "2020-01-01"),
            "revoked": try await street.admit("revoked", role: "operator"),
            "urban": try await street.admit("urban", role: "worker", "--departments", "urban"),
            "market": try await street.admit("market", role: "worker", "--departments", "market"),
            "first-grid": try await street.admit(
                "first-grid", role: "worker", "--departments", "market", "--grids", "g-1"),
        ]
    }

    /// A terminal under a routing id of its own comes and goes without Goodbye.
    private static func leave(_ street: Street, _ keys: PeerKeys) async throws {
        let terminal = try WirePeer(street.endpoint, keys: keys, routingID: "left-terminal")
        terminal.send(.hello(terminal.complete(WireHello())))
        _ = try await terminal.next("a Welcome") { if case .welcome = $0 { true } else { nil } }
    }

    /// Plays a try; worker and operator stay alive meanwhile.
    func result(of intrusion: Intrusion) async throws -> [String] {
        var arguments = ["--broker", street.endpoint]
        if let key = intrusion.key {
            arguments += ["--key", keys[key]!.secretFile]
            arguments += ["--server-key", keys[intrusion.server]!.publicFile]
        }
        if let id = intrusion.routingID { arguments += ["--routing-id", id] }
        let program = try street.startPython("intruder", arguments + intrusion.steps)
        try await eventually("the end of \(intrusion.name)", every: .milliseconds(100)) {
            worker.send(.heartbeat(.with { $0.claims = [claim] }))
            `operator`.send(.heartbeat(WireHeartbeat()))
            return program.end.map { _ in () }
        }
        guard program.end == .exited(0) else { throw TestFailure(program.errors) }
        return program.output.split(separator: "\n").map(String.init)
    }
}

extension Data {
    /// The bytes in hexadecimal.
    fileprivate var hex: String {
        map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

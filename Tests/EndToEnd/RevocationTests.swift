import Foundation
import GridCodec
import SwiftProtobuf
import TestSupport
import Testing

/// Keys that are taken away while their holders are at work.
@Suite(.serialized)
struct RevocationTests {
    private static let clock = ContinuousClock()

    @Test(
        "A second after a revocation nothing of the key is processed, and others have its claims"
    )
    func revokedUnderLoad() async throws {
        let scene = try await KeyedScene()
        let leaving = try await scene.worker("leaving")
        _ = try await scene.office().submit((0..<16).map { _ in .call() })
        var claims: [WireClaim] = []
        while claims.count < 16 { claims += try await leaving.next("an Assign", assigned) }
        let staying = try await scene.worker("staying")
        var load = TerminalLoad(try await scene.terminals(["one", "two", "revoked"]))
        try await load.run(until: { $0.receipts("revoked").count > 50 })

        try await scene.street.revoke("revoked")
        try await scene.street.revoke("leaving")
        scene.broker.send(SIGHUP)
        let over = Self.clock.now + .seconds(1)
        try await load.run(until: { _ in Self.clock.now > over })
        let late = load.submitLate("revoked", count: 50)
        leaving.send(
            .outcome(
                .with {
                    $0.items = claims.map { claim in
                        .with {
                            $0.claim = claim
                            $0.result = .completed
                        }
                    }
                }))
        let others = (load.receipts("one").count, load.receipts("two").count)
        try await load.run(until: {
            $0.receipts("one").count > others.0 + 20 && $0.receipts("two").count > others.1 + 20
        })

        #expect(load.receipts("revoked").isDisjoint(with: late), "no receipt for what came after")
        #expect(try await scene.filed(of: late) == 0, "nor is it anywhere in the journal")
        var moved: Set<UInt64> = []
        while moved.count < claims.count {
            for claim in try await staying.next("the revoked worker's work", assigned) {
                if claims.contains(where: { $0.assignment == claim.assignment }) {
                    moved.insert(claim.assignment)
                }
                staying.send(
                    .outcome(
                        .with {
                            $0.items = [
                                .with {
                                    $0.claim = claim
                                    $0.result = .completed
                                }
                            ]
                        }))
            }
        }
        try await scene.authorizeAgain("revoked")
        let back = try await scene.terminal("revoked")
        #expect(try await back.submit([.call()]).allSatisfy(\.isFiled))
    }

    private func assigned(_ message: WireMessage) -> [WireClaim]? {
        if case .assign(let assign) = message { assign.items.map(\.claim) } else { nil }
    }

    @Test("A key that expires opens nothing from then on, without a reload")
    func expired() async throws {
        let scene = try await KeyedScene()
        // A whole second, since the file knows no parts of one.
        let expiry = Date(timeIntervalSince1970: (Date.now.timeIntervalSince1970 + 5).rounded(.up))
        let files = try await scene.street.admit(
            "guest", role: "terminal", "--expires", expiry.formatted(.iso8601))
        try await scene.street.reloadKeys(scene.broker)
        let guest = try await WirePeer.terminal(
            scene.street.endpoint, keys: try scene.street.keys(files, to: scene.server))
        var before: Set<Data> = []
        while Date.now < expiry.addingTimeInterval(-0.5) {
            let item = WireSubmitItem.call()
            #expect(try await guest.submit([item]).allSatisfy(\.isFiled))
            before.insert(item.id)
        }
        try await eventually("the key has expired") { Date.now > expiry ? () : nil }
        let late = WireSubmitItem.call()
        guest.send(.submit(.with { $0.items = [late] }))
        // What the office submits after it is decided after it.
        #expect(try await scene.office().submit([.call()]).allSatisfy(\.isFiled))
        #expect(!before.isEmpty)
        #expect(try await scene.filed(of: before) == before.count)
        #expect(try await scene.filed(of: [late.id]) == 0)
    }

    @Test(
        "A keys file with a mistake or open to others is refused whole, and the old keys stay",
        arguments: ["a mistake", "writable by others"])
    func badFile(fault: String) async throws {
        let scene = try await KeyedScene()
        let before = try await scene.terminal("one")
        let path = scene.street.authorizedKeys
        let new = try await scene.street.admit("new", role: "terminal")
        try await scene.street.revoke("two")
        if fault == "a mistake" {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try Data((text + "not a key\n").utf8).write(to: URL(filePath: path))
        } else {
            chmod(path, 0o666)
        }
        try await scene.street.reload(
            scene.broker, expecting: "the authorised keys are refused, the old ones stay in force")
        #expect(scene.broker.errors.contains(fault == "a mistake" ? "40 characters" : "chmod go-w"))
        #expect(try await before.submit([.call()]).allSatisfy(\.isFiled))
        let two = try await scene.terminal("two")
        #expect(try await two.submit([.call()]).allSatisfy(\.isFiled), "not revoked either")
        let stranger = try WirePeer(
            scene.street.endpoint, keys: try scene.street.keys(new, to: scene.server))
        stranger.send(.hello(stranger.complete(WireHello())))
        try await scene.street.until("the new key is refused") {
            scene.broker.errors.contains("a connection was refused: its key is not in force")
        }
    }
}

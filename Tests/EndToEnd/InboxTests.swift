import Foundation
import GridCodec
import SwiftProtobuf
import TestSupport
import Testing

/// A department of people: `gridcall-worker --inbox` delivers, a command notifies them, and an
/// officer's key acts.
@Suite(.serialized)
struct InboxTests {
    @Test("A delivered part is notified once, and an officer's key accepts and completes it")
    func delivered() async throws {
        let scene = try await InboxScene()
        _ = try await scene.startWorker()
        let call = try await scene.file(address: "东街 1 号")
        let part = try await scene.part(of: call, is: "delivered")
        #expect(part.attempts == 1)
        let assignment = try #require(try await scene.notifications(count: 1).first)
        #expect(assignment["call"] as? String == scene.uuid(call))
        #expect(assignment["department"] as? String == "urban")
        #expect((assignment["texts"] as? [String: String])?["address"] == "东街 1 号")
        let officer = try await scene.officer()
        try await scene.give(officer, call) { $0.accept = WireAcceptPart() }
        _ = try await scene.part(of: call, is: "accepted")
        try await scene.give(officer, call) { $0.complete = WireCompletePart() }
        let done = try #require(try await scene.office.track(call))
        #expect(done.state == "closed" && done.parts[0].state == "completed")
    }

    @Test("A worker killed before it delivers costs a lease, one killed afterwards nothing")
    func killed() async throws {
        let scene = try await InboxScene()
        let first = try await scene.startWorker()
        // It never reads what the broker hands out to it.
        first.send(SIGSTOP)
        let call = try await scene.file()
        _ = try await scene.part(of: call, is: "dispatched")
        first.kill()
        #expect(try await scene.notifications(count: 0).isEmpty)
        let second = try await scene.startWorker()
        let part = try await scene.part(of: call, is: "delivered")
        #expect(part.attempts == 2)
        _ = try await scene.notifications(count: 1)
        second.kill()
        let third = try await scene.startWorker()
        let other = try await scene.file()
        _ = try await scene.part(of: other, is: "delivered")
        let calls = try await scene.notifications(count: 2).map { $0["call"] as? String }
        #expect(calls == [scene.uuid(call), scene.uuid(other)])
        #expect(try await scene.office.track(call)?.parts[0].state == "delivered")
        third.send(SIGTERM)
        #expect(try await third.wait() == .exited(0))
        #expect(try await scene.office.track(other)?.parts[0].state == "delivered")
        #expect(try await scene.notifications(count: 2).count == 2)
    }

    @Test("A broker killed under its deliveries loses none, and nobody is notified twice")
    func brokerKilled() async throws {
        let scene = try await InboxScene()
        _ = try await scene.startWorker()
        var calls: [Data] = []
        for _ in 0..<3 {
            for _ in 0..<40 { calls.append(try await scene.file()) }
            try await scene.restartBroker()
        }
        for call in calls { _ = try await scene.part(of: call, is: "delivered") }
        let notified = try await scene.notifications(count: calls.count)
        #expect(Set(notified.compactMap { $0["call"] as? String }) == Set(calls.map(scene.uuid)))
    }

    @Test("A notification that fails is a line in the log; the part lies in the inbox")
    func failed() async throws {
        let scene = try await InboxScene()
        let worker = try await scene.startWorker(notify: "echo no modem >&2; exit 3")
        let call = try await scene.file()
        _ = try await scene.part(of: call, is: "delivered")
        try await scene.street.until("the log says so") {
            worker.errors.contains("nobody was notified") && worker.errors.contains("no modem")
        }
        #expect(try await scene.office.track(call)?.parts[0].state == "delivered")
    }

    @Test(
        "It takes one way of working, and options that fit it",
        arguments: [
            ["--inbox", "--exec", "true"], ["--inbox", "--simulate", "1s"],
            ["--exec", "true", "--notify", "true"], [],
            ["--inbox", "--webhook-secret", "x"], ["--inbox", "--directory", "/tmp"],
        ])
    func options(arguments: [String]) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let worker = try street.launchWorker("urban", arguments)
        #expect(try await worker.wait() == .exited(64))
    }
}

/// A broker with keys, an inbox worker's key and an officer's, and an operator on this machine.
private final class InboxScene {
    let street: Street
    private(set) var office: WirePeer
    private let server: KeyFiles
    private let worker: KeyFiles
    private let officerKey: KeyFiles
    private var broker: Program

    init() async throws {
        street = try Street(
            catalogue: SmallStreet.catalogue(lease: "12s"), endpoint: Street.freeEndpoint())
        server = try await street.makeKeys("broker")
        worker = try await street.admit("inbox", role: "worker", "--departments", "urban")
        officerKey = try await street.admit("officer", role: "officer", "--departments", "urban")
        broker = try await street.startBroker(street.keyed(by: server))
        office = try await WirePeer.terminal(street.localEndpoint)
    }

    private var notes: String { street.directory + "/notified" }

    func startWorker(notify: String? = nil) async throws -> Program {
        try await street.startWorker(
            "urban",
            [
                "--key", worker.secretFile, "--server-key", server.publicFile, "--inbox",
                "--notify", notify ?? "cat >> \(notes)",
            ])
    }

    func restartBroker() async throws {
        broker.kill()
        _ = try await broker.wait()
        broker = try await street.startBroker(street.keyed(by: server))
        office = try await WirePeer.terminal(street.localEndpoint)
    }

    func officer() async throws -> WirePeer {
        try await WirePeer.greeted(
            street.endpoint, .with { $0.role = .officer },
            keys: try street.keys(officerKey, to: server))
    }

    func file(address: String = "") async throws -> Data {
        let item = WireSubmitItem.call { $0.texts.address = address }
        let receipt = try await office.submit([item])
        guard receipt.first?.isFiled == true else { throw TestFailure("\(receipt)") }
        return item.id
    }

    func part(of call: Data, is state: String) async throws -> WirePartView {
        try await eventually("the part is \(state)", within: .seconds(30)) {
            self.office.send(.heartbeat(WireHeartbeat()))
            let part = try await self.office.track(call)?.parts.first
            return part?.state == state ? part : nil
        }
    }

    /// The assignments that the command got, once there are so many; more are an error.
    func notifications(count: Int) async throws -> [[String: Any]] {
        var lines: [Substring] = []
        try await street.until("\(count) notifications") {
            let text = (try? String(contentsOfFile: self.notes, encoding: .utf8)) ?? ""
            lines = text.split(separator: "\n")
            guard lines.count <= count else { throw TestFailure("notified again: \(text)") }
            return lines.count == count
        }
        return try lines.compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    func give(
        _ officer: WirePeer, _ call: Data, _ command: (inout WireCommandItem) -> Void
    ) async throws {
        var item = WireCommandItem.with {
            $0.id = WirePeer.freshID()
            $0.call = call
        }
        command(&item)
        officer.send(.command(.with { $0.items = [item] }))
        let answer = try await officer.next("a CommandReply") { message -> WireCommandReplyItem? in
            guard case .commandReply(let reply) = message else { return nil }
            return reply.items.first { $0.id == item.id }
        }
        guard !answer.hasRefused else { throw TestFailure("refused: \(answer.refused)") }
    }

    /// A call's id as people and programs read it.
    func uuid(_ id: Data) -> String {
        UUID(uuid: id.withUnsafeBytes { $0.load(as: uuid_t.self) }).uuidString.lowercased()
    }
}

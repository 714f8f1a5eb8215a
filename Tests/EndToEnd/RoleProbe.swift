import Foundation
import GridCodec
import SwiftProtobuf
import TestSupport

/// A peer for each role in a street where one call is a terminal's and concerns three departments
/// and another is neither; each does whatever it is told and says what came of it.
final class RoleProbe {
    /// What became of an action within the reach *own*, and beyond it.
    struct Seen: Equatable {
        /// `done`, or the code of the refusal.
        let own: String
        /// The same for what is others'; `nil` for an action that knows no own.
        let others: String?
    }

    /// What a peer meets that goes beyond *own*; only these actions know own and others'.
    static let beyondReach = [
        "submit": "300", "progress": "207", "outcome": "207", "track": "202", "list": "hidden",
        "stats": "hidden", "check": "202", "tasks": "300", "reviews": "300", "workers": "300",
        "accept": "207", "arrive": "207", "propose": "207", "complete": "207", "return": "207",
        "fail": "207", "requestExtension": "207", "suspend": "207", "resume": "207",
        "reply": "207", "report": "207",
    ]

    private let peers: [String: WirePeer]
    let office: WirePeer
    private let urban: WirePeer
    let ownCall: Data
    let otherCall: Data
    private let ownClaim: WireClaim
    private let otherClaim: WireClaim

    init(_ street: Street, roles: [String]) async throws {
        let server = try await street.makeKeys("broker")
        var keys: [String: PeerKeys] = [:]
        for role in roles {
            let more: [String] =
                switch role {
                case "terminal": ["--grids", "g-1"]
                case "worker", "officer": ["--departments", "safety"]
                default: []
                }
            let files = try await street.makeKeys("a-" + role)
            try await street.authorize(files, "a-" + role, role: role, more)
            keys[role] = try street.keys(files, to: server)
        }
        _ = try await street.startBroker(street.keyed(by: server))
        var peers: [String: WirePeer] = [:]
        for (role, keys) in keys {
            peers[role] = try await WirePeer.greeted(
                street.endpoint,
                .with {
                    $0.department = role == "worker" ? "safety" : ""
                    $0.credit = role == "worker" ? 1 : 0
                }, keys: keys)
            Self.beat(peers)
        }
        self.peers = peers
        guard let terminal = peers["terminal"], let worker = peers["worker"] else {
            throw TestFailure("no terminal or worker among \(roles)")
        }
        office = try await WirePeer.terminal(street.localEndpoint)
        urban = try await WirePeer.worker(street.localEndpoint, department: "urban", credit: 1)
        otherCall = try await Self.file(.call("one"), by: office)
        Self.beat(peers)
        otherClaim = try await urban.assignment().claim
        Self.beat(peers)
        ownCall = try await Self.file(.call("three"), by: terminal)
        ownClaim = try await worker.assignment().claim
    }

    /// On a busy machine each step takes its time, and nobody may fall silent meanwhile.
    private static func beat(_ peers: [String: WirePeer]) {
        for (role, peer) in peers {
            peer.send(.heartbeat(.with { $0.credit = role == "worker" ? 1 : 0 }))
        }
    }

    static func file(_ item: WireSubmitItem, by peer: WirePeer) async throws -> Data {
        guard try await peer.submit([item]).allSatisfy(\.isFiled) else {
            throw TestFailure("not filed: \(item)")
        }
        return item.id
    }

    /// Sends what an action needs, once for what is the role's own and once for what is not.
    func attempt(_ action: String, as role: String) async throws -> Seen {
        guard let peer = peers[role] else { throw TestFailure("there is no \(role)") }
        stayAlive()
        switch action {
        case "submit":
            return Seen(
                own: try await submit(grid: "g-1", peer),
                others: try await submit(grid: "g-2", peer))
        case "progress":
            return Seen(
                own: try await progress(ownClaim, peer),
                others: try await progress(otherClaim, peer))
        case "outcome":
            return Seen(
                own: try await outcome(ownClaim, peer), others: try await outcome(otherClaim, peer))
        case "track":
            return Seen(
                own: try await track(ownCall, peer), others: try await track(otherCall, peer))
        case "list": return try await list(peer)
        case "stats": return try await stats(peer)
        case "campaigns", "catalogue", "audit", "export", "campaign", "activities":
            return Seen(own: try await ask(plain(action), peer) { _ in "done" }, others: nil)
        case "tasks", "reviews", "workers", "similar", "duplicates":
            return try await askPeople(action, peer)
        default: return try await command(action, peer)
        }
    }

    /// No session falls silent for so long that it ends.
    private func stayAlive() {
        for (role, peer) in peers {
            peer.send(.heartbeat(.with { $0.claims = role == "worker" ? [ownClaim] : [] }))
        }
        office.send(.heartbeat(WireHeartbeat()))
        urban.send(.heartbeat(.with { $0.claims = [otherClaim] }))
    }

    private func submit(grid: String, _ peer: WirePeer) async throws -> String {
        let item = WireSubmitItem.call(grid: grid)
        peer.send(.submit(.with { $0.items = [item] }))
        return try await peer.next("an answer to a Submit") { message in
            if case .error(let error) = message { return "\(error.code)" }
            guard case .receipt(let receipt) = message else { return nil }
            return receipt.items.first { $0.id == item.id }.map {
                $0.isFiled ? "done" : "\($0.refused.code)"
            }
        }
    }

    private func progress(_ claim: WireClaim, _ peer: WirePeer) async throws -> String {
        let item = WireProgressItem.with {
            $0.claim = claim
            $0.step = .accept
        }
        peer.send(.progress(.with { $0.items = [item] }))
        return try await receipt(of: claim, .accept, peer)
    }

    private func outcome(_ claim: WireClaim, _ peer: WirePeer) async throws -> String {
        let item = WireOutcomeItem.with {
            $0.claim = claim
            $0.result = .completed
        }
        peer.send(.outcome(.with { $0.items = [item] }))
        return try await receipt(of: claim, .unspecified, peer)
    }

    private func receipt(
        of claim: WireClaim, _ step: WireProgressStep, _ peer: WirePeer
    ) async throws -> String {
        try await peer.next("an answer to \(step)") { message in
            if case .error(let error) = message { return "\(error.code)" }
            guard case .outcomeReceipt(let receipt) = message else { return nil }
            return receipt.items.first { $0.claim == claim && $0.step == step }.map {
                $0.hasRefused ? "\($0.refused.code)" : "done"
            }
        }
    }
}

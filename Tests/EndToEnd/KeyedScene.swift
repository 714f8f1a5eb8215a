import Foundation
import GridCodec
import SwiftProtobuf
import TestSupport

/// A street with a broker that asks for keys: terminals *one*, *two* and *revoked*, and urban
/// workers *leaving* and *staying*.
struct KeyedScene {
    let street: Street
    let server: KeyFiles
    let broker: Program
    private var files: [String: KeyFiles] = [:]

    init() async throws {
        street = try Street(
            catalogue: SmallStreet.catalogue(lease: "5s"), endpoint: Street.freeEndpoint())
        server = try await street.makeKeys("broker")
        for name in ["one", "two", "revoked"] {
            files[name] = try await street.admit(name, role: "terminal")
        }
        for name in ["leaving", "staying"] {
            files[name] = try await street.admit(name, role: "worker", "--departments", "urban")
        }
        broker = try await street.startBroker(
            street.keyed(by: server) + ["--log-level", "info"])
    }

    func keys(_ name: String) throws -> PeerKeys { try street.keys(files[name]!, to: server) }

    /// An operator on this machine, in a new session: one that says nothing for long ends.
    func office() async throws -> WirePeer { try await WirePeer.terminal(street.localEndpoint) }

    func terminal(_ name: String) async throws -> WirePeer {
        try await WirePeer.terminal(street.endpoint, keys: try keys(name))
    }

    func terminals(_ names: [String]) async throws -> [String: WirePeer] {
        var peers: [String: WirePeer] = [:]
        for name in names { peers[name] = try await terminal(name) }
        return peers
    }

    func worker(_ name: String) async throws -> WirePeer {
        try await WirePeer.worker(
            street.endpoint, department: "urban", credit: 4_096, keys: try keys(name))
    }

    func authorizeAgain(_ name: String) async throws {
        try await street.authorize(files[name]!, name, role: "terminal")
        try await street.reloadKeys(broker)
    }

    /// How many of these calls the street knows.
    func filed(of ids: Set<Data>) async throws -> Int {
        let office = try await office()
        var count = 0
        for id in ids where try await office.track(id) != nil { count += 1 }
        return count
    }
}

/// Terminals that submit all the time.
struct TerminalLoad {
    private let terminals: [String: WirePeer]
    private var received: [String: Set<Data>] = [:]

    init(_ terminals: [String: WirePeer]) { self.terminals = terminals }

    /// The calls a terminal has a receipt for.
    func receipts(_ name: String) -> Set<Data> { received[name] ?? [] }

    /// Submits and collects receipts until something holds.
    mutating func run(until holds: (TerminalLoad) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while !holds(self) {
            guard ContinuousClock.now < deadline else {
                throw TestFailure("the load came to nothing")
            }
            for terminal in terminals.values {
                terminal.send(.submit(.with { $0.items = [.call(), .call()] }))
            }
            try await Task.sleep(for: .milliseconds(5))
            try collect()
        }
    }

    /// Submits for one terminal now; returns the ids.
    func submitLate(_ name: String, count: Int) -> Set<Data> {
        let items = (0..<count).map { _ in WireSubmitItem.call() }
        for item in items { terminals[name]?.send(.submit(.with { $0.items = [item] })) }
        return Set(items.map(\.id))
    }

    private mutating func collect() throws {
        for (name, terminal) in terminals {
            for case .receipt(let receipt) in try terminal.takeAll() {
                received[name, default: []].formUnion(receipt.items.filter(\.isFiled).map(\.id))
            }
        }
    }
}

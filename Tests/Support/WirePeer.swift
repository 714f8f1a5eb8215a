package import Foundation
package import GridCodec
import GridModel
import SwiftProtobuf
import ZeroMQ

/// A peer that says exactly what a test tells it to: it never repeats, reconnects or beats by
/// itself.
///
/// Not thread-safe; one test owns it.
package final class WirePeer {
    private let socket: Socket
    private var waiting: [WireMessage] = []

    /// Connects, with a key and under a routing id of its own if given; nothing is said yet.
    package init(_ endpoint: String, keys: PeerKeys? = nil, routingID: String? = nil) throws {
        socket = try Socket(.dealer, in: try Context())
        if let keys { try socket.set(.curveClient(keys.own, server: keys.server)) }
        if let id = routingID.flatMap({ RoutingID(Array($0.utf8)) }) {
            try socket.set(.routingID(id))
        }
        try socket.set(.linger(milliseconds: 0))
        // No limit: thousands of frames are sent without waiting.
        try socket.set(.sendHighWaterMark(0))
        try socket.set(.receiveHighWaterMark(0))
        try socket.connect(endpoint)
    }

    /// Connects and says Hello as a peer that only submits or asks.
    package static func terminal(
        _ endpoint: String, keys: PeerKeys? = nil
    ) async throws -> WirePeer {
        try await greeted(endpoint, .with { $0.role = .terminal }, keys: keys)
    }

    /// Connects and says Hello as a worker.
    package static func worker(
        _ endpoint: String, department: String, credit: UInt32 = 16, keys: PeerKeys? = nil
    ) async throws -> WirePeer {
        try await greeted(
            endpoint,
            .with {
                $0.role = .worker
                $0.department = department
                $0.credit = credit
            }, keys: keys)
    }

    /// Connects and says Hello in any role.
    package static func greeted(
        _ endpoint: String, _ hello: WireHello, keys: PeerKeys? = nil
    ) async throws -> WirePeer {
        let peer = try WirePeer(endpoint, keys: keys)
        peer.send(.hello(peer.complete(hello)))
        _ = try await peer.next("a Welcome") {
            if case .welcome(let welcome) = $0 { welcome } else { nil }
        }
        return peer
    }

    /// A Hello with a fresh session and the version of this code.
    package func complete(_ hello: WireHello) -> WireHello {
        var hello = hello
        hello.session = Self.freshID()
        hello.lowestVersion = 1
        hello.highestVersion = 1
        hello.name = "test"
        return hello
    }

    /// Sixteen random bytes.
    package static func freshID() -> Data {
        Data((0..<16).map { _ in UInt8.random(in: 1...255) })
    }

    /// Sends a message.
    package func send(_ message: WireMessage) { send(Array(Frame.encode(message))) }

    /// Sends any bytes as one frame.
    package func send(_ bytes: [UInt8]) {
        precondition((try? bytes.withUnsafeBytes { try socket.send(copying: $0) }) == .sent)
    }

    /// The next message that `pick` takes; others are kept for later.
    package func next<Value>(
        _ what: String, within limit: Duration = .seconds(20), _ pick: (WireMessage) -> Value?
    ) async throws -> Value {
        try await eventually(what, within: limit, every: .milliseconds(2)) {
            try self.receive()
            for (index, message) in self.waiting.enumerated() {
                guard let value = pick(message) else { continue }
                self.waiting.remove(at: index)
                return value
            }
            return nil
        }
    }

    /// Everything that has come and was not taken yet.
    package func takeAll() throws -> [WireMessage] {
        try receive()
        defer { waiting.removeAll() }
        return waiting
    }

    /// The next Error's code.
    package func nextError() async throws -> UInt32 {
        try await next("an Error") { if case .error(let error) = $0 { error.code } else { nil } }
    }

    /// Submits items in one frame and waits for the answer to each, in the order of the items.
    package func submit(_ items: [WireSubmitItem]) async throws -> [WireReceiptItem] {
        send(.submit(.with { $0.items = items }))
        return try await receipts(items.map(\.id))
    }

    /// Waits for a receipt for each id, in their order.
    package func receipts(_ ids: [Data]) async throws -> [WireReceiptItem] {
        var answers: [Data: WireReceiptItem] = [:]
        while answers.count < Set(ids).count {
            let items = try await next("a Receipt") {
                if case .receipt(let receipt) = $0 { receipt.items } else { nil }
            }
            for item in items { answers[item.id] = item }
        }
        return ids.map { answers[$0]! }
    }

    /// The broker's own statistics.
    package func stats() async throws -> WireStatsView {
        try await ask(.stats(WireStatsQuery())).stats
    }

    /// A call by its id; `nil` if the broker shows none.
    package func track(_ id: Data) async throws -> WireCallView? {
        let answer = try await ask(.track(.with { $0.id = id }))
        if case .call(let call) = answer.reply { return call }
        return nil
    }

    /// Asks one question and waits for its answer.
    package func ask(_ query: WireQueryItem.OneOf_Query) async throws -> WireQueryReplyItem {
        let correlation = UInt64.random(in: 1...UInt64.max)
        let item = WireQueryItem.with {
            $0.correlation = correlation
            $0.query = query
        }
        send(.query(.with { $0.items = [item] }))
        return try await next("a QueryReply") { message in
            guard case .queryReply(let reply) = message else { return nil }
            return reply.items.first { $0.correlation == correlation }
        }
    }

    /// The next assignment.
    package func assignment(within limit: Duration = .seconds(20)) async throws -> WireAssignItem {
        try await next("an Assign", within: limit) {
            if case .assign(let assign) = $0 { assign.items.first } else { nil }
        }
    }

    /// Reports an outcome and waits for its receipt.
    package func report(_ outcome: WireOutcomeItem) async throws -> WireOutcomeReceiptItem {
        send(.outcome(.with { $0.items = [outcome] }))
        return try await next("an OutcomeReceipt") { message in
            guard case .outcomeReceipt(let receipt) = message else { return nil }
            return receipt.items.first { $0.claim == outcome.claim && $0.step == .unspecified }
        }
    }

    private func receive() throws {
        var message = Message()
        while try socket.receive(into: &message) == .message {
            let decoded = try message.withUnsafeBytes { bytes throws(Refusal) in
                try Frame.decode(bytes)
            }
            waiting.append(decoded)
        }
    }
}

extension WireSubmitItem {
    /// A call that the broker files.
    package static func call(
        _ category: String = "one", grid: String = "g-1", description: String = "x",
        change: (inout WireSubmitItem) -> Void = { _ in }
    ) -> WireSubmitItem {
        var item = WireSubmitItem()
        item.id = WirePeer.freshID()
        item.category = category
        item.grid = grid
        item.texts.description_p = description
        change(&item)
        return item
    }
}

extension WireReceiptItem {
    /// The call is on disk.
    package var isFiled: Bool {
        if case .filed = answer { true } else { false }
    }
}

import Foundation
import GridCodec
import GridModel
import Synchronization
import Testing
import ZeroMQ

/// A broker of a few lines for one worker: it answers everything and notes what it got.
final class FakeBroker: Sendable {
    /// How it answers.
    struct Behaviour: Sendable {
        /// Claims of a Hello that are answered as lost.
        var lost: Set<Claim> = []
        /// Claims whose outcomes are refused with `claimLost`.
        var refused: Set<Claim> = []
        /// Whether outcomes are answered at all.
        var answersOutcomes = true
    }

    fileprivate struct State: Sendable {
        var behaviour = Behaviour()
        var received: [WireMessage] = []
        var outgoing: [WireMessage] = []
        var isStopping = false
        var isStopped = false
    }

    private let state = Mutex(State())
    private let wakeUp: WakeUp

    /// A broker that listens on `endpoint` until `stop`.
    init(_ endpoint: String, _ behaviour: Behaviour = Behaviour()) throws {
        wakeUp = try WakeUp()
        state.withLock { $0.behaviour = behaviour }
        Thread.detachNewThread { [self] in
            do { try serve(endpoint) } catch { Issue.record(error) }
            state.withLock { $0.isStopped = true }
        }
    }

    /// Everything received, in order.
    var received: [WireMessage] { state.withLock { $0.received } }

    /// The outcomes received, repeated ones too.
    var outcomes: [WireOutcomeItem] {
        received.flatMap { message -> [WireOutcomeItem] in
            guard case .outcome(let body) = message else { return [] }
            return body.items
        }
    }

    /// The steps of progress received, repeated ones too.
    var steps: [WireProgressItem] {
        received.flatMap { message -> [WireProgressItem] in
            guard case .progress(let body) = message else { return [] }
            return body.items
        }
    }

    /// The Hellos received.
    var hellos: [WireHello] {
        received.compactMap { message -> WireHello? in
            guard case .hello(let body) = message else { return nil }
            return body
        }
    }

    /// Whether the worker has said goodbye.
    var heardGoodbye: Bool {
        received.contains { if case .goodbye = $0 { true } else { false } }
    }

    /// The credit announced last.
    var credit: UInt32? {
        received.compactMap { message -> UInt32? in
            switch message {
            case .hello(let body): body.credit
            case .heartbeat(let body): body.credit
            default: nil
            }
        }.last
    }

    /// Changes how it answers from now on.
    func change(_ body: (inout Behaviour) -> Void) { state.withLock { body(&$0.behaviour) } }

    /// Hands out assignments.
    func assign(_ items: [AssignItem]) {
        var assign = WireAssign()
        assign.items = items.compactMap(\.message)
        send(.assign(assign))
    }

    /// Calls a claim back.
    func withdraw(_ claim: Claim) {
        var item = WireWithdrawItem()
        item.claim = WireClaim(claim)
        item.reason = "void"
        var withdraw = WireWithdraw()
        withdraw.items = [item]
        send(.withdraw(withdraw))
    }

    /// Ends it without a word, as a crash would; returns when its endpoint is free again.
    func stop() async throws {
        state.withLock { $0.isStopping = true }
        wakeUp.signal()
        try await eventually { state.withLock { $0.isStopped } }
    }

    private func send(_ message: WireMessage) {
        state.withLock { $0.outgoing.append(message) }
        wakeUp.signal()
    }

    private func serve(_ endpoint: String) throws {
        let socket = try Socket(.router, in: try Context())
        try socket.set(.linger(milliseconds: 0))
        try socket.bind(endpoint)
        var worker = RoutingID()
        var message = Message()
        var items = [PollItem(socket), PollItem(descriptor: wakeUp.descriptor)]
        while !(state.withLock { $0.isStopping }) {
            wakeUp.drain()
            while try socket.receive(into: &message, from: &worker) == .message {
                let received = try message.withUnsafeBytes { try Frame.decode($0) }
                answer(received)
            }
            let outgoing = state.withLock { state in
                // Nobody is there before the first Hello.
                guard !state.received.isEmpty else { return [WireMessage]() }
                defer { state.outgoing = [] }
                return state.outgoing
            }
            for message in outgoing {
                var frame = try Message(copying: [UInt8](Frame.encode(message)))
                _ = try socket.send(&frame, to: worker)
            }
            _ = try poll(&items, timeoutMilliseconds: outgoing.isEmpty ? -1 : 0)
        }
    }

    private func answer(_ message: WireMessage) {
        state.withLock { state in
            state.received.append(message)
            switch message {
            case .hello(let hello): state.outgoing.append(state.welcome(hello))
            case .progress(let progress):
                state.outgoing.append(.receipt(progress.items.map { ($0.claim, $0.step, nil) }))
            case .outcome(let outcome) where state.behaviour.answersOutcomes:
                let refused = state.behaviour.refused
                state.outgoing.append(
                    .receipt(
                        outcome.items.map {
                            let isRefused = refused.contains($0.claim.model)
                            return ($0.claim, .unspecified, isRefused ? claimLost : nil)
                        }))
            default: break
            }
        }
    }
}

extension FakeBroker.State {
    fileprivate func welcome(_ hello: WireHello) -> WireMessage {
        var welcome = WireWelcome()
        welcome.version = 1
        welcome.heartbeatMs = 50
        welcome.deadMs = 10_000
        welcome.resendMs = 200
        welcome.claims = hello.claims.map { claim in
            var answer = WireClaimAnswer()
            answer.claim = claim
            answer.kept = !behaviour.lost.contains(claim.model)
            return answer
        }
        return .welcome(welcome)
    }
}

extension WireMessage {
    fileprivate static func receipt(
        _ answers: [(WireClaim, WireProgressStep, Refusal?)]
    ) -> WireMessage {
        var receipt = WireOutcomeReceipt()
        receipt.items = answers.map { claim, step, refusal in
            var item = WireOutcomeReceiptItem()
            item.claim = claim
            item.step = step
            if let refusal { item.refused = WireRefusal(refusal) }
            return item
        }
        return .outcomeReceipt(receipt)
    }
}

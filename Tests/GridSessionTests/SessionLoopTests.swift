import Foundation
import GridCodec
import GridModel
import Logging
import SwiftProtobuf
import Synchronization
import Testing
import ZeroMQ

@testable import GridSession

/// A broker of a few lines: welcomes, confirms every call, hands out one assignment, and stops.
final class TinyBroker: @unchecked Sendable {
    let endpoint: String
    let goodbyes = Mutex<[String]>([])
    private let wakeUp: WakeUp
    private let done = DispatchSemaphore(value: 0)

    init(endpoint: String = "tcp://127.0.0.1:*", assigning claim: Claim? = nil) throws {
        let wakeUp = try WakeUp()
        self.wakeUp = wakeUp
        let bound = Mutex("")
        let isBound = DispatchSemaphore(value: 0)
        self.endpoint = try {
            // The socket belongs to the thread, so the endpoint comes back from it.
            let reserved = try Self.reserve(endpoint)
            bound.withLock { $0 = reserved }
            return reserved
        }()
        Thread { [self] in
            defer { done.signal() }
            do {
                let socket = try Socket(.router, in: Context())
                try socket.set(.linger(milliseconds: 0))
                try socket.set(.routerMandatory(true))
                try socket.bind(self.endpoint)
                isBound.signal()
                try serve(socket, claim)
            } catch {
                Issue.record("the tiny broker failed: \(error)")
                isBound.signal()
            }
        }.start()
        isBound.wait()
    }

    func stop() {
        wakeUp.signal()
        done.wait()
    }

    /// A free port, found by binding to any and letting go of it.
    private static func reserve(_ endpoint: String) throws -> String {
        let socket = try Socket(.router, in: Context())
        try socket.bind(endpoint)
        let found = try socket.lastEndpoint()
        try socket.unbind(found)
        return found
    }

    private func serve(_ socket: borrowing Socket, _ claim: Claim?) throws {
        var message = Message()
        var sender = RoutingID()
        var known: Set<RoutingID> = []
        while true {
            var items = [PollItem(socket), PollItem(descriptor: wakeUp.descriptor)]
            _ = try poll(&items, timeoutMilliseconds: -1)
            if items[1].ready.contains(.readable) { return }
            while try socket.receive(into: &message, from: &sender) == .message {
                let request = try message.withUnsafeBytes { bytes in try Frame.decode(bytes) }
                for answer in answers(to: request, from: sender, &known, claim) {
                    var reply = try Message(copying: [UInt8](Frame.encode(answer)))
                    _ = try socket.send(&reply, to: sender)
                }
            }
        }
    }

    private func answers(
        to request: WireMessage, from sender: RoutingID, _ known: inout Set<RoutingID>,
        _ claim: Claim?
    ) -> [WireMessage] {
        if case .hello = request {
            known.insert(sender)
            let welcome = WireMessage.welcome(.with { $0.limits.window = 1_000 })
            return claim.map { [welcome, assign($0)] } ?? [welcome]
        }
        guard known.contains(sender) else { return [brokerError(.helloRequired)] }
        switch request {
        case .submit(let submit):
            return [receipt(submit.items.map { CallID(data: $0.id)?.low ?? 0 })]
        case .outcome(let outcome):
            return outcome.items.map { outcomeReceipt($0.claim.model) }
        case .goodbye(let goodbye):
            goodbyes.withLock { $0.append(goodbye.reason) }
            return []
        default: return []
        }
    }
}

/// What a loop's closure heard.
final class EventLog: Sendable {
    let receipts = Mutex<[UInt64]>([])
    let connects = Mutex(0)

    func note(_ event: SessionEvent) {
        switch event {
        case .receipts(let items):
            receipts.withLock { $0 += items.map(\.id.low) }
        case .connected: connects.withLock { $0 += 1 }
        default: break
        }
    }
}

@Suite("SessionLoop", .timeLimit(.minutes(1)))
struct SessionLoopTests {
    private func configuration() -> SessionConfiguration {
        SessionConfiguration(
            session: SessionID(high: 1, low: .random(in: 1...UInt64.max)), role: .terminal,
            software: "test/1", name: "tester")
    }

    @Test("Many calls handed over by many threads are all answered once")
    func submits() throws {
        let broker = try TinyBroker()
        defer { broker.stop() }
        let log = EventLog()
        let loop = try SessionLoop(endpoint: broker.endpoint, configuration()) { log.note($0) }
        DispatchQueue.concurrentPerform(iterations: 4) { part in
            for chunk in 0..<25 {
                let first = UInt64(part * 10_000 + chunk * 100 + 1)
                loop.submit((first..<first + 100).map { call($0) })
                loop.waitUntilBelow(2_000)
            }
        }
        #expect(loop.waitUntilBelow(1, timeout: .seconds(30)))
        loop.stop(goodbye: "done")
        let answered = log.receipts.withLock { $0 }
        #expect(answered.count == 10_000 && Set(answered).count == 10_000)
    }

    @Test("A restarted broker is found again, and what was unanswered is answered")
    func reconnects() throws {
        let first = try TinyBroker()
        let log = EventLog()
        let loop = try SessionLoop(endpoint: first.endpoint, configuration()) { log.note($0) }
        loop.submit([call(1)])
        #expect(loop.waitUntilBelow(1, timeout: .seconds(20)))
        first.stop()
        loop.submit([call(2)])
        let second = try TinyBroker(endpoint: first.endpoint)
        #expect(loop.waitUntilBelow(1, timeout: .seconds(20)))
        loop.stop()
        second.stop()
        #expect(log.receipts.withLock { $0 } == [1, 2])
        #expect(log.connects.withLock { $0 } >= 2)
    }

    @Test("A worker answers from the event closure, and Goodbye reaches the broker")
    func works() throws {
        let broker = try TinyBroker(assigning: claim(5))
        let finished = DispatchSemaphore(value: 0)
        let answer = Mutex<SessionLoop?>(nil)
        let loop = try SessionLoop(endpoint: broker.endpoint, configuration()) { event in
            switch event {
            case .assigned: finished.signal()
            case .outcomeReceipts:
                answer.withLock { $0 }?.stop(goodbye: "from the closure")
                finished.signal()
            default: break
            }
        }
        answer.withLock { $0 = loop }
        finished.wait()
        loop.outcome([
            .with {
                $0.claim = WireClaim(claim(5)); $0.result = .completed
            }
        ])
        finished.wait()
        loop.stop()
        answer.withLock { $0 = nil }
        let deadline = ContinuousClock.now + .seconds(10)
        while broker.goodbyes.withLock({ $0.isEmpty }), ContinuousClock.now < deadline {
            sched_yield()
        }
        broker.stop()
        #expect(broker.goodbyes.withLock { $0 } == ["from the closure"])
    }

    @Test("When stop returns, the context has ended and with it what was still to be sent")
    func sendsBeforeItStops() throws {
        let broker = try TinyBroker()
        defer { broker.stop() }
        weak var context: Context?
        let loop = try {
            let own = try Context()
            context = own
            let endpoint = broker.endpoint
            return try SessionLoop(endpoint: endpoint, configuration(), context: own) { _ in }
        }()
        loop.submit([call(1)])
        #expect(loop.waitUntilBelow(1, timeout: .seconds(20)))
        #expect(context != nil)
        loop.stop(goodbye: "done")
        #expect(context == nil)
    }

    @Test("Without a broker, waiting ends in time and stopping does not hang")
    func stopsWithoutBroker() throws {
        let loop = try SessionLoop(endpoint: "tcp://127.0.0.1:1", configuration()) { _ in }
        loop.submit([call(1)])
        #expect(!loop.waitUntilBelow(1, timeout: .milliseconds(50)))
        #expect(loop.unconfirmedCount == 1)
        loop.stop(goodbye: "nobody hears it")
    }

    @Test("A malformed endpoint is told to the caller")
    func refusesEndpoint() {
        #expect(throws: ZeroMQError.self) {
            _ = try SessionLoop(endpoint: "nonsense", configuration()) { _ in }
        }
    }
}

import Foundation
import GridCodec
import GridModel
import SwiftProtobuf

@testable import GridSession

/// A session on a clock of the test's own, with what it did in the last step taken apart.
struct SessionHarness {
    var session: PeerSession
    var now: Int64 = 1_000
    /// Messages the last step sent.
    var sent: [WireMessage] = []
    /// Events of the last step.
    var events: [SessionEvent] = []
    /// Fresh connections the last step asked for.
    var connects = 0

    init(_ change: (inout SessionConfiguration) -> Void = { _ in }) {
        var configuration = SessionConfiguration(
            session: SessionID(high: 1, low: 2), role: .worker, software: "test/1", name: "tester")
        change(&configuration)
        session = PeerSession(configuration)
        session.start(now: now)
    }

    /// A session that has been welcomed.
    static func ready(
        window: UInt32 = 4, listItems: UInt32 = 100,
        _ change: (inout SessionConfiguration) -> Void = { _ in }
    ) -> SessionHarness {
        var harness = SessionHarness(change)
        harness.step()
        harness.receive(
            .welcome(
                .with {
                    $0.limits.window = window
                    $0.limits.listItems = listItems
                }))
        return harness
    }

    mutating func step() {
        (sent, events, connects) = ([], [], 0)
        for action in session.step(now: now) {
            switch action {
            case .connect: connects += 1
            case .disconnect: break
            case .send(let data): sent.append(Self.decode(data))
            case .event(let event): events.append(event)
            }
        }
    }

    mutating func advance(_ milliseconds: Int64) {
        now += milliseconds
        step()
    }

    mutating func receive(_ message: WireMessage) {
        hear(message)
        step()
    }

    /// Takes a message in, without a step.
    mutating func hear(_ message: WireMessage) {
        Frame.encode(message).withUnsafeBytes { session.receive(frame: $0, now: now) }
    }

    mutating func submit(_ numbers: some Sequence<UInt64>) {
        for number in numbers { session.enqueue(Parcel(call(number))) }
        step()
    }

    static func decode(_ data: Data) -> WireMessage {
        do {
            return try data.withUnsafeBytes { bytes throws(Refusal) in try Frame.decode(bytes) }
        } catch {
            preconditionFailure("the session sent a frame nobody can read: \(error)")
        }
    }

    /// The low halves of the ids of all submitted calls in the last step, a list for each frame.
    var submitted: [[UInt64]] {
        sent.compactMap { message in
            guard case .submit(let submit) = message else { return nil }
            return submit.items.map { CallID(data: $0.id)?.low ?? 0 }
        }
    }

    var hellos: [WireHello] {
        sent.compactMap { if case .hello(let hello) = $0 { hello } else { nil } }
    }

    var heartbeats: [WireHeartbeat] {
        sent.compactMap { if case .heartbeat(let heartbeat) = $0 { heartbeat } else { nil } }
    }

    /// The low halves of the ids of all receipts in the last step.
    var receipts: [UInt64] {
        events.flatMap { event -> [UInt64] in
            guard case .receipts(let items) = event else { return [] }
            return items.map(\.id.low)
        }
    }

    var claimsLost: [Claim] {
        events.flatMap { event -> [Claim] in
            if case .claimsLost(let claims) = event { claims } else { [] }
        }
    }

    var assigned: [Claim] {
        events.flatMap { event -> [Claim] in
            guard case .assigned(let items) = event else { return [] }
            return items.map(\.claim)
        }
    }

    /// The wait of the disconnect in the last step.
    var retryWait: Int64? {
        for case .disconnected(_, let wait) in events { return wait }
        return nil
    }
}

func call(_ number: UInt64, description: String = "") -> WireSubmitItem {
    .with {
        $0.id = CallID(high: 7, low: number).data
        if !description.isEmpty { $0.texts.description_p = description }
    }
}

func receipt(_ numbers: some Sequence<UInt64>, seq: UInt64? = nil) -> WireMessage {
    .receipt(
        .with {
            if let seq { $0.tag = tag(seq) }
            $0.items = numbers.map { number in
                .with {
                    $0.id = CallID(high: 7, low: number).data
                    $0.filed.caseNumber = "GL-2026-\(number)"
                }
            }
        })
}

func tag(_ seq: UInt64, epoch: UInt32 = 1) -> WireTag {
    .with {
        $0.epoch = epoch
        $0.seq = seq
    }
}

func claim(_ assignment: UInt64, attempt: UInt32 = 1) -> Claim {
    Claim(epoch: 1, assignment: AssignmentNumber(rawValue: assignment), attempt: attempt)
}

func assign(_ claims: Claim...) -> WireMessage {
    .assign(.with { $0.items = claims.map { claim in .with { $0.claim = WireClaim(claim) } } })
}

func outcome(_ claim: Claim) -> Parcel {
    Parcel(
        WireOutcomeItem.with {
            $0.claim = WireClaim(claim)
            $0.result = .completed
        })
}

func outcomeReceipt(_ claim: Claim, refused: RefusalCode? = nil) -> WireMessage {
    .outcomeReceipt(
        .with {
            $0.items = [
                .with {
                    $0.claim = WireClaim(claim)
                    if let refused { $0.refused.code = UInt32(refused.rawValue) }
                }
            ]
        })
}

func brokerError(_ code: RefusalCode) -> WireMessage {
    .error(.with { $0.code = UInt32(code.rawValue) })
}

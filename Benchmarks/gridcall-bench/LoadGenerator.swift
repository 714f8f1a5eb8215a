import Foundation
import GridCodec
import GridModel
import GridSession
import Logging
import Synchronization
import ZeroMQ

/// Keeps a window of calls in flight through one session: each receipt lets a new call go.
final class LoadGenerator: Sendable {
    /// More than any window, so that a place is used again only long after its answer.
    private static let places = 1 << 16

    private struct State {
        var loop: SessionLoop?
        var isConnected = false
        var isEnding = false
        var nextNumber: UInt64 = 0
        var receipted: UInt64 = 0
        var sentAt = [UInt64](repeating: 0, count: LoadGenerator.places)
        var stopwatch = Stopwatch()
        /// The first thing that went wrong.
        var problem: String?
    }

    private let window: Int
    /// How many calls it files in all.
    private let limit: UInt64
    private let call: BenchCall
    private let state = Mutex(State())

    /// A generator of calls of one category, `limit` at most.
    init(window: Int, limit: UInt64 = .max, category: String = "litter") {
        self.window = window
        self.limit = limit
        call = BenchCall(observedAt: Self.wallMilliseconds, category: category)
    }

    /// Connects and fills the window.
    func start(
        endpoint: String, curve: (keys: CurveKeyPair, server: CurvePublicKey)? = nil
    ) throws {
        var generator = SystemRandomNumberGenerator()
        var configuration = SessionConfiguration(
            session: SessionID(high: generator.next(), low: generator.next()), role: .terminal,
            software: "gridcall-bench", name: "load")
        configuration.curve = curve
        try state.withLock { state in
            let loop = try SessionLoop(
                endpoint: endpoint, configuration, logger: Logger(label: "load")
            ) { [self] in handle($0) }
            state.loop = loop
            send(window, &state)
        }
    }

    /// Waits until the broker welcomed the session; `false` if it did not in time.
    func waitUntilConnected(seconds: Double) -> Bool {
        let limit = monotonicNanoseconds() + UInt64(seconds * 1e9)
        while !state.withLock({ $0.isConnected }) {
            guard monotonicNanoseconds() < limit else { return false }
            Thread.sleep(forTimeInterval: 0.005)
        }
        return true
    }

    /// Waits until so many calls have a receipt, or something went wrong.
    func waitUntilReceipted(_ count: UInt64) {
        while !state.withLock({ $0.receipted >= count || $0.problem != nil }) {
            Thread.sleep(forTimeInterval: 0.005)
        }
    }

    /// Counts from now on.
    func begin() { state.withLock { $0.stopwatch.begin(at: monotonicNanoseconds()) } }

    /// What was counted until now.
    func end() -> Measurement {
        state.withLock { $0.stopwatch.end(at: monotonicNanoseconds()) }
    }

    /// Lets what is in flight be answered and ends; says what went wrong, if anything did.
    func stop() -> String? {
        let loop = state.withLock { state in
            state.isEnding = true
            return state.loop
        }
        let isDrained = loop?.waitUntilBelow(1, timeout: .seconds(30)) ?? true
        loop?.stop(goodbye: "done")
        return state.withLock {
            $0.loop = nil
            return $0.problem ?? (isDrained ? nil : "some calls were never answered")
        }
    }

    private func handle(_ event: SessionEvent) {
        state.withLock { state in
            switch event {
            case .receipts(let items): received(items, &state)
            case .connected: state.isConnected = true
            case .disconnected(let cause, _):
                if state.isConnected { note("the connection was lost: \(cause)", &state) }
            case .brokerError(let error): note("the broker says: \(error.reason)", &state)
            case .unreadable(let refusal): note("unreadable: \(refusal.reason)", &state)
            case .assigned, .withdrawn, .outcomeReceipts, .commandReplies, .queryReplies,
                .claimsLost, .tagAdvanced, .postponed, .ordered:
                break
            }
        }
    }

    private func received(_ items: [ReceiptItem], _ state: inout State) {
        let now = monotonicNanoseconds()
        for item in items {
            if let code = item.refusalCode {
                note("a call was refused with code \(code)", &state)
            } else {
                state.receipted += 1
                let place = Int(BenchCall.number(of: item.id) % UInt64(Self.places))
                state.stopwatch.record(sentAt: state.sentAt[place], answeredAt: now)
            }
        }
        if !state.isEnding { send(items.count, &state) }
    }

    private static var wallMilliseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    private func send(_ count: Int, _ state: inout State) {
        let (now, wall) = (monotonicNanoseconds(), Self.wallMilliseconds)
        var parcels: [Parcel] = []
        parcels.reserveCapacity(count)
        for _ in 0..<min(UInt64(count), limit - state.nextNumber) {
            state.nextNumber += 1
            state.sentAt[Int(state.nextNumber % UInt64(Self.places))] = now
            parcels.append(call.parcel(state.nextNumber, sentAt: wall))
        }
        state.loop?.enqueue(parcels)
    }

    private func note(_ problem: String, _ state: inout State) {
        state.problem = state.problem ?? problem
    }
}

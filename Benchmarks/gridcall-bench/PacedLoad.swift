import Foundation
import GridCodec
import GridModel
import GridSession
import Logging
import Synchronization

/// A terminal that submits so many calls a second, whatever the answers take.
///
/// Since it waits for no answer, a slow broker shows as latency and not as fewer calls. Only where
/// it is 4,096 calls behind, what a broker grants a session, it skips some.
final class PacedLoad: Sendable {
    /// Calls that one session may have without an answer.
    private static let window = 4_096
    /// More than the window, so that a place is used again only long after its answer.
    private static let places = 1 << 13
    private static let millisecondsPerTurn = 10.0

    private struct State {
        var loop: SessionLoop?
        var nextNumber: UInt64 = 0
        var sentAt = [UInt64](repeating: 0, count: PacedLoad.places)
        var receipts = Latencies()
        var skipped: UInt64 = 0
        var refused: UInt64 = 0
        var isEnding = false
    }

    private let rate: Double
    private let calls: [BenchCall]
    private let state = Mutex(State())

    /// A load that takes the categories in turn.
    init(rate: Double, categories: [String]) {
        self.rate = rate
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        calls = categories.map { BenchCall(observedAt: now, category: $0) }
    }

    /// Connects, and submits from now on on a thread of its own.
    func start(endpoint: String) throws {
        var generator = SystemRandomNumberGenerator()
        let configuration = SessionConfiguration(
            session: SessionID(high: generator.next(), low: generator.next()), role: .terminal,
            software: "gridcall-bench", name: "pace")
        try state.withLock { state in
            // Numbers begin anywhere, so that no two terminals ever make the same id.
            state.nextNumber = generator.next() >> 2
            state.loop = try SessionLoop(
                endpoint: endpoint, configuration, logger: Logger(label: "pace")
            ) { [self] event in
                if case .receipts(let items) = event { received(items) }
            }
        }
        Thread { [self] in run() }.start()
    }

    /// When the call with this id was sent, monotonic nanoseconds.
    func sentAt(_ id: CallID) -> UInt64 {
        state.withLock { $0.sentAt[Self.place(of: BenchCall.number(of: id))] }
    }

    /// What was measured since this was last asked.
    func takeReceipts() -> Latencies {
        state.withLock { state in
            defer { state.receipts = Latencies() }
            return state.receipts
        }
    }

    /// Calls that were not sent since too many waited for an answer, and calls that were refused.
    var failures: (skipped: UInt64, refused: UInt64) {
        state.withLock { ($0.skipped, $0.refused) }
    }

    /// Submits no more, waits for the answers and leaves; `false` if some never came.
    func stop(seconds: Int = 30) -> Bool {
        let loop = state.withLock { state in
            state.isEnding = true
            return state.loop
        }
        let isAnswered = loop?.waitUntilBelow(1, timeout: .seconds(seconds)) ?? true
        loop?.stop(goodbye: "done")
        return isAnswered
    }

    private func run() {
        let began = monotonicNanoseconds()
        var due = 0.0
        while !state.withLock({ $0.isEnding }) {
            Thread.sleep(forTimeInterval: Self.millisecondsPerTurn / 1_000)
            let wanted = Double(monotonicNanoseconds() - began) / 1e9 * rate
            send(Int(wanted) - Int(due))
            due = wanted
        }
    }

    private func send(_ count: Int) {
        let (now, wall) = (monotonicNanoseconds(), Int64(Date().timeIntervalSince1970 * 1_000))
        state.withLock { state in
            guard let loop = state.loop, !state.isEnding else { return }
            let room = max(0, min(count, Self.window - loop.unconfirmedCount))
            state.skipped += UInt64(count - room)
            let parcels = (0..<room).map { _ in
                state.nextNumber += 1
                state.sentAt[Self.place(of: state.nextNumber)] = now
                let call = calls[Int(state.nextNumber % UInt64(calls.count))]
                return call.parcel(state.nextNumber, sentAt: wall)
            }
            loop.enqueue(parcels)
        }
    }

    private func received(_ items: [ReceiptItem]) {
        let now = monotonicNanoseconds()
        state.withLock { state in
            for item in items {
                guard item.refusalCode == nil else {
                    state.refused += 1
                    continue
                }
                let sent = state.sentAt[Self.place(of: BenchCall.number(of: item.id))]
                state.receipts.record(from: sent, to: now)
            }
        }
    }

    private static func place(of number: UInt64) -> Int { Int(number % UInt64(places)) }
}

import Foundation
import GridCodec
import GridModel
import GridSession
import Logging
import Synchronization
import ZeroMQ

/// Files calls at the moments of a schedule and measures from those moments to the receipts.
final class OpenLoopGenerator: Sendable {
    private struct State {
        var loop: SessionLoop?
        var receipted: UInt64 = 0
        var stopwatch = Stopwatch()
        /// The first thing that went wrong.
        var problem: String?
    }

    private let schedule: Schedule
    private let countedFrom: UInt64
    private let call = BenchCall(observedAt: Int64(Date().timeIntervalSince1970 * 1_000))
    private let state = Mutex(State())

    /// A generator that measures calls due at `countedFrom` or later.
    init(_ schedule: Schedule, countedFrom: UInt64) {
        self.schedule = schedule
        self.countedFrom = countedFrom
    }

    /// Connects in the background.
    func start(
        endpoint: String, curve: (keys: CurveKeyPair, server: CurvePublicKey)?
    ) throws {
        var generator = SystemRandomNumberGenerator()
        var configuration = SessionConfiguration(
            session: SessionID(high: generator.next(), low: generator.next()), role: .terminal,
            software: "gridcall-bench", name: "open-loop")
        configuration.curve = curve
        try state.withLock { state in
            state.stopwatch.begin(at: countedFrom)
            state.loop = try SessionLoop(
                endpoint: endpoint, configuration, logger: Logger(label: "open-loop")
            ) { [self] in handle($0) }
        }
    }

    /// Files so many calls, each when it is due, and waits for their receipts.
    func file(_ calls: UInt64) throws -> Measurement {
        var filed: UInt64 = 0
        while filed < calls {
            let now = monotonicNanoseconds()
            let due = min(schedule.dueCount(at: now), calls)
            guard due > filed else {
                let next = max(schedule.due(filed + 1), now)
                Thread.sleep(forTimeInterval: Double(next - now) / 1e9)
                continue
            }
            let wall = Int64(Date().timeIntervalSince1970 * 1_000)
            let parcels = (filed + 1...due).map { call.parcel($0, sentAt: wall) }
            state.withLock { $0.loop }?.enqueue(parcels)
            filed = due
        }
        let loop = state.withLock { $0.loop }
        let isDrained = loop?.waitUntilBelow(1, timeout: .seconds(60)) ?? false
        loop?.stop(goodbye: "done")
        return try state.withLock { state in
            if let problem = state.problem { throw BenchFailure.processFailed(problem) }
            guard isDrained, state.receipted == calls else { throw BenchFailure.brokerSilent }
            return state.stopwatch.end(at: max(countedFrom, monotonicNanoseconds()))
        }
    }

    private func handle(_ event: SessionEvent) {
        state.withLock { state in
            switch event {
            case .receipts(let items): received(items, &state)
            case .brokerError(let error): note("the broker says: \(error.reason)", &state)
            default: break
            }
        }
    }

    private func received(_ items: [ReceiptItem], _ state: inout State) {
        let now = monotonicNanoseconds()
        for item in items {
            if let code = item.refusalCode {
                note("a call was refused with code \(code)", &state)
                continue
            }
            state.receipted += 1
            let due = schedule.due(BenchCall.number(of: item.id))
            if due >= countedFrom { state.stopwatch.record(sentAt: due, answeredAt: now) }
        }
    }

    private func note(_ problem: String, _ state: inout State) {
        state.problem = state.problem ?? problem
    }
}

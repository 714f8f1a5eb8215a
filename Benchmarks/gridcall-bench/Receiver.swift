import Foundation
import GridCodec
import GridModel
import GridSession
import Logging
import Synchronization
import ZeroMQ

/// What a receiver was handed, as its last line on standard output.
struct Deliveries: Codable {
    /// Calls that were handed out, each counted once.
    var distinct: UInt64
    /// Times a call came that had come before.
    var repeated: UInt64
    /// When the first one came, in monotonic nanoseconds; 0 if none did.
    var firstAt: UInt64
    /// From the moment a call was due until it came.
    var latency: Measurement
}

/// A worker that completes every call in the moment it comes, and remembers which did.
final class Receiver: Sendable {
    private struct State {
        var loop: SessionLoop?
        /// By the calls' numbers, which count from 1.
        var hasCome: [Bool]
        var distinct: UInt64 = 0
        var repeated: UInt64 = 0
        var firstAt: UInt64 = 0
        var lastAt = monotonicNanoseconds()
        var stopwatch = Stopwatch()
        /// The first thing that went wrong.
        var problem: String?
    }

    private let calls: UInt64
    /// In an open loop, when each call was due; calls due before `countedFrom` are not measured.
    private let schedule: Schedule?
    private let countedFrom: UInt64
    private let state: Mutex<State>

    /// A receiver of calls with the numbers 1 to `calls`.
    init(calls: UInt64, schedule: Schedule?, countedFrom: UInt64) {
        self.calls = calls
        self.schedule = schedule
        self.countedFrom = countedFrom
        state = Mutex(State(hasCome: [Bool](repeating: false, count: Int(calls) + 1)))
    }

    /// Connects in the background, as often as it needs.
    func start(
        endpoint: String, department: String, credit: UInt32,
        curve: (keys: CurveKeyPair, server: CurvePublicKey)?
    ) throws {
        var generator = SystemRandomNumberGenerator()
        var configuration = SessionConfiguration(
            session: SessionID(high: generator.next(), low: generator.next()), role: .worker,
            software: "gridcall-bench", name: "receive")
        configuration.department = department
        configuration.credit = credit
        configuration.curve = curve
        try state.withLock { state in
            state.stopwatch.begin(at: countedFrom)
            state.loop = try SessionLoop(
                endpoint: endpoint, configuration,
                logger: Logger(label: "receive") { _ in SwiftLogNoOpLogHandler() }
            ) { [self] in handle($0) }
        }
    }

    /// Waits until all calls have come and are completed, or none came for so many seconds.
    func finish(patience: Double) throws -> Deliveries {
        while !state.withLock({ isOver($0, patience: patience) }) {
            Thread.sleep(forTimeInterval: 0.01)
        }
        let loop = state.withLock { $0.loop }
        loop?.waitUntilBelow(1, timeout: .seconds(60))
        loop?.stop(goodbye: "done")
        return try state.withLock { state in
            if let problem = state.problem { throw BenchFailure.processFailed(problem) }
            return Deliveries(
                distinct: state.distinct, repeated: state.repeated, firstAt: state.firstAt,
                latency: state.stopwatch.end(at: max(countedFrom, monotonicNanoseconds())))
        }
    }

    private func isOver(_ state: State, patience: Double) -> Bool {
        let silence = Double(monotonicNanoseconds() - state.lastAt) / 1e9
        return state.distinct == calls || state.problem != nil || silence > patience
    }

    private func handle(_ event: SessionEvent) {
        state.withLock { state in
            switch event {
            case .assigned(let items): assigned(items, &state)
            case .outcomeReceipts(let items):
                if let refused = items.lazy.compactMap(\.refused).first {
                    note("an outcome was refused: \(refused.reason)", &state)
                }
            case .brokerError(let error): note("the broker says: \(error.reason)", &state)
            default: break
            }
        }
    }

    private func assigned(_ items: [AssignItem], _ state: inout State) {
        let now = monotonicNanoseconds()
        if state.firstAt == 0 { state.firstAt = now }
        state.lastAt = now
        for item in items { arrived(item, now, &state) }
        state.loop?.outcome(
            items.map { item in
                var outcome = WireOutcomeItem()
                outcome.claim = WireClaim(item.claim)
                outcome.result = .completed
                return outcome
            })
    }

    private func arrived(_ item: AssignItem, _ now: UInt64, _ state: inout State) {
        guard let data = item.message?.call, let id = CallID(data: data) else {
            return note("an assignment without its call", &state)
        }
        let number = BenchCall.number(of: id)
        guard (1...calls).contains(number) else {
            return note("a call came that nobody filed", &state)
        }
        guard !state.hasCome[Int(number)] else {
            state.repeated += 1
            return
        }
        state.hasCome[Int(number)] = true
        state.distinct += 1
        if let due = schedule?.due(number), due >= countedFrom {
            state.stopwatch.record(sentAt: due, answeredAt: now)
        }
    }

    private func note(_ problem: String, _ state: inout State) {
        state.problem = state.problem ?? problem
    }
}

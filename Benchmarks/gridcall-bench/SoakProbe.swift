import Foundation
import GridCodec
import GridModel
import GridSession
import Logging
import SwiftProtobuf
import Synchronization

/// A terminal and a worker in one process: what the terminal submits comes back to the worker.
///
/// One clock sees both, so that it measures how long an assignment takes from the reporter's
/// terminal to the department: the call's fsync, the decision and both ways.
final class SoakProbe: Sendable {
    /// The department and the category of the catalogue that are measured alone.
    static let department = "probe"

    private struct State {
        var worker: SessionLoop?
        var dispatches = Latencies()
    }

    private let load: PacedLoad
    private let state = Mutex(State())

    /// A probe that submits so many calls a second.
    init(rate: Double) { load = PacedLoad(rate: rate, categories: [Self.department]) }

    func start(endpoint: String) throws {
        var generator = SystemRandomNumberGenerator()
        var configuration = SessionConfiguration(
            session: SessionID(high: generator.next(), low: generator.next()), role: .worker,
            software: "gridcall-bench", name: "probe")
        configuration.department = Self.department
        configuration.credit = 1_024
        try state.withLock { state in
            state.worker = try SessionLoop(
                endpoint: endpoint, configuration, logger: Logger(label: "probe")
            ) { [self] event in
                if case .assigned(let items) = event { assigned(items) }
            }
        }
        try load.start(endpoint: endpoint)
    }

    /// What was measured since this was last asked: from a call to its receipt, and from a call
    /// to its assignment.
    func take() -> (receipts: Latencies, dispatches: Latencies) {
        let dispatches = state.withLock { state in
            defer { state.dispatches = Latencies() }
            return state.dispatches
        }
        return (load.takeReceipts(), dispatches)
    }

    /// Calls of the probe that were skipped or refused.
    var failures: (skipped: UInt64, refused: UInt64) { load.failures }

    /// Submits no more; the worker goes on until `stop`.
    func stopLoad() -> Bool { load.stop() }

    func stop() { state.withLock { $0.worker }?.stop(goodbye: "done") }

    private func assigned(_ items: [AssignItem]) {
        let now = monotonicNanoseconds()
        let calls = items.map { $0.message.flatMap { CallID(data: $0.call) } }
        state.withLock { state in
            for case .some(let call) in calls {
                state.dispatches.record(from: load.sentAt(call), to: now)
            }
            state.worker?.outcome(
                items.map { item in
                    .with {
                        $0.claim = WireClaim(item.claim)
                        $0.result = .completed
                    }
                })
        }
    }
}

import Foundation
import GridCodec
import GridModel
import GridSession
import Logging

/// A worker that waits for its first assignment and does nothing else.
final class DispatchWatch: @unchecked Sendable {
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var assignedAt: UInt64?
    private var loop: SessionLoop?

    /// Connects in the background, as often as it needs.
    init(endpoint: String, department: String) throws {
        var generator = SystemRandomNumberGenerator()
        var configuration = SessionConfiguration(
            session: SessionID(high: generator.next(), low: generator.next()), role: .worker,
            software: "gridcall-bench", name: "watch")
        configuration.department = department
        configuration.credit = 1
        // A long wait between two attempts would count as the broker's.
        configuration.times.reconnectMaximumMilliseconds = 100
        loop = try SessionLoop(
            endpoint: endpoint, configuration,
            logger: Logger(label: "watch") { _ in SwiftLogNoOpLogHandler() }
        ) { [weak self] event in
            if case .assigned = event { self?.assigned() }
        }
    }

    /// When the assignment came, in monotonic nanoseconds. Throws after so many seconds.
    func wait(seconds: Double) throws -> UInt64 {
        let limit = Date(timeIntervalSinceNow: seconds)
        return try condition.withLock {
            while true {
                if let assignedAt { return assignedAt }
                guard condition.wait(until: limit) else { throw BenchFailure.brokerSilent }
            }
        }
    }

    func close() { loop?.stop() }

    private func assigned() {
        condition.withLock {
            assignedAt = assignedAt ?? monotonicNanoseconds()
            condition.broadcast()
        }
    }
}

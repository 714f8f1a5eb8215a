import Foundation
import GridCodec
import GridModel
import GridSession
import Logging

/// Asks a broker for its statistics, as `gridcall stats` does.
final class StatisticsProbe: @unchecked Sendable {
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var replies: [UInt64: WireStatsView] = [:]
    private var nextCorrelation: UInt64 = 0
    private var loop: SessionLoop?

    /// Connects in the background.
    init(endpoint: String) throws {
        var generator = SystemRandomNumberGenerator()
        let configuration = SessionConfiguration(
            session: SessionID(high: generator.next(), low: generator.next()), role: .operator,
            software: "gridcall-bench", name: "probe")
        loop = try SessionLoop(
            endpoint: endpoint, configuration,
            logger: Logger(label: "probe") { _ in SwiftLogNoOpLogHandler() }
        ) { [weak self] event in
            if case .queryReplies(let items) = event { self?.answered(items) }
        }
    }

    /// The broker's statistics now. Throws if it does not answer in time.
    func statistics() throws -> WireStatsView {
        let correlation = condition.withLock {
            nextCorrelation += 1
            return nextCorrelation
        }
        var query = WireQueryItem()
        query.correlation = correlation
        query.stats = WireStatsQuery()
        loop?.query([query])
        let limit = Date(timeIntervalSinceNow: 10)
        return try condition.withLock {
            while true {
                if let reply = replies.removeValue(forKey: correlation) { return reply }
                guard condition.wait(until: limit) else { throw BenchFailure.brokerSilent }
            }
        }
    }

    /// Waits until `condition` holds, asking again and again. Throws after so many seconds.
    func wait(seconds: Double = 30, until condition: (WireStatsView) -> Bool) throws {
        let limit = Date(timeIntervalSinceNow: seconds)
        while !condition(try statistics()) {
            guard Date() < limit else { throw BenchFailure.brokerSilent }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    func close() { loop?.stop(goodbye: "done") }

    private func answered(_ items: [WireQueryReplyItem]) {
        condition.withLock {
            for item in items {
                if case .stats(let stats) = item.reply { replies[item.correlation] = stats }
            }
            condition.broadcast()
        }
    }
}

/// Why a benchmark gave up.
enum BenchFailure: Error, CustomStringConvertible {
    case brokerSilent
    case processFailed(String)

    var description: String {
        switch self {
        case .brokerSilent: "the broker did not answer in time"
        case .processFailed(let name): "\(name) failed; its own message is above"
        }
    }
}

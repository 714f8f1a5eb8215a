import Logging
import Testing

@testable import BrokerServer

/// When a snapshot is made.
@Suite("SnapshotKeeper")
struct SnapshotKeeperTests {
    @Test(
        "At so many facts, and after so long a time, which four times as many do not wait for",
        arguments: [
            (facts: 99, at: 10_000, isDue: false), (facts: 100, at: 999, isDue: false),
            (facts: 100, at: 1_000, isDue: true), (facts: 399, at: 999, isDue: false),
            (facts: 400, at: 1, isDue: true),
        ])
    func due(facts: Int, at: Int64, isDue: Bool) {
        // The last one was made at 0.
        let keeper = SnapshotKeeper(
            dataDirectory: "/nowhere", facts: 100, milliseconds: 1_000, now: 1_000, factsSince: 0,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        keeper.note(facts: facts)
        #expect(keeper.isDue(now: at) == isDue)
    }
}

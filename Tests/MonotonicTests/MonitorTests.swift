import Foundation
import Monotonic
import Testing

@Suite("Monitor")
struct MonitorTests {
    private enum Side: Int, CaseIterable { case left, right }

    @Test("A deadline that has passed ends a wait, and one that lies ahead has not passed")
    func deadlines() {
        let monitor = Monitor<Change>()
        let past = monitor.locked {
            monitor.wait(.change, until: MonotonicTime(nanoseconds: 1))
        }
        #expect(!past)
        #expect(MonotonicTime.now(plusMilliseconds: 1_000) > .now)
        #expect(MonotonicTime.now(plusMilliseconds: -1) <= .now)
        #expect(MonotonicTime.now(plusMilliseconds: .max) > .now(plusMilliseconds: 1_000))
    }

    @Test("Who waits is woken by its own condition, with the mutex held again")
    func woken() {
        let monitor = Monitor<Side>()
        nonisolated(unsafe) var values: [String] = []
        let ended = DispatchSemaphore(value: 0)
        let thread = Thread {
            monitor.locked {
                values.append("waits")
                monitor.wake(.left)
                while values.count < 2 { monitor.wait(.right) }
                values.append("woken")
            }
            ended.signal()
        }
        monitor.locked {
            thread.start()
            while values.isEmpty { monitor.wait(.left) }
            values.append("says")
            monitor.wake(.right)
        }
        ended.wait()
        #expect(values == ["waits", "says", "woken"])
    }

    @Test("What the body throws leaves the mutex free")
    func thrown() {
        struct Failure: Error {}
        let monitor = Monitor<Change>()
        #expect(throws: Failure.self) { try monitor.locked { throw Failure() } }
        #expect(monitor.locked { true })
    }
}

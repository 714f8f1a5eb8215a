import Foundation

extension WorkerMachine.Settings {
    /// For commands: one per core; a draining worker waits for the longest that may run.
    package static func exec(timeLimitSeconds: Int) -> Self {
        Self(
            capacity: ProcessInfo.processInfo.activeProcessorCount,
            graceMilliseconds: Int64(timeLimitSeconds) * 1_000)
    }

    /// For webhooks: the work is done elsewhere; otherwise like commands.
    package static func webhook(timeLimitSeconds: Int) -> Self {
        Self(capacity: 16, graceMilliseconds: Int64(timeLimitSeconds) * 1_000)
    }

    /// For simulation: nothing runs, so many may be in hand; the longest takes 1.5 × the duration.
    package static func simulate(durationMilliseconds: Int64) -> Self {
        Self(capacity: 64, graceMilliseconds: durationMilliseconds * 3 / 2)
    }
}

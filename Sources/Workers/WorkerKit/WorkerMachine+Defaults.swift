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

    /// For an inbox: a delivery takes a message and an fsync, so that 256 under way at once empty
    /// any queue in a moment, while a worker that dies holds up no more than that for a lease.
    /// Where a command notifies people, as many run at once as there are cores.
    package static func inbox(notifies: Bool, timeLimitSeconds: Int) -> Self {
        var settings = Self(
            capacity: 256, accepts: false,
            graceMilliseconds: notifies ? Int64(timeLimitSeconds) * 1_000 : 0)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        settings.inbox = Inbox(notificationsAtOnce: notifies ? cores : 0)
        return settings
    }

    /// For simulation: nothing runs, so many may be in hand; the longest takes 1.5 × the duration.
    package static func simulate(durationMilliseconds: Int64) -> Self {
        Self(capacity: 64, graceMilliseconds: durationMilliseconds * 3 / 2)
    }
}

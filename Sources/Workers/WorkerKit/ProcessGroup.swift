import Glibc

/// A handler's process and everything it started, as long as that did not leave the group.
struct ProcessGroup: Sendable {
    /// How often the system is asked whether the group is empty: it tells nobody by itself.
    private static let interval = Duration.milliseconds(20)

    /// The id of the group, which is its first process's.
    let id: pid_t

    /// Ends what is left of the group: TERM, and KILL for what is still there after `grace`.
    ///
    /// Returns when the group is empty, or when KILL has not ended it within `grace` either: a
    /// process may be stuck in the kernel, or have ended without a parent that takes notice.
    /// Called when the group's first process has ended. The system gives its number to no new
    /// process while the group has members (POSIX, "process group lifetime"), and an empty group
    /// takes no signals.
    func end(grace: Duration) async {
        for signal in [SIGTERM, SIGKILL] {
            guard send(signal) else { return }
            if await isEmpty(within: grace) { return }
        }
    }

    private func isEmpty(within grace: Duration) async -> Bool {
        let deadline = ContinuousClock.now + grace
        while ContinuousClock.now < deadline {
            try? await Task.sleep(for: Self.interval)
            if !send(0) { return true }
        }
        return false
    }

    /// Whether the group had a member to take the signal.
    private func send(_ signal: Int32) -> Bool { kill(-id, signal) == 0 }
}

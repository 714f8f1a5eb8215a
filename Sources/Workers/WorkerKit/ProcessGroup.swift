import Foundation

/// A handler's process and everything it started, as long as that did not leave the group.
struct ProcessGroup: Sendable {
    /// How often the system is asked whether the group is empty: it tells nobody by itself.
    private static let interval = Duration.milliseconds(20)

    /// The id of the group, which is its first process's.
    let id: pid_t

    /// Ends what is left of the group: TERM, and KILL for what is still there after `grace`.
    ///
    /// Called when the group's first process has ended. The system gives its number to no new
    /// process while the group has members (POSIX, "process group lifetime"), and an empty group
    /// takes no signals. Returns when nothing of it runs, or when KILL has not ended it within
    /// `grace` either: a process may be stuck in the kernel.
    func end(grace: Duration) async {
        for signal in [SIGTERM, SIGKILL] {
            guard kill(-id, signal) == 0 else { return }
            if await isOver(within: grace) { return }
        }
    }

    private func isOver(within grace: Duration) async -> Bool {
        let deadline = ContinuousClock.now + grace
        while isRunning {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: Self.interval)
        }
        return true
    }

    /// Whether a member runs.
    ///
    /// One that has ended still counts as a member until its parent takes notice, and the first
    /// process of a container often never does: so the states of the members decide.
    private var isRunning: Bool {
        guard kill(-id, 0) == 0 else { return false }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else {
            return true
        }
        return names.contains { name in
            guard let first = name.utf8.first, (48...57).contains(first) else { return false }
            let bytes = FileManager.default.contents(atPath: "/proc/\(name)/stat")
            return bytes.map { isRunningMember(String(decoding: $0, as: UTF8.self)) } ?? false
        }
    }

    /// Whether the text of a `/proc/PID/stat` is a running member's: its name in parentheses is
    /// followed by state, parent and group (proc(5)).
    private func isRunningMember(_ stat: String) -> Bool {
        guard let name = stat.lastIndex(of: ")") else { return false }
        let fields = stat[stat.index(after: name)...].split(separator: " ", maxSplits: 3)
        guard fields.count > 2, fields[2] == "\(id)" else { return false }
        return fields[0] != "Z" && fields[0] != "X"
    }
}

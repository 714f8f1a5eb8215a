import Glibc
import Synchronization

/// Room for the pipes of commands that are being started.
///
/// swift-subprocess ends the process where it has made one pipe and cannot make the next: whoever
/// starts a command asks first. Room that was asked for and is not in use yet is counted for its
/// owner; what else opens files meanwhile is not many, and has the difference. A system without
/// room for any process's files is not seen.
///
/// Who finds no room waits while others are there that will give some back, first come, first
/// served.
final class DescriptorRoom: Sendable {
    /// That of this process.
    static let process = DescriptorRoom { count in
        // Counted, not tried: whoever tried would take what another is about to open.
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return false
        }
        var missing = count
        for descriptor in 0..<Int32(clamping: limit.rlim_cur) where fcntl(descriptor, F_GETFD) < 0 {
            missing -= 1
            if missing == 0 { return true }
        }
        return false
    }

    /// Three pipes, the one that tells of a failed start, the process's own, and as many again.
    static let each = 20
    /// How many are started at a time; more would not be faster.
    static let atOnce = 8

    private struct Waiter {
        let id: UInt64
        let continuation: CheckedContinuation<Share?, Never>
    }

    private struct State {
        var starting = 0
        var running = 0
        var waiting: [Waiter] = []
        var lastID: UInt64 = 0
    }

    private let hasRoom: @Sendable (_ descriptors: Int) -> Bool
    private let state = Mutex(State())

    /// A room of which `hasRoom` says whether so many descriptors more could be opened.
    init(hasRoom: @escaping @Sendable (_ descriptors: Int) -> Bool) { self.hasRoom = hasRoom }

    /// Room for one command; `end` it after the command.
    ///
    /// `nil` if there is none and nobody has any to give back, or if the task is cancelled.
    func take() async -> Share? {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    // Whoever cancels later finds it among those that wait.
                    guard !Task.isCancelled else { return false }
                    state.waiting.append(Waiter(id: id, continuation: continuation))
                    return true
                }
                if isWaiting { serve() } else { continuation.resume(returning: nil) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }

    /// How many wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Gives those that wait what there is.
    private func serve() {
        while let (waiter, hasShare) = state.withLock({ next(&$0) }) {
            waiter.continuation.resume(returning: hasShare ? Share(of: self) : nil)
        }
    }

    /// The first that need not wait any longer, and whether it has its room.
    private func next(_ state: inout State) -> (Waiter, hasShare: Bool)? {
        guard !state.waiting.isEmpty, state.starting < Self.atOnce else { return nil }
        let hasShare = hasRoom((state.starting + 1) * Self.each)
        guard hasShare || state.starting + state.running == 0 else { return nil }
        if hasShare { state.starting += 1 }
        return (state.waiting.removeFirst(), hasShare)
    }

    /// What one command has.
    final class Share: Sendable {
        private enum Phase { case starting, running, ended }

        private let room: DescriptorRoom
        private let phase = Mutex(Phase.starting)

        fileprivate init(of room: DescriptorRoom) { self.room = room }

        /// The command runs: what it needs, it has opened.
        func started() { move(to: .running) }

        /// The command has ended, or could not be started.
        func end() { move(to: .ended) }

        private func move(to next: Phase) {
            let last = phase.withLock { phase in
                defer { if phase != .ended { phase = next } }
                return phase
            }
            guard last != .ended else { return }
            room.state.withLock { state in
                if last == .starting { state.starting -= 1 }
                if last == .running { state.running -= 1 }
                if next == .running { state.running += 1 }
            }
            room.serve()
        }
    }
}

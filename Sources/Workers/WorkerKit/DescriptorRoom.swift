import Glibc
import Synchronization

/// Room for the pipes of commands that are being started.
///
/// swift-subprocess ends the process where it has made one pipe and cannot make the next: whoever
/// starts a command asks first. Room that was asked for and is not in use yet is counted for its
/// owner; what else opens files meanwhile is not many, and has the difference. A system without
/// room for any process's files is not seen.
final class DescriptorRoom: Sendable {
    /// That of this process.
    static let process = DescriptorRoom { count in
        // Counted, not tried: whoever tried would take what another is about to open.
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return false
        }
        let end = Int32(clamping: limit.rlim_cur)
        return (0..<end).lazy.filter { fcntl($0, F_GETFD) < 0 }.prefix(count).count == count
    }

    /// Three pipes, the one that tells of a failed start, the process's own, and as many again.
    static let each = 20

    private let hasRoom: @Sendable (_ descriptors: Int) -> Bool
    private let starting = Mutex(0)

    /// A room of which `hasRoom` says whether so many descriptors more could be opened.
    init(hasRoom: @escaping @Sendable (_ descriptors: Int) -> Bool) { self.hasRoom = hasRoom }

    /// Room for one command, or `nil` if there is none; give it back when the command runs.
    func take() -> Share? {
        let isTaken = starting.withLock { starting in
            guard hasRoom((starting + 1) * Self.each) else { return false }
            starting += 1
            return true
        }
        return isTaken ? Share(of: self) : nil
    }

    /// What one command has until it runs.
    final class Share: Sendable {
        private let room: DescriptorRoom
        private let isHeld = Mutex(true)

        fileprivate init(of room: DescriptorRoom) { self.room = room }

        /// Does nothing the second time.
        func giveBack() {
            let wasHeld = isHeld.withLock { isHeld in
                defer { isHeld = false }
                return isHeld
            }
            if wasHeld { room.starting.withLock { $0 -= 1 } }
        }
    }
}

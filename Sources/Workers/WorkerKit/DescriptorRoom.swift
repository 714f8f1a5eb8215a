import Glibc
import Synchronization

/// Room for the pipes of commands that are being started.
///
/// swift-subprocess ends the process where it has made one pipe and cannot make the next: whoever
/// starts a command asks first. Room that was asked for and is not in use yet is kept for its
/// owner; what else opens files meanwhile is not many, and has the difference.
final class DescriptorRoom: Sendable {
    /// That of this process.
    static let process = DescriptorRoom { count in
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        while opened.count < count {
            let descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else { return false }
            opened.append(descriptor)
        }
        return true
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

import Glibc

/// The place of an ipc endpoint in the file system, held for as long as the broker listens there.
///
/// libzmq removes whatever lies at the path before it binds, so that a second broker, or anybody
/// who may write to the directory, could take the endpoint over without a word. Hence nobody else
/// may write to the directory, and a lock beside the socket tells other brokers that it is taken.
final class IPCEndpoint {
    private static let scheme = "ipc://"

    private let lock: Int32

    /// Takes the place of an endpoint; `nil` for one of another transport.
    ///
    /// Throws `BrokerError.endpointUnsafe` for a place that others could take, and `cannotBind` for
    /// one that another broker has.
    init?(_ endpoint: String) throws(BrokerError) {
        guard endpoint.hasPrefix(Self.scheme) else { return nil }
        let path = String(endpoint.dropFirst(Self.scheme.utf8.count))
        if let reason = Self.objection(to: path) {
            throw .endpointUnsafe(endpoint: endpoint, reason: reason)
        }
        let lockPath = path + ".lock"
        lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else {
            throw .cannotBind(
                endpoint: endpoint, reason: "\(lockPath): \(String(cString: strerror(errno)))")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw .cannotBind(
                endpoint: endpoint, reason: "another broker listens there (\(lockPath))")
        }
    }

    deinit { close(lock) }

    /// Why a socket at `path` would not be safe from other users; `nil` if it is.
    private static func objection(to path: String) -> String? {
        guard !path.hasPrefix("@"), path != "*" else {
            return "everybody on this machine may take such a name; give a path"
        }
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        var status = stat()
        guard stat(directory, &status) == 0 else {
            return "\(directory): \(String(cString: strerror(errno)))"
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            return "the directory \(directory) belongs to another user"
        }
        guard status.st_mode & 0o022 == 0 else {
            return "others can write to \(directory) and take the endpoint over: choose another "
                + "directory, or chmod go-w \(directory)"
        }
        guard lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFSOCK, status.st_uid == geteuid() else {
            return "\(path) is not a socket of this user, and would be removed"
        }
        return nil
    }
}

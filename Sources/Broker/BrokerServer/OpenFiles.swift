import Glibc

/// How many files the process may have open; each connection is one.
///
/// At the limit libzmq cannot accept a connection that waits, and tries again and again without a
/// pause: so there are never more sessions than there is room for.
enum OpenFiles {
    /// Kept for the broker's own files, and for connections that have no session yet.
    static let reserved = 256

    /// Raises the limit as far as the system lets every process do (getrlimit(2)); returns it, or
    /// `nil` if the system does not tell.
    static func raiseLimit() -> Int? {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return nil }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        return Int(clamping: setrlimit(resource, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur)
    }

    /// The sessions that fit, at least one.
    static func sessions(_ wanted: Int, openFiles: Int) -> Int {
        min(wanted, max(1, openFiles - reserved))
    }
}

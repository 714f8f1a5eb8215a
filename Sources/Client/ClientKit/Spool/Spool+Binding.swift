import GridModel

/// Whose calls the spool holds: those of one street, known from the first Welcome on.
extension Spool {
    /// What a Welcome means for the calls in the spool.
    package enum Belonging: Equatable {
        /// The broker is that of the spool's street, or the first one seen.
        case ours
        /// The pending calls are meant for another street.
        case other(street: String)
    }

    /// Whether pending calls may go to the broker of `street`; binds the spool to it, durably, if
    /// it is bound to none or holds nothing for the other.
    package func bind(to street: String) throws(SpoolFailure) -> Belonging {
        let path = "\(directory)/street"
        let bytes = try files.contents(of: path)
        let bound = bytes.map { String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self) }
        if bound == street { return .ours }
        if let bound, DeclaredID.isValid(bound), try !isEmpty { return .other(street: bound) }
        // Without a spool there is nothing to bind: the next call to be stored asks again.
        try prepare()
        let lock = try writeLock()
        defer { withExtendedLifetime(lock) {} }
        try replace(path, in: directory, with: Array("\(street)\n".utf8))
        return .ours
    }

    /// Whether no call waits and none was refused.
    private var isEmpty: Bool {
        get throws(SpoolFailure) {
            guard try pendingNames().isEmpty else { return false }
            return try names(in: "\(directory)/rejected").isEmpty
        }
    }
}

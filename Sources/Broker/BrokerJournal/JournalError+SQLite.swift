import GRDB

extension DatabaseError {
    /// Whether it speaks of the machine and not of what is in the file: another try, with room on
    /// the disk, memory or descriptors again, may well succeed.
    ///
    /// A journal is refused for good only for what it holds. One that could not be read just now
    /// must not be taken for a damaged one, which nobody starts again until a person has looked.
    var isOfTheMachine: Bool {
        switch resultCode.primaryResultCode {
        case .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_NOMEM, .SQLITE_BUSY,
            .SQLITE_LOCKED, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_PROTOCOL, .SQLITE_INTERRUPT:
            true
        default: false
        }
    }
}

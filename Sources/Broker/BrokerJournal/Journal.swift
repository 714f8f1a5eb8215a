/// Where facts become durable, in the order in which they happened.
///
/// The broker confirms nothing before `append` has returned. Today SQLite; the engine and the
/// loop know only this.
package protocol Journal: AnyObject, Sendable {
    /// How far the journal is durable.
    var position: Position { get }

    /// Makes `batch` durable and returns the position after it.
    ///
    /// Blocks for one fsync. After an error nothing more is accepted: what a failed fsync left
    /// behind cannot be known.
    func append(_ batch: Batch) throws -> Position

    /// Gives every batch after number `seq`, in order, chain verified.
    func replay(after seq: UInt64, _ body: (Batch) throws -> Void) throws
}

/// Why a journal cannot be opened, read or written.
package enum JournalError: Error, Hashable, Sendable {
    /// Another process works in the data directory.
    case locked(directory: String, holder: Int32?)
    /// The file is not a journal of ours, or what SQLite keeps about its pages is damaged.
    case notAJournal(path: String, reason: String)
    /// A newer version wrote the journal.
    case newerSchema(found: Int, supported: Int)
    /// The journal ends before a batch that was confirmed.
    case belowHead(journal: Position, head: Position)
    /// The journal holds another batch than the one that was confirmed.
    case differsFromHead(seq: UInt64)
    /// The head file is missing or unreadable though there are batches.
    case headLost(path: String, journal: Position, reason: String)
    /// A head file or WAL lies there, but no journal.
    case journalMissing(path: String, found: String)
    /// The first batch that cannot be read or does not belong where it stands.
    case damaged(seq: UInt64, reason: String)
    /// The batch holds a fact of a newer version.
    case unknownFact(seq: UInt64)
    /// The caller's batch does not follow the last one.
    case outOfOrder(expected: UInt64, got: UInt64, reason: String)
    /// Reading or writing a file failed.
    case failed(action: String, reason: String)
    /// An earlier append failed; nothing is accepted any more.
    case stopped(reason: String)
    /// The secret that signs receipts is missing, unsafe or malformed.
    case secretRefused(path: String, reason: String)
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .locked(let directory, let holder):
            let who = holder.map { " by process \($0)" } ?? ""
            return "the data directory \(directory) is in use\(who): one broker at a time"
        case .notAJournal(let path, let reason): return "\(path) is no sound journal: \(reason)"
        case .newerSchema(let found, let supported):
            return "the journal has schema \(found), this version knows \(supported): "
                + "use the version that wrote it, or a newer one"
        case .belowHead(let journal, let head):
            return "the journal ends with \(journal), but \(head) was confirmed: "
                + "confirmed calls are missing; restore the newest copy of the data directory"
        case .differsFromHead(let seq):
            return "batch \(seq) of the journal is not the one that was confirmed"
        case .headLost(let path, let journal, let reason):
            return "\(path) \(reason), though the journal ends with \(journal): whether confirmed "
                + "calls are missing cannot be told. Bring the file back; or, if the journal is "
                + "known to be the newest, write \"\(journal.epoch) \(journal.seq)\" into "
                + "\(path).accept and start again"
        case .journalMissing(let path, let found):
            return "\(path) is missing, but \(found) is there: bring the journal back"
        case .damaged(let seq, let reason): return "batch \(seq) of the journal: \(reason)"
        case .unknownFact(let seq):
            return "batch \(seq) of the journal holds facts of a newer version: use that version"
        case .outOfOrder(let expected, let got, let reason):
            return "batch \(got) cannot be appended where \(expected) is due: \(reason)"
        case .failed(let action, let reason): return "cannot \(action): \(reason)"
        case .stopped(let reason): return "the journal accepts nothing any more: \(reason)"
        case .secretRefused(let path, let reason): return "the secret \(path) \(reason)"
        }
    }
}

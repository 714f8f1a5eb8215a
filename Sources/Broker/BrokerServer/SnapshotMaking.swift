import BrokerEngine
package import BrokerJournal
import GridModel

/// Makes the snapshot of a journal, beside a running broker or without one.
///
/// It reads the journal from the last snapshot on, as far as the archive of old ids is complete:
/// what ended up to there need not be known to the next start. Its memory is that of the open
/// calls, in a process of its own.
package enum SnapshotMaking {
    /// What came of it.
    package enum Outcome: Hashable, Sendable {
        /// It was written.
        case made(Position, openCalls: Int)
        /// The one there is reaches as far already.
        case upToDate(Position)
        /// The archive of old ids is not there yet; a broker makes it.
        case noArchive
    }

    /// Makes the snapshot of `directory` anew. Throws `JournalError` and what the disk says; then
    /// the one before it is still there.
    package static func run(_ directory: DataDirectory) throws -> Outcome {
        try JournalReader.look(into: directory) { reader in
            let (id, before) = try reader.withLinks { links in
                (links.id, SnapshotFile.read(directory, of: links, hashSeed: 0))
            }
            guard let target = try Archive.position(in: directory, journalID: id) else {
                return .noArchive
            }
            var replay = Replay(tailLimit: 0)
            var position = Position.start
            if case .success(let snapshot) = before {
                guard snapshot.position.seq < target else { return .upToDate(snapshot.position) }
                position = snapshot.position
                replay = Replay(tailLimit: 0, hashSeed: 0, from: snapshot)
            }
            position = try reader.replay(after: position, through: target) { replay.apply($0) }
            guard position.seq > 0 else { return .upToDate(position) }
            try SnapshotFile.write(
                replay.record, at: position, journalID: id, in: directory)
            return .made(position, openCalls: replay.record.calls.count)
        }
    }
}

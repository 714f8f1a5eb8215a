import BrokerEngine
package import BrokerJournal
import GridModel

/// Makes the snapshot of a journal, beside a running broker or without one.
///
/// It reads the journal from the last snapshot on, as far as the archive of old ids is complete,
/// and on while nothing ends: what ended up to there need not be known to the next start. Its
/// memory is that of the open calls, in a process of its own.
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
            guard let archived = try Archive.position(in: directory, journalID: id) else {
                return .noArchive
            }
            var replay = Replay(tailLimit: 0)
            var known = Position.start
            if case .success(let snapshot) = before {
                known = snapshot.position
                replay = Replay(tailLimit: 0, hashSeed: 0, from: snapshot)
            }
            let position = try reader.replay(after: known) { batch in
                guard mayInclude(batch, archivedUpTo: archived) else { return false }
                replay.apply(batch)
                return true
            }
            guard position > known else { return .upToDate(known) }
            try SnapshotFile.write(
                replay.record, at: position,
                archivedUpTo: neededOfArchive(replay, archivedUpTo: archived), journalID: id,
                in: directory)
            return .made(position, openCalls: replay.record.calls.count)
        }
    }

    /// The batch up to which an archive must be complete to be used with the snapshot.
    ///
    /// After a loss of power the archive may be behind the snapshot before: what ended in between
    /// is in neither, and a start has to see that it must make the archive anew.
    package static func neededOfArchive(_ replay: Replay, archivedUpTo: UInt64) -> UInt64 {
        max(archivedUpTo, replay.droppedUpTo)
    }

    /// Whether a snapshot may reach over a batch: beyond the archive only as far as nothing ended,
    /// since that would be known to nobody.
    package static func mayInclude(_ batch: Batch, archivedUpTo: UInt64) -> Bool {
        batch.seq <= archivedUpTo || !batch.endsSomething
    }
}

extension Batch {
    /// Whether a call ended or a command was decided in it, which the archive has to know.
    fileprivate var endsSomething: Bool {
        facts.contains { fact in
            switch fact {
            case .callClosed, .callVoided, .mergeSettled, .callVerified, .commandDecided: true
            default: false
            }
        }
    }
}

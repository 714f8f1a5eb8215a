package import BrokerEngine
import Foundation
import GRDB
package import GridModel
import Synchronization

/// The index of old ids: calls and commands that the engine no longer holds, for ever.
///
/// A file of its own that can be rebuilt from the journal at will, so its own transactions need no
/// fsync: after a power loss it is complete up to a lower `position` and is fed again from there.
/// A filter in memory answers for ids that were never seen, so a new call costs no disk access. It
/// is filled from the file: at once where that is quick, by `readIDs` in a thread of its own where
/// it would hold up a start. Thread-safe; one thread appends, others look up on a connection of
/// their own.
package final class Archive: Sendable {
    /// Whether the file was missing, damaged or another journal's, and was begun anew.
    package let wasRebuilt: Bool

    private let path: String
    private let writer: DatabaseQueue
    private let reader: DatabaseQueue
    private let state: Mutex<State>

    private struct State {
        var position: UInt64
        var filter: BloomFilter
        var isComplete = false
        var isClosing = false
    }

    /// Opens the archive of `directory` that belongs to the journal named `journalID`, which ends
    /// with batch `lastSeq`; one that is missing, damaged, another journal's or ahead of it is
    /// begun anew with position 0. The ids are read at once if there are about `readAtOnce` or
    /// fewer. Throws if no file can be made.
    package init(
        _ directory: DataDirectory, journalID: UniqueID, lastSeq: UInt64,
        readAtOnce: Int = 500_000
    ) throws {
        path = directory.archive
        let existed = FileManager.default.fileExists(atPath: path)
        if existed,
            let opened = try? Self.open(path, journalID: journalID, readAtOnce: readAtOnce),
            opened.state.position <= lastSeq
        {
            (writer, reader, wasRebuilt) = (opened.writer, opened.reader, false)
            state = Mutex(opened.state)
            return
        }
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        try ArchiveSchema.create(at: path, journalID: journalID)
        let opened = try Self.open(path, journalID: journalID, readAtOnce: readAtOnce)
        (writer, reader, wasRebuilt) = (opened.writer, opened.reader, existed)
        state = Mutex(opened.state)
    }

    /// How far the archive of `directory` is, for whoever does not keep it; `nil` if there is none
    /// that belongs to the journal named `journalID`.
    package static func position(
        in directory: DataDirectory, journalID: UniqueID
    ) throws -> UInt64? {
        guard FileManager.default.fileExists(atPath: directory.archive) else { return nil }
        let queue = try DatabaseQueue(path: directory.archive, configuration: reading)
        return try queue.read { try ArchiveSchema.position($0, journalID: journalID) }
    }

    /// Whether every id of the file is in the filter. Until then `mayContain` and the look-ups by
    /// id must not be asked: what the file would give was not checked.
    package var isComplete: Bool { state.withLock { $0.isComplete } }

    /// Fills the filter with what was in the file when it was opened, and returns when it is
    /// complete or `stopReading` was called.
    ///
    /// Throws if the file cannot be read or is damaged; it is then removed, so that the next start
    /// makes it anew from the journal.
    package func readIDs() throws {
        guard !isComplete else { return }
        do {
            let source = try DatabaseQueue(path: path, configuration: Self.reading)
            let isWhole = try source.read { database in
                var ids: [UniqueID] = []
                return try ArchiveSchema.forEachID(database) { id in
                    ids.append(id)
                    guard ids.count == Self.idsPerLock else { return true }
                    defer { ids.removeAll(keepingCapacity: true) }
                    return note(ids)
                } && note(ids)
            }
            if isWhole { state.withLock { $0.isComplete = true } }
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Lets `readIDs` return soon, complete or not.
    package func stopReading() { state.withLock { $0.isClosing = true } }

    /// The archive is complete up to this batch of the journal.
    package var position: UInt64 { state.withLock { $0.position } }

    /// Adds what ended in the batches up to `seq`, in one transaction; a call or command that is
    /// there already is replaced.
    ///
    /// Only when it has returned may the engine forget them. Throws what SQLite says; then nothing
    /// was added.
    package func append(
        _ calls: [EndedCall], commands: [CommandDecided] = [], upTo seq: UInt64
    ) throws {
        try writer.write { database in
            try ArchiveSchema.insert(calls, database)
            try ArchiveSchema.insert(commands, database)
            try database.execute(
                sql: "UPDATE meta SET position = ?", arguments: [Int64(bitPattern: seq)])
        }
        noteAll(calls.lazy.map(\.id))
        noteAll(commands.lazy.map(\.id))
        state.withLock { $0.position = seq }
    }

    /// Ids added to the filter under one lock: the loop asks it for every new call.
    private static let idsPerLock = 64

    private func noteAll(_ ids: some Collection<UniqueID>) {
        var rest = ids[...]
        while !rest.isEmpty {
            note(rest.prefix(Self.idsPerLock))
            rest = rest.dropFirst(Self.idsPerLock)
        }
    }

    /// Adds a few ids to the filter; false if nobody needs it any more.
    @discardableResult
    private func note(_ ids: some Collection<UniqueID>) -> Bool {
        state.withLock { state in
            for id in ids { state.filter.insert(id) }
            return !state.isClosing
        }
    }

    /// The call with this id; without disk access if there never was one, nearly always.
    package func call(id: CallID) throws -> EndedCall? {
        guard mayContain(id) else { return nil }
        return try reader.read { try ArchiveSchema.call($0, id: id) }
    }

    /// The call with this serial.
    package func call(serial: UInt64) throws -> EndedCall? {
        try reader.read { try ArchiveSchema.call($0, serial: serial) }
    }

    /// The command with this id; without disk access if there never was one, nearly always.
    package func command(id: CommandID) throws -> CommandDecided? {
        guard mayContain(id) else { return nil }
        return try reader.read { try ArchiveSchema.command($0, id: id) }
    }

    /// Whether a look into the file is needed to tell if `id` is there.
    package func mayContain(_ id: UniqueID) -> Bool {
        state.withLock { $0.filter.mayContain(id) }
    }

    /// Closes the file; an archive that is not closed loses nothing but time.
    package func close() throws {
        try reader.close()
        try writer.close()
    }

    private struct Opened {
        var writer: DatabaseQueue
        var reader: DatabaseQueue
        var state: State
    }

    private static let reading: Configuration = {
        var configuration = Configuration()
        configuration.label = "archive"
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return configuration
    }()

    private static func open(
        _ path: String, journalID: UniqueID, readAtOnce: Int
    ) throws -> Opened {
        var configuration = Configuration()
        configuration.label = "archive"
        let writer = try DatabaseQueue(path: path, configuration: configuration)
        let position = try writer.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;
                    PRAGMA wal_autocheckpoint = 4096;
                    """)
            return try ArchiveSchema.position(database, journalID: journalID)
        }
        let reader = try DatabaseQueue(path: path, configuration: reading)
        let state = try reader.read { database in
            let expected = try ArchiveSchema.expectedIDs(database)
            var filter = BloomFilter(
                capacity: expected, seed: .random(in: .min ... .max))
            let isComplete = expected <= readAtOnce
            if isComplete {
                _ = try ArchiveSchema.forEachID(database) { id in
                    filter.insert(id)
                    return true
                }
            }
            return State(position: position, filter: filter, isComplete: isComplete)
        }
        return Opened(writer: writer, reader: reader, state: state)
    }
}

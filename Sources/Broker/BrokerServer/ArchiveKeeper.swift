import BrokerEngine
import BrokerJournal
import GridModel

/// The archive as the core sees it.
final class ArchiveKeeper: OldIDs, Sendable {
    private let archive: Archive

    init(_ archive: Archive) { self.archive = archive }

    var isComplete: Bool { archive.isComplete }

    func call(id: CallID) throws -> EndedCall? { try archive.call(id: id) }

    func call(serial: UInt64) throws -> EndedCall? { try archive.call(serial: serial) }

    func command(id: CommandID) throws -> CommandDecided? { try archive.command(id: id) }

    /// Keeps what ended for ever; returns when the archive has it.
    func keep(_ ended: Ended) throws {
        try archive.append(ended.calls, commands: ended.commands, upTo: ended.upTo)
    }
}

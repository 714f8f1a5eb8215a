import BrokerEngine
import BrokerJournal
import BrokerServer
import GridModel

/// The index of old ids: transactions without an fsync, so a loss of power takes it back to an
/// earlier one, never further than to what it was when it was last synchronised.
final class SimulatedArchive: OldIDs {
    let isComplete = true
    private struct Content {
        var calls: [CallID: EndedCall] = [:]
        var ids: [UInt64: CallID] = [:]
        var commands: [CommandID: CommandDecided] = [:]
        var position: UInt64 = 0
    }

    private var content = Content()
    private var synced = Content()

    /// It is complete up to this batch.
    var position: UInt64 { content.position }

    func call(id: CallID) -> EndedCall? { content.calls[id] }

    func call(serial: UInt64) -> EndedCall? {
        content.ids[serial].flatMap { content.calls[$0] }
    }

    func command(id: CommandID) -> CommandDecided? { content.commands[id] }

    /// Keeps what ended, in one transaction.
    func keep(_ ended: Ended) {
        for call in ended.calls {
            content.calls[call.id] = call
            content.ids[call.serial] = call.id
        }
        for command in ended.commands { content.commands[command.id] = command }
        content.position = ended.upTo
    }

    /// SQLite checkpoints now and then.
    func synchronize() { synced = content }

    /// The machine loses power.
    func powerFails() { content = synced }

    /// The file is lost; it can be rebuilt.
    func isLost() {
        content = Content()
        synced = Content()
    }
}

import BrokerEngine
import BrokerJournal
import GridModel

/// The archive as the core sees it.
final class ArchiveKeeper: OldIDs, Sendable {
    private let archive: Archive

    init(_ archive: Archive) { self.archive = archive }

    func call(id: CallID) throws -> EndedCall? { try archive.call(id: id).map(EndedCall.init) }

    func call(serial: UInt64) throws -> EndedCall? {
        try archive.call(serial: serial).map(EndedCall.init)
    }

    func command(id: CommandID) throws -> CommandDecided? {
        try archive.command(id: id).map {
            CommandDecided(
                id: $0.id, contentDigest: $0.contentDigest, serial: $0.serial,
                revision: $0.revision)
        }
    }

    /// Keeps what ended for ever; returns when the archive has it.
    func keep(_ ended: Ended) throws {
        try archive.append(
            ended.calls.map(ArchivedCall.init),
            commands: ended.commands.map {
                ArchivedCommand(
                    id: $0.id, contentDigest: $0.contentDigest, serial: $0.serial,
                    revision: $0.revision)
            }, upTo: ended.upTo)
    }
}

extension EndedCall {
    fileprivate init(_ call: ArchivedCall) {
        self.init(
            serial: call.serial, id: call.id, contentDigest: call.contentDigest, year: call.year,
            filedAt: call.filedAt, campaign: CallFiled.noCampaign, isClockSuspect: false,
            endings: call.endings.enumerated().map { ordinal, ending in
                Ending(
                    ordinal: UInt8(ordinal), attempt: ending.attempt,
                    state: ending.kind == .completed
                        ? .completed : ending.kind == .returned ? .returned : .withdrawn)
            })
    }
}

extension ArchivedCall {
    fileprivate init(_ call: EndedCall) {
        self.init(
            serial: call.serial, id: call.id, contentDigest: call.contentDigest, year: call.year,
            filedAt: call.filedAt, state: .closed,
            endings: call.endings.map { ending in
                ArchivedEnding(
                    kind: ending.state == .completed
                        ? .completed : ending.state == .returned ? .returned : .withdrawn,
                    attempt: ending.attempt)
            })
    }
}

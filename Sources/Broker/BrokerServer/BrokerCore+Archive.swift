import BrokerEngine
import GridModel

extension BrokerCore {
    /// The call with this id, if it left memory long ago.
    ///
    /// An archive that cannot be read stops the broker: answering without it could file a call
    /// twice.
    func oldCall(_ id: CallID) -> EndedCall? { orStop { try archive.call(id: id) } }

    /// The call a claim is about, if it left memory long ago.
    func oldCall(of claim: Claim) -> EndedCall? {
        let serial = claim.assignment.serial
        guard serial < engine.record.nextSerial, !engine.knows(claim.assignment) else { return nil }
        return orStop { try archive.call(serial: serial) }
    }

    /// The command with this id, if it left memory long ago.
    func oldCommand(_ id: CommandID) -> CommandDecided? { orStop { try archive.command(id: id) } }

    private func orStop<Value>(_ read: () throws -> Value?) -> Value? {
        do {
            return try read()
        } catch {
            fatalReason = "the archive of old calls cannot be read: \(error)"
            return nil
        }
    }
}

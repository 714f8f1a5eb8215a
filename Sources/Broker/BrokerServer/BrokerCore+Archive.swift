import BrokerEngine
import GridModel

extension BrokerCore {
    /// The call with this id, if it left memory long ago.
    ///
    /// An archive that cannot be read stops the broker: answering without it could file a call
    /// twice. For the same reason it throws as long as the ids are being read.
    func oldCall(_ id: CallID) throws(Refusal) -> EndedCall? {
        try checkComplete()
        return orStop { try archive.call(id: id) }
    }

    /// The call a claim is about, if it left memory long ago.
    func oldCall(of claim: Claim) -> EndedCall? {
        let serial = claim.assignment.serial
        guard serial < engine.record.nextSerial, !engine.knows(claim.assignment) else { return nil }
        return orStop { try archive.call(serial: serial) }
    }

    /// The command with this id, if it left memory long ago.
    func oldCommand(_ id: CommandID) throws(Refusal) -> CommandDecided? {
        try checkComplete()
        return orStop { try archive.command(id: id) }
    }

    private func checkComplete() throws(Refusal) {
        guard archive.isComplete else {
            throw Refusal(
                .starting,
                reason: "the broker has just started and reads the ids of old calls; new ones are "
                    + "filed in some seconds")
        }
    }

    private func orStop<Value>(_ read: () throws -> Value?) -> Value? {
        do {
            return try read()
        } catch {
            fatalReason = "the archive of old calls cannot be read: \(error)"
            return nil
        }
    }
}

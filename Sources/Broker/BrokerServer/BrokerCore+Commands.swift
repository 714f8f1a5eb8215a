import BrokerEngine
import GridCodec
import GridModel

extension BrokerCore {
    /// A person commands something.
    func command(
        _ wire: WireCommandItem, from session: SessionHandle, erasing found: [ErasedText]? = nil
    ) {
        do throws(Refusal) {
            let id = try validation.id(wire.id)
            let call = try commandedCall(wire)
            let old = try oldCommand(id)
            let authority = try authority(over: wire, session)
            if case .confirmErasure = wire.command, found == nil,
                try searchTexts(of: call, for: wire, session)
            {
                return
            }
            let start = texts.bytes.count
            var command = try personCommand(wire, id: id, call: call)
            command.authority = authority
            if let found { command.action = .confirmErasure(found) }
            let facts = engine.factCount
            engine.handle(.command(session, command, old: old))
            if engine.factCount == facts { texts.truncate(to: start) }
        } catch {
            answerCommand(wire.id, refusal: error, to: session)
        }
    }

    /// The call a command names; zero for one of the whole street.
    private func commandedCall(_ wire: WireCommandItem) throws(Refusal) -> CallID {
        guard wire.command?.isOfStreet == true else {
            return try validation.id(wire.call, field: "call")
        }
        guard wire.call.isEmpty else {
            throw Refusal(
                .valueOutOfRange, field: "call",
                reason: "this command concerns the whole street and names no call")
        }
        return CallID(high: 0, low: 0)
    }

    /// Measures, one line each, then an empty line and the reason: what was proposed can be told
    /// from what was said about it.
    private func words(_ reason: String?, _ measures: [WireMeasure]) throws(Refusal) -> String {
        guard !measures.isEmpty else { return reason ?? "" }
        let lines = try text(nil, measures)
        return reason.map { lines + "\n\n" + $0 } ?? lines
    }

    private func personCommand(
        _ wire: WireCommandItem, id: CommandID, call: CallID
    ) throws(Refusal) -> PersonCommand {
        guard let wanted = wire.command else {
            throw Refusal(.missingField, field: "command", reason: "say what is to be done")
        }
        let reason = try validation.reason(wire.reason)
        let measures = wanted.measures ?? []
        try validation.check(measures)
        let said = try words(reason, measures)
        var proposal: Proposal?
        if wanted.measures != nil {
            let number = engine.assignment(Int(wire.ordinal), of: call)
            proposal = digests.proposal(measures, of: number)
        }
        let action = try validation.action(wanted, proposal: proposal)
        var command = PersonCommand(
            id: id, contentDigest: digests.digest(of: wire), call: call,
            ordinal: Int(wire.ordinal), expectedRevision: wire.expectedRevision,
            action: action, reason: texts.append(said.utf8))
        command.hasReason = reason != nil
        if call.high | call.low != 0, !engine.knows(call), let ended = try oldCall(call) {
            command.isCallEnded = true
            command.endedSerial = ended.serial
        }
        return command
    }
}

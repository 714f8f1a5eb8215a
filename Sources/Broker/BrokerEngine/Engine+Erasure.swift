import GridModel

extension Engine {
    /// Finds the call of a command that is possible in any state.
    func findAnyCall(_ order: inout Order) throws(Refusal) {
        let command = order.command
        guard let call = record.call(id: command.call) else {
            let serial = recent.call(id: command.call)?.serial ?? command.endedSerial
            guard serial != 0 else { throw Self.noCall }
            order.serial = serial
            return
        }
        order.call = call
        order.serial = record.calls[call].serial
        order.revision = record.calls[call].revision
    }

    /// An operator asks that what people wrote about a call be erased.
    ///
    /// Only a wish: nothing is gone before another operator confirms it. A later wish takes the
    /// place of an earlier one.
    mutating func requestErasure(_ order: Order) throws(Refusal) {
        guard order.actor != 0 else { throw Self.erasureNeedsKeys }
        emit(
            .erasureRequested(
                serial: order.serial, actor: order.actor, reason: order.reason))
    }

    /// A second operator confirms it; `texts` are those that the journal holds.
    ///
    /// What is erased cannot come back, so two people answer for it, and both are known.
    mutating func confirmErasure(_ order: Order, _ texts: [ErasedText]) throws(Refusal) {
        guard order.actor != 0 else { throw Self.erasureNeedsKeys }
        guard let requestedBy = record.erasures[order.serial]?.requestedBy else {
            throw Refusal(
                .notAllowedInState, reason: "nobody has asked for the erasure of this call's texts",
                possible: ["requestErasure"])
        }
        guard requestedBy != order.actor else {
            throw Refusal(
                .forbidden,
                reason: "whoever asked for an erasure cannot confirm it; another operator may")
        }
        guard !texts.isEmpty else {
            throw Refusal(
                .notAllowedInState, reason: "nothing is left that people wrote about this call")
        }
        emit(
            .personalDataErased(
                PersonalDataErased(
                    serial: order.serial, actor: order.actor, requestedBy: requestedBy,
                    texts: texts, reason: order.reason)))
    }

    /// Writes an erasure down again that the journal does not tell of: it was restored from a
    /// backup of before, or stopped before the fact was durable.
    package mutating func repeatErasure(
        serial: UInt64, by actor: String, requestedBy: String, texts: [ErasedText]
    ) {
        let requester = self.actor(of: .holder(requestedBy))
        let actor = self.actor(of: .holder(actor))
        emit(
            .personalDataErased(
                PersonalDataErased(
                    serial: serial, actor: actor, requestedBy: requester, texts: texts,
                    reason: nil)))
    }

    private static let erasureNeedsKeys = Refusal(
        .forbidden, reason: "an erasure needs two keys, so that it is known who answers for it")
}

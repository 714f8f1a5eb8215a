import BrokerEngine
import GridCodec
import GridModel
package import ZeroMQ

extension BrokerCore {
    /// Takes in one frame; whatever is wrong with it is answered and counted, never passed on.
    package func receive(_ frame: UnsafeRawBufferPointer, from route: RoutingID) {
        do {
            dispatch(try Frame.decode(frame, limits: settings.limits), from: route)
        } catch {
            if error.code == .malformedFrame, let items = SubmitSalvage.items(frame: frame) {
                withList(items, .submit, from: route) { salvage($0, from: $1) }
            } else {
                answerDirectly(
                    error, kind: MessageKind(rawValue: Frame.claimedKind(of: frame)), to: route)
            }
        }
        collect()
    }

    /// A message of more than one frame came; it is refused whole.
    package func receiveMalformed(frames: Int, from route: RoutingID) {
        answerDirectly(
            Refusal(.malformedFrame, reason: "a message has one frame, not \(frames)"),
            kind: nil, to: route)
    }

    private func dispatch(_ message: WireMessage, from route: RoutingID) {
        switch message {
        case .hello(let hello): self.hello(hello, from: route)
        case .heartbeat(let beat): heartbeat(beat, from: route)
        case .goodbye:
            if let session = sessions[route] { engine.handle(.goodbye(session)) }
        case .submit(let list):
            withList(list.items, .submit, from: route) { submit($0, from: $1) }
        case .progress(let list):
            withList(list.items, .progress, from: route) { progress($0, from: $1) }
        case .outcome(let list):
            withList(list.items, .outcome, from: route) { outcome($0, from: $1) }
        case .command(let list):
            withList(list.items, .command, from: route) { command($0, from: $1) }
        case .query(let list):
            withList(list.items, .query, from: route) { query($0, from: $1) }
        case .welcome, .receipt, .assign, .withdraw, .outcomeReceipt, .commandReply, .queryReply,
            .error:
            answerDirectly(
                Refusal(.unexpectedKind, field: "kind", reason: "only a broker sends this kind"),
                kind: nil, to: route)
        }
    }

    private func withList<Item>(
        _ items: [Item], _ kind: MessageKind, from route: RoutingID,
        _ body: (Item, SessionHandle) -> Void
    ) {
        guard let session = session(route, kind) else { return }
        let limit = kind == .query ? settings.limits.queryItems : settings.limits.listItems
        guard items.count <= limit else {
            answerDirectly(
                Refusal(
                    .listTooLong, field: "items", reason: "this list has at most \(limit) items"),
                kind: kind, to: route)
            return
        }
        for item in items { body(item, session) }
    }

    /// The session a frame belongs to; a frame without one, or one its role does not send, is
    /// refused.
    private func session(_ route: RoutingID, _ kind: MessageKind) -> SessionHandle? {
        guard let session = sessions[route] else {
            answerDirectly(
                Refusal(.helloRequired, reason: "say Hello first"), kind: kind, to: route)
            return nil
        }
        engine.heard(session)
        guard let role = engine.role(of: session), role.sends(kind) else {
            answerDirectly(
                Refusal(.unexpectedKind, field: "kind", reason: "this role does not send \(kind)"),
                kind: kind, to: route)
            return nil
        }
        return session
    }

    private func salvage(_ item: SubmitSalvage.Item, from session: SessionHandle) {
        switch item {
        case .readable(let item): submit(item, from: session)
        case .broken(let id, let refusal): refuseSubmit(id, refusal, to: session)
        }
    }

    private func submit(_ wire: WireSubmitItem, from session: SessionHandle) {
        do throws(Refusal) {
            let id = try validation.id(wire.id)
            try validation.check(wire)
            let texts = wire.hasTexts ? Self.encode(wire.texts) : []
            let isKnown = engine.knows(id)
            let old = isKnown ? nil : oldCall(id)
            let start = self.texts.bytes.count
            let isNew = !isKnown && old == nil
            let submission = Submission(
                id: id, contentDigest: digests.digest(of: wire, texts: texts),
                category: wire.category, condition: wire.condition, grid: wire.grid,
                campaign: wire.campaign, urgency: Urgency(wire.urgency),
                observedAt: Timestamp(milliseconds: wire.observedAt),
                isRecordedEarlier: wire.recordedEarlier,
                coordinates: wire.hasCoordinates
                    ? Coordinates(
                        latitude: wire.coordinates.latitude,
                        longitude: wire.coordinates.longitude) : nil,
                texts: isNew ? self.texts.append(texts) : nil)
            let before = engine.record.nextSerial
            engine.handle(.submit(session, submission, old: old))
            if engine.record.nextSerial == before { self.texts.truncate(to: start) }
        } catch {
            refuseSubmit(wire.id, error, to: session)
        }
    }

    private static func encode(_ texts: WireCallTexts) -> [UInt8] {
        var writer = ItemWriter()
        writer.field(1, texts.description_p)
        writer.field(2, texts.address)
        writer.field(3, texts.reporter)
        writer.field(4, texts.contact)
        return writer.bytes
    }

    private func progress(_ wire: WireProgressItem, from session: SessionHandle) {
        guard let step = ProgressStep(rawValue: UInt8(clamping: wire.step.rawValue)) else {
            answerOutcome(
                wire.claim.model, stepNumber: UInt64(clamping: wire.step.rawValue),
                refusal: Refusal(.valueOutOfRange, field: "step", reason: "a step is 1 to 4"),
                to: session)
            return
        }
        engine.handle(.progress(session, wire.claim.model, step))
    }

    private func outcome(_ wire: WireOutcomeItem, from session: SessionHandle) {
        let claim = wire.claim.model
        do throws(Refusal) {
            guard let result = OutcomeResult(rawValue: UInt8(clamping: wire.result.rawValue))
            else {
                throw Refusal(.valueOutOfRange, field: "result", reason: "a result is 1 to 3")
            }
            let text = try outcomeText(wire, result)
            let start = texts.bytes.count
            let report = OutcomeReport(
                claim: claim, result: result, texts: texts.append(text.utf8))
            let facts = engine.factCount
            engine.handle(.outcome(session, report, old: oldCall(of: claim)))
            if engine.factCount == facts { texts.truncate(to: start) }
        } catch {
            answerOutcome(claim, refusal: error, to: session)
        }
    }

    /// Reason and measures as people read them: one line each.
    private func outcomeText(
        _ wire: WireOutcomeItem, _ result: OutcomeResult
    ) throws(Refusal) -> String {
        let reason = try validation.reason(wire.reason)
        if result == .returned, reason == nil {
            throw Refusal(
                .reasonRequired, field: "reason", reason: "a return says why it is not yours")
        }
        if wire.measures.isEmpty { return reason ?? "" }
        var lines = reason.map { [$0] } ?? []
        for measure in wire.measures {
            try validation.text(measure.name, "measures.name", settings.limits.textBytes)
            try validation.text(measure.value, "measures.value", settings.limits.textBytes)
            lines.append("\(measure.name): \(measure.value)")
        }
        let text = lines.joined(separator: "\n")
        try validation.text(text, "measures", settings.limits.descriptionBytes)
        return text
    }

    private func command(_ wire: WireCommandItem, from session: SessionHandle) {
        do throws(Refusal) {
            let id = try validation.id(wire.id)
            let call = try validation.id(wire.call, field: "call")
            let start = texts.bytes.count
            let reason = try validation.reason(wire.reason)
            let action = try action(wire)
            var command = PersonCommand(
                id: id, contentDigest: digests.digest(of: wire), call: call,
                ordinal: Int(wire.ordinal), expectedRevision: wire.expectedRevision,
                action: action, reason: reason.flatMap { texts.append($0.utf8) })
            command.isCallEnded = !engine.knows(call) && oldCall(call) != nil
            let facts = engine.factCount
            engine.handle(.command(session, command, old: oldCommand(id)))
            if engine.factCount == facts { texts.truncate(to: start) }
        } catch {
            answerCommand(wire.id, refusal: error, to: session)
        }
    }

    private func action(_ wire: WireCommandItem) throws(Refusal) -> PersonCommand.Action {
        switch wire.command {
        case .redispatch(let command): return .redispatch(department: command.department)
        case .requeue: return .requeue
        case .withdraw: return .withdraw
        case .voidCall: return .void
        case nil:
            throw Refusal(.missingField, field: "command", reason: "say what is to be done")
        }
    }
}

extension PeerRole {
    /// Whether a peer of this role sends messages of a kind, once it said Hello.
    func sends(_ kind: MessageKind) -> Bool {
        switch kind {
        case .submit: self != .worker
        case .progress, .outcome: self == .worker
        case .command: self == .operator
        case .query: true
        default: false
        }
    }
}

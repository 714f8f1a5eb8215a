import Access
import BrokerEngine
import GridCodec
import GridModel
package import ZeroMQ

extension BrokerCore {
    /// Takes in one frame; whatever is wrong with it is answered and counted, never passed on.
    ///
    /// `user` is the user id of the connection, `nil` on an endpoint without keys. What comes under
    /// a key that opens nothing (any more) is counted and otherwise as if it had not come.
    package func receive(
        _ frame: UnsafeRawBufferPointer, from route: RoutingID, user: String? = nil
    ) {
        sender = access.identity(of: user, at: moment.wall)
        guard sender != nil else {
            counters.framesRefused += 1
            return
        }
        withinRate(frame, from: route) {
            do throws(Refusal) { try open(frame, from: route) } catch {
                answerDirectly(
                    error, kind: MessageKind(rawValue: Frame.claimedKind(of: frame)), to: route)
            }
            collect()
        }
    }

    /// A message of more than one frame came, `frame` the first; it is refused whole.
    package func receiveMalformed(
        _ frame: UnsafeRawBufferPointer, frames: Int, from route: RoutingID, user: String? = nil
    ) {
        sender = access.identity(of: user, at: moment.wall)
        guard sender != nil else {
            counters.framesRefused += 1
            return
        }
        withinRate(frame, from: route) {
            answerDirectly(
                Refusal(.malformedFrame, reason: "a message has one frame, not \(frames)"),
                kind: nil, to: route)
        }
    }

    private func open(
        _ frame: UnsafeRawBufferPointer, from route: RoutingID
    ) throws(Refusal) {
        let (kind, body) = try Frame.open(frame, limits: settings.limits)
        switch kind {
        case .submit: try withItems(body, kind, from: route) { submit($0, from: $1) }
        case .outcome: try withItems(body, kind, from: route) { outcome($0, from: $1) }
        default: dispatch(try Frame.decode(kind, body: body), from: route)
        }
    }

    private func dispatch(_ message: WireMessage, from route: RoutingID) {
        switch message {
        case .hello(let hello): self.hello(hello, from: route)
        case .heartbeat(let beat): heartbeat(beat, from: route)
        case .goodbye:
            if let session = sessions[route] { engine.handle(.goodbye(session)) }
        case .progress(let list):
            withList(list.items, .progress, from: route) { progress($0, from: $1) }
        case .command(let list):
            withList(list.items, .command, from: route) { command($0, from: $1) }
        case .query(let list):
            withList(list.items, .query, from: route) { query($0, from: $1) }
        case .submit, .outcome:
            preconditionFailure("the hot kinds are read item by item")
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
        guard let session = session(route, kind), isListed(items.count, kind, route) else { return }
        work += items.count * WorkPrice.item
        for item in items { body(item, session) }
    }

    /// Reads the items of a hot kind where they lie in the frame.
    private func withItems(
        _ frameBody: UnsafeRawBufferPointer, _ kind: MessageKind, from route: RoutingID,
        _ body: (UnsafeRawBufferPointer, SessionHandle) -> Void
    ) throws(Refusal) {
        let list = try ItemList(body: frameBody)
        guard let session = session(route, kind), isListed(list.count, kind, route) else { return }
        work += list.count * WorkPrice.item
        list.forEach { body($0, session) }
    }

    /// Whether a list is within its limit; if not, the frame is refused.
    private func isListed(_ count: Int, _ kind: MessageKind, _ route: RoutingID) -> Bool {
        let limit = kind == .query ? settings.limits.queryItems : settings.limits.listItems
        guard count > limit else { return true }
        answerDirectly(
            Refusal(.listTooLong, field: "items", reason: "this list has at most \(limit) items"),
            kind: kind, to: route)
        return false
    }

    /// The session a frame belongs to; a frame without one, or one its role does not send, is
    /// refused.
    private func session(_ route: RoutingID, _ kind: MessageKind) -> SessionHandle? {
        guard let session = sessions[route], identities[Int(session.rawValue)] === sender else {
            answerDirectly(
                Refusal(.helloRequired, reason: "say Hello first"), kind: kind, to: route)
            return nil
        }
        engine.heard(session)
        if let refusal = refusal(of: kind, session) {
            answerDirectly(refusal, kind: kind, to: route)
            return nil
        }
        return session
    }

    private func submit(_ bytes: UnsafeRawBufferPointer, from session: SessionHandle) {
        let item = SubmitItemView(bytes)
        do throws(Refusal) {
            let id = try validation.check(item)
            try checkSubmit(item, session)
            encodeTexts(of: item)
            let isKnown = engine.knows(id)
            let old = isKnown ? nil : try oldCall(id)
            let start = texts.bytes.count
            let isNew = !isKnown && old == nil
            let submission = Submission(
                id: id, contentDigest: digests.digest(of: item, texts: callTexts.bytes),
                category: String(bytes: item.category), condition: String(bytes: item.condition),
                grid: String(bytes: item.grid), campaign: String(bytes: item.campaign),
                urgency: Urgency(rawValue: UInt8(clamping: item.urgency)),
                observedAt: Timestamp(milliseconds: item.observedAt),
                isRecordedEarlier: item.isRecordedEarlier, coordinates: item.coordinates,
                texts: isNew && !erasedCalls.contains(id) ? texts.append(callTexts.bytes) : nil,
                sameAs: item.sameAs.isEmpty ? nil : UniqueID(raw: item.sameAs))
            let before = engine.record.nextSerial
            engine.handle(.submit(session, submission, old: old))
            if engine.record.nextSerial == before { texts.truncate(to: start) }
        } catch {
            refuseSubmit(item.id, error, to: session)
        }
    }

    /// Writes a call's texts as they are stored: a `WireCallTexts` in the order of its fields.
    private func encodeTexts(of item: SubmitItemView) {
        callTexts.removeAll()
        callTexts.field(1, text: item.description)
        callTexts.field(2, text: item.address)
        callTexts.field(3, text: item.reporter)
        callTexts.field(4, text: item.contact)
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

    private func outcome(_ bytes: UnsafeRawBufferPointer, from session: SessionHandle) {
        let item = OutcomeItemView(bytes)
        do throws(Refusal) {
            guard item.isWhole else { throw Self.malformedOutcome }
            guard let result = OutcomeResult(rawValue: UInt8(clamping: item.result)) else {
                throw Refusal(.valueOutOfRange, field: "result", reason: "a result is 1 to 3")
            }
            let start = texts.bytes.count
            let said = try outcomeTexts(item, bytes, result)
            let report = OutcomeReport(
                claim: item.claim, result: result,
                proposal: proposal(said.measures, of: item.claim), texts: said.texts)
            let facts = engine.factCount
            engine.handle(.outcome(session, report, old: oldCall(of: item.claim)))
            if engine.factCount == facts { texts.truncate(to: start) }
        } catch {
            answerOutcome(item.claim, refusal: error, to: session)
        }
    }

    private static let malformedOutcome = Refusal(
        .malformedFrame, field: "items", reason: "the item is not its Protobuf, or not UTF-8")

    /// Stores what an outcome says in words; nothing if it says nothing.
    private func outcomeTexts(
        _ item: OutcomeItemView, _ bytes: UnsafeRawBufferPointer, _ result: OutcomeResult
    ) throws(Refusal) -> (texts: TextPlace?, measures: [WireMeasure]) {
        guard item.hasTexts || result == .returned else { return (nil, []) }
        guard let wire = OutcomeItemView.message(bytes) else {
            throw Self.malformedOutcome
        }
        return (texts.append(try outcomeText(wire, result).utf8), wire.measures)
    }

    /// Measures as the engine sees them, where the category looks at them.
    private func proposal(_ measures: [WireMeasure], of claim: Claim) -> Proposal? {
        guard !measures.isEmpty, engine.looksAtMeasures(claim.assignment) else { return nil }
        return digests.proposal(measures, of: claim.assignment)
    }

    private func outcomeText(
        _ wire: WireOutcomeItem, _ result: OutcomeResult
    ) throws(Refusal) -> String {
        let reason = try validation.reason(wire.reason)
        if result == .returned, reason == nil {
            throw Refusal(
                .reasonRequired, field: "reason", reason: "a return says why it is not yours")
        }
        return try text(reason, wire.measures)
    }

    /// Reason and measures as people read them: one line each.
    func text(_ reason: String?, _ measures: [WireMeasure]) throws(Refusal) -> String {
        if measures.isEmpty { return reason ?? "" }
        var lines = reason.map { [$0] } ?? []
        for measure in measures {
            try validation.text(measure.name, "measures.name", settings.limits.textBytes)
            try validation.text(measure.value, "measures.value", settings.limits.textBytes)
            lines.append("\(measure.name): \(measure.value)")
        }
        let text = lines.joined(separator: "\n")
        try validation.text(text, "measures", settings.limits.descriptionBytes)
        return text
    }
}

extension String {
    /// A text that was checked to be UTF-8.
    fileprivate init(bytes: UnsafeRawBufferPointer) {
        self = bytes.isEmpty ? "" : String(decoding: bytes, as: UTF8.self)
    }
}

import GridCodec
import GridModel

extension PeerSession {
    /// Takes in the bytes of a frame; one that cannot be read becomes an event.
    ///
    /// One that comes without a connection belongs to an old one.
    package mutating func receive(frame: UnsafeRawBufferPointer, now: Int64) {
        guard isConnected else { return }
        lastHeard = now
        do throws(Refusal) {
            let (kind, body) = try Frame.open(frame, limits: limits)
            switch kind {
            case .receipt: receipts(try list(body))
            case .assign: assign(try list(body))
            case .outcomeReceipt: outcomeReceipts(try list(body))
            default: receive(try Frame.decode(kind, body: body), now: now)
            }
        } catch {
            actions.append(.event(.unreadable(error)))
        }
        reportPostponed()
    }

    /// The items of the kinds that come for every call.
    private mutating func list<Item: NamedItem>(
        _ body: UnsafeRawBufferPointer
    ) throws(Refusal) -> [Item] {
        let list = try TaggedItems(body: body)
        let items: [Item] = try list.items()
        if let tag = list.tag { adopt(tag) }
        return items
    }

    private mutating func receive(_ message: WireMessage, now: Int64) {
        switch message {
        case .welcome(let body): welcome(body, now: now)
        case .heartbeat(let body): heartbeat(body)
        case .goodbye(let body): lose(.goodbye(body.reason), now: now)
        case .withdraw(let body): withdraw(body)
        case .commandReply(let body): commandReply(body)
        case .queryReply(let body): queryReply(body)
        case .error(let body): brokerError(body, now: now)
        case .receipt, .assign, .outcomeReceipt: break  // Read by `list`.
        case .hello, .submit, .progress, .outcome, .command, .query:
            actions.append(
                .event(
                    .unreadable(
                        Refusal(
                            .unexpectedKind, field: "kind", reason: "a broker never sends this kind"
                        ))))
        }
    }

    private var isConnected: Bool {
        switch phase {
        case .greeting, .ready: true
        case .idle, .waiting, .ended: false
        }
    }

    private mutating func welcome(_ welcome: WireWelcome, now: Int64) {
        guard phase != .ready else { return }
        phase = .ready
        backoff.reset()
        limits.adopt(welcome.limits)
        times.adopt(welcome)
        heartbeatDue = now + times.heartbeatMilliseconds
        for index in queues.indices { queues[index].requeueAll() }
        actions.append(.event(.connected(welcome)))
        if welcome.hasTag { adopt(welcome.tag) }
        lose(welcome.claims.filter { !$0.kept }.map(\.claim.model))
    }

    /// Keeps the highest proof of the journal's progress.
    private mutating func adopt(_ tag: WireTag) {
        if let highestSeen, (tag.epoch, tag.seq) <= (highestSeen.epoch, highestSeen.seq) { return }
        highestSeen = tag
        actions.append(.event(.tagAdvanced(tag)))
    }

    /// An order comes with every Heartbeat; it is told when it is another than before.
    private mutating func heartbeat(_ body: WireHeartbeat) {
        if body.hasTag { adopt(body.tag) }
        guard body.order != lastOrder else { return }
        lastOrder = body.order
        actions.append(.event(.ordered(body.order)))
    }

    /// Ends holding claims that are lost.
    private mutating func lose(_ claims: [Claim]) {
        let lost = claims.filter { !hasOutcomeUnderWay($0) && removeHeld($0) }
        if !lost.isEmpty { actions.append(.event(.claimsLost(lost))) }
    }

    private mutating func receipts(_ items: [ReceiptItem]) {
        let items = items.filter { settle(.submit($0.id), refusal: $0.refusalCode) }
        if !items.isEmpty { actions.append(.event(.receipts(items))) }
    }

    private mutating func assign(_ items: [AssignItem]) {
        var replaced: [Claim] = []
        let items = items.filter { item in
            let claim = item.claim
            guard let old = held.updateValue(claim, forKey: claim.assignment) else { return true }
            if (claim.epoch, claim.attempt) > (old.epoch, old.attempt) {
                if !hasOutcomeUnderWay(old) { replaced.append(old) }
                return true
            }
            held[claim.assignment] = old
            return false
        }
        if !replaced.isEmpty { actions.append(.event(.claimsLost(replaced))) }
        if !items.isEmpty { actions.append(.event(.assigned(items))) }
    }

    private mutating func withdraw(_ withdraw: WireWithdraw) {
        if withdraw.hasTag { adopt(withdraw.tag) }
        let items = withdraw.items.filter { item in
            let claim = item.claim.model
            return !hasOutcomeUnderWay(claim) && removeHeld(claim)
        }
        if !items.isEmpty { actions.append(.event(.withdrawn(items))) }
    }

    private mutating func outcomeReceipts(_ items: [OutcomeReceiptItem]) {
        var lost: [Claim] = []
        let items = items.filter { item in
            let claim = item.claim
            let isOutcome = item.step == .unspecified
            let key =
                isOutcome ? ParcelKey.outcome(claim) : .progress(claim, step: item.step.rawValue)
            guard settle(key, refusal: item.refused?.code) else { return false }
            if let refused = item.refused {
                if RefusalCode(wire: refused.code) == .claimLost {
                    if isOutcome { removeHeld(claim) } else { lost.append(claim) }
                }
            } else if isOutcome || item.step == .deliver || item.step == .giveBack {
                removeHeld(claim)
            }
            return true
        }
        if !items.isEmpty { actions.append(.event(.outcomeReceipts(items))) }
        lose(lost)
    }

    private mutating func commandReply(_ reply: WireCommandReply) {
        if reply.hasTag { adopt(reply.tag) }
        let items = reply.items.filter { item in
            guard let id = CommandID(data: item.id) else { return false }
            return settle(.command(id), refusal: item.refused.code)
        }
        if !items.isEmpty { actions.append(.event(.commandReplies(items))) }
    }

    private mutating func queryReply(_ reply: WireQueryReply) {
        let items = reply.items.filter { settle(.query($0.correlation), refusal: $0.refused.code) }
        if !items.isEmpty { actions.append(.event(.queryReplies(items))) }
    }

    /// Whether the answer is new and final. After a refusal that only asks for patience the item
    /// stays in flight and is sent again after its time.
    private mutating func settle(_ key: ParcelKey, refusal code: UInt32?) -> Bool {
        guard let code else { return queues[key.lane.rawValue].remove(key) }
        guard Self.asksForPatience(code) else { return queues[key.lane.rawValue].remove(key) }
        postponed = (postponed.count + 1, code)
        return false
    }

    /// A code that this version does not know is judged by its hundred (docs/protocol.md §3).
    private static func asksForPatience(_ code: UInt32) -> Bool {
        switch RefusalCode(wire: code) {
        case .tooManyOpenCalls, .windowExceeded, .stopping, .diskFull, .tooMuchUnread, .starting:
            true
        case nil: (400..<500).contains(code)
        default: false
        }
    }

    private mutating func reportPostponed() {
        guard postponed.count > 0 else { return }
        actions.append(.event(.postponed(items: postponed.count, code: postponed.code)))
        postponed = (0, 0)
    }

    private mutating func brokerError(_ error: WireError, now: Int64) {
        if RefusalCode(wire: error.code) == .helloRequired {
            // The broker restarted, or forgot the session: everything in flight is lost with it.
            // While a Hello is under way, the frames sent before it still bring such errors.
            if phase == .ready { greet(since: now, now: now) }
            return
        }
        if RefusalCode(wire: error.code) == .rateExceeded {
            // The frame was dropped: its items are sent again after their time.
            actions.append(.event(.postponed(items: inFlightCount, code: error.code)))
        } else {
            actions.append(.event(.brokerError(error)))
        }
        if case .greeting = phase { lose(.refused(code: error.code), now: now) }
    }
}

extension RefusalCode {
    /// The code of a message; `nil` if this version does not know it.
    init?(wire code: UInt32) {
        guard let rawValue = UInt16(exactly: code) else { return nil }
        self.init(rawValue: rawValue)
    }
}

extension ProtocolLimits {
    /// Takes over what a Welcome announces; 0 is not announced.
    mutating func adopt(_ wire: WireLimits) {
        func adopt(_ value: UInt32, _ limit: inout Int) { if value > 0 { limit = Int(value) } }
        adopt(wire.frameBytes, &frameBytes)
        adopt(wire.listItems, &listItems)
        adopt(wire.queryItems, &queryItems)
        adopt(wire.descriptionBytes, &descriptionBytes)
        adopt(wire.textBytes, &textBytes)
        adopt(wire.window, &window)
        adopt(wire.credit, &credit)
        adopt(wire.openCalls, &openCalls)
        adopt(wire.sessions, &sessions)
        adopt(wire.handlerOutputBytes, &handlerOutputBytes)
    }
}

extension SessionTimes {
    /// Takes over what a Welcome announces; 0 is not announced.
    mutating func adopt(_ welcome: WireWelcome) {
        if welcome.heartbeatMs > 0 { heartbeatMilliseconds = Int64(welcome.heartbeatMs) }
        if welcome.deadMs > 0 { deadMilliseconds = Int64(welcome.deadMs) }
        if welcome.resendMs > 0 { resendMilliseconds = Int64(welcome.resendMs) }
    }
}

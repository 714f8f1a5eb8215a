import GridCodec
import GridModel
import SwiftProtobuf

extension PeerSession {
    /// A full window goes as several frames, so that the broker decides the first while this side
    /// still writes the next.
    private static let itemsPerFrame = 256

    /// Opens a connection and greets.
    mutating func connect(now: Int64) {
        actions.append(.connect)
        greet(since: now, now: now)
    }

    /// Sends Hello; whatever was in flight is sent again after the Welcome. `since` is when the
    /// session began to wait for it.
    mutating func greet(since: Int64, now: Int64) {
        phase = .greeting(since: since, sentAt: now)
        send(
            .hello(
                .with {
                    $0.session = configuration.session.data
                    $0.role = configuration.role
                    $0.lowestVersion = UInt32(Frame.lowestVersion)
                    $0.highestVersion = UInt32(Frame.version)
                    $0.software = configuration.software
                    $0.name = configuration.name
                    $0.department = configuration.department
                    $0.grids = configuration.grids
                    $0.categories = configuration.categories
                    $0.credit = credit
                    $0.claims = claimsHeld.map { WireClaim($0) }
                    if let highestSeen { $0.highestSeen = highestSeen }
                }))
    }

    /// Sends the heartbeat and the items whose time has come.
    mutating func sendDue(now: Int64) {
        if heartbeatDue <= now {
            send(
                .heartbeat(
                    .with {
                        $0.claims = claimsHeld.map { WireClaim($0) }
                        $0.credit = credit
                    }))
            heartbeatDue = now + times.heartbeatMilliseconds
        }
        for index in queues.indices {
            queues[index].requeue(sentAtOrBefore: now - times.resendMilliseconds)
        }
        var room = limits.window - inFlightCount
        for lane in ParcelKey.Lane.allCases {
            fillFrames(of: lane, room: &room, now: now)
        }
    }

    mutating func send(_ message: WireMessage) { actions.append(.send(Frame.encode(message))) }

    /// Puts as many waiting items as the window has room for into as few frames as the limits
    /// allow.
    private mutating func fillFrames(of lane: ParcelKey.Lane, room: inout Int, now: Int64) {
        let index = lane.rawValue
        var limits = limits
        limits.listItems = min(limits.listItems, Self.itemsPerFrame)
        var frame = ListFrame(lane.messageKind, limits: limits)
        while room > 0, let parcel = queues[index].firstWaiting {
            if frame.append(parcel.bytes) {
                queues[index].sendFirstWaiting(now: now)
                room -= 1
            } else if frame.itemCount > 0 {
                actions.append(.send(frame.data))
                frame = ListFrame(lane.messageKind, limits: limits)
            } else {
                refuseTooLarge(parcel.key)
            }
        }
        if frame.itemCount > 0 { actions.append(.send(frame.data)) }
    }

    /// Answers an item that no frame can hold as the broker would, so that its owner learns of it.
    private mutating func refuseTooLarge(_ key: ParcelKey) {
        _ = queues[key.lane.rawValue].remove(key)
        let refusal = WireRefusal(
            Refusal(
                .frameTooLarge, reason: "an item must fit a frame of \(limits.frameBytes) bytes"))
        switch key {
        case .submit(let id):
            actions.append(.event(.receipts([ReceiptItem(id, refused: refusal)])))
        case .outcome(let claim):
            let item = OutcomeReceiptItem(claim, .unspecified, refused: refusal)
            actions.append(.event(.outcomeReceipts([item])))
        case .progress(let claim, let step):
            let step = WireProgressStep(rawValue: step) ?? .unspecified
            let item = OutcomeReceiptItem(claim, step, refused: refusal)
            actions.append(.event(.outcomeReceipts([item])))
        case .command(let id):
            actions.append(
                .event(
                    .commandReplies([
                        .with {
                            $0.id = id.data; $0.refused = refusal
                        }
                    ])))
        case .query(let correlation):
            actions.append(
                .event(
                    .queryReplies([
                        .with {
                            $0.correlation = correlation; $0.refused = refusal
                        }
                    ])))
        }
    }
}

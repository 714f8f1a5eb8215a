import BrokerEngine
import GridCodec
import GridModel

import struct Foundation.Data

/// What waits to be sent to one session: one list of a kind, as long as limits allow.
struct Outbox {
    var receipts: TaggedList
    var assigns: TaggedList
    /// Assignments that were handed out before.
    var assignsAgain: TaggedList
    var withdraws: TaggedList
    var outcomeReceipts: TaggedList
    var commandReplies: TaggedList
    /// Frames that are whole already.
    var frames: [Data] = []
    /// The last frame, after which the peer goes.
    var farewell: Data?
    /// Whether its session is in the list of those that have something.
    fileprivate var isListed = false

    /// Whether it answers somebody who files calls or gives orders.
    fileprivate var answersPeople: Bool { !receipts.isEmpty || !commandReplies.isEmpty }

    init(limits: ProtocolLimits) {
        receipts = TaggedList(.receipt, limits: limits)
        assigns = TaggedList(.assign, limits: limits)
        assignsAgain = TaggedList(.assign, limits: limits)
        withdraws = TaggedList(.withdraw, limits: limits)
        outcomeReceipts = TaggedList(.outcomeReceipt, limits: limits)
        commandReplies = TaggedList(.commandReply, limits: limits)
    }

    /// Gives every frame, in an order that is right whatever met in one batch: what is handed out
    /// again before the receipt that ends it, receipts before the new work their credit is for,
    /// work before its call-back, a farewell last.
    fileprivate mutating func take(tag: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) {
        for frame in frames { frame.withUnsafeBytes(body) }
        frames.removeAll(keepingCapacity: true)
        receipts.take(tag: tag) { $0.withUnsafeBytes(body) }
        assignsAgain.take(tag: tag) { $0.withUnsafeBytes(body) }
        outcomeReceipts.take(tag: tag) { $0.withUnsafeBytes(body) }
        commandReplies.take(tag: tag) { $0.withUnsafeBytes(body) }
        assigns.take(tag: tag) { $0.withUnsafeBytes(body) }
        withdraws.take(tag: tag) { $0.withUnsafeBytes(body) }
        if let farewell { farewell.withUnsafeBytes(body) }
        farewell = nil
        isListed = false
    }
}

/// Everything that may leave once one batch is durable.
struct Outgoing {
    private let limits: ProtocolLimits
    private var boxes: [Outbox] = []
    private var listed: [SessionHandle] = []
    /// Whether a peer can do nothing before something of it comes.
    private(set) var isAwaited = false
    /// The assignments among it: department, and when each became ready on the monotonic clock.
    var handovers: [(department: UInt16, readyNanoseconds: UInt64)] = []

    init(limits: ProtocolLimits) { self.limits = limits }

    var isEmpty: Bool { listed.isEmpty }

    /// Adds to the outbox of a session something that its peer waits for, or not.
    mutating func add(
        to session: SessionHandle, isAwaited: Bool = true, _ change: (inout Outbox) -> Void
    ) {
        if isAwaited { self.isAwaited = true }
        let index = Int(session.rawValue)
        while boxes.count <= index { boxes.append(Outbox(limits: limits)) }
        if !boxes[index].isListed {
            boxes[index].isListed = true
            listed.append(session)
        }
        change(&boxes[index])
    }

    /// How many answers wait for a session: items it sent that are not confirmed yet.
    func pending(_ session: SessionHandle) -> Int {
        let index = Int(session.rawValue)
        guard boxes.indices.contains(index) else { return 0 }
        return boxes[index].receipts.count
    }

    /// Gives every frame with its session: those of people, who wait, before those of workers,
    /// else in the order in which sessions got their first.
    mutating func take(
        tag: [UInt8], _ body: (SessionHandle, UnsafeRawBufferPointer) -> Void
    ) {
        for session in listed where boxes[Int(session.rawValue)].answersPeople {
            boxes[Int(session.rawValue)].take(tag: tag) { body(session, $0) }
        }
        for session in listed where boxes[Int(session.rawValue)].isListed {
            boxes[Int(session.rawValue)].take(tag: tag) { body(session, $0) }
        }
        listed.removeAll(keepingCapacity: true)
        isAwaited = false
    }

    /// Forgets what waits for a session that is over: its handle may be another's soon.
    mutating func discard(_ session: SessionHandle) {
        guard boxes.indices.contains(Int(session.rawValue)) else { return }
        boxes[Int(session.rawValue)] = Outbox(limits: limits)
        listed.removeAll { $0 == session }
    }
}

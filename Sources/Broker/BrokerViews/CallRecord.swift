import BrokerEngine
import GridModel

import struct Foundation.Data

/// What of a record the file does not know yet.
enum RecordChange: UInt8 {
    case none
    case updated
    case inserted

    /// The change after something more was changed.
    mutating func touch() { if self == .none { self = .updated } }
}

/// One call as the views show it, with its parts and its story.
///
/// A class, since a record lives through many transactions and copying one costs as much as a fact.
final class CallRecord {
    /// The facts of filing, which never change.
    let filing: Filing
    private(set) var state: CallState
    var closedAt = Timestamp.zero
    /// A part ran past its resolve clock, ever.
    var missedResolve = false
    /// 1 when filed, one more with every further fact that names the call.
    private(set) var revision: UInt32 = 1
    private(set) var story = Story()
    var parts: [PartRecord] = []
    private(set) var change: RecordChange
    /// Serialized `WireCallTexts` of a call not yet written; `nil` for one read from the file.
    private(set) var texts: Data?
    /// What of its campaign's shares in the file is this call's.
    private(set) var counted: [Counted] = []

    /// What was known when the call was filed.
    struct Filing: Equatable {
        var serial: UInt64
        var id: CallID
        var year: UInt16
        var catalogueVersion: UInt32
        var category: UInt16
        var condition: UInt8
        var grid: UInt16
        var campaign: UInt16
        var urgency: Urgency
        var filedAt: Timestamp
        var observedAt: Timestamp
        var isRecordedEarlier: Bool
        var isClockSuspect: Bool
        var coordinates: Coordinates?
        /// The batch whose texts hold this call's.
        var textsSeq: UInt64
        var textsOffset: UInt32
        var textsLength: UInt32

        /// The time that decides which campaign's window the call falls in.
        var matchedAt: Timestamp { isClockSuspect ? filedAt : observedAt }
    }

    /// A call that was just filed.
    init(filed filing: Filing, isVerifying: Bool, texts: Data) {
        self.filing = filing
        self.texts = texts
        state = isVerifying ? .verifying : .filed
        change = .inserted
    }

    /// A call as the file knows it.
    init(
        stored filing: Filing, state: CallState, closedAt: Timestamp, revision: UInt32,
        story: Story, parts: [PartRecord], missedResolve: Bool
    ) {
        self.filing = filing
        self.state = state
        self.closedAt = closedAt
        self.revision = revision
        self.story = story
        self.parts = parts
        self.missedResolve = missedResolve
        change = .none
        counted = shares()
    }

    /// Adds a step to the story; `isFirst` for the filing itself, which makes no new revision.
    func tell(_ step: Step, isFirst: Bool = false) {
        if !isFirst { revision &+= 1 }
        story.append(step, filedAt: filing.filedAt)
        change.touch()
    }

    /// Moves the call; its parts' rows say whether call and part are open, so they may change too.
    func move(to state: CallState) {
        if self.state.isOpen != state.isOpen {
            for index in parts.indices { parts[index].change.touch() }
        }
        self.state = state
        change.touch()
    }

    /// Forgets what people wrote about the call; what was said about erasures stays.
    func eraseTexts() {
        if texts != nil { texts = Data() }
        var erased = Story()
        for step in story.steps(filedAt: filing.filedAt) {
            erased.append(step.withoutText, filedAt: filing.filedAt)
        }
        story = erased
        for index in parts.indices where !parts[index].reason.isEmpty {
            parts[index].reason = []
            parts[index].change.touch()
        }
        change.touch()
    }

    /// Changes a part; a part the call does not have is left out.
    func change(_ number: AssignmentNumber, _ body: (inout PartRecord) -> Void) {
        guard let index = parts.firstIndex(where: { $0.number == number }) else { return }
        body(&parts[index])
        parts[index].change.touch()
    }

    /// Everything is in the file now.
    func settle() {
        if change != .none { counted = shares() }
        texts = nil
        change = .none
        for index in parts.indices { parts[index].change = .none }
    }
}

/// One department's part of a call as the views show it.
struct PartRecord {
    var number: AssignmentNumber
    var department: UInt16
    var role: DepartmentRole
    var stage: UInt8
    var state = AssignmentState.queued
    /// Where a review leads back to.
    var stateBeforeReview = AssignmentState.accepted
    var isSuspended = false
    /// How often it was handed out, over its whole life.
    var attempts: UInt32 = 0
    /// Attempts that counted since it was queued or requeued.
    var failures: UInt16 = 0
    var queuedAt: Timestamp
    /// Of the attempt in hand, zero if there is none; the story tells the earlier ones.
    var dispatchedAt = Timestamp.zero
    var acceptedAt = Timestamp.zero
    var completedAt = Timestamp.zero
    /// `distantFuture` without a limit and while suspended.
    var resolveDue: Timestamp
    /// Who has it in hand, or had it last.
    var worker: ActorID?
    /// What the department or an operator last wrote about it, UTF-8.
    var reason: [UInt8] = []
    var change = RecordChange.inserted

    /// Back in its queue: nobody has it in hand.
    mutating func queueAgain() {
        state = .queued
        dispatchedAt = .zero
        acceptedAt = .zero
        worker = nil
    }
}

import BrokerEngine
import GridModel

/// What a call's story says of clocks, proposals and supervisions: folded when somebody looks, so
/// that nothing of it costs a column.
struct ClockBook {
    /// A clock as it was last started.
    struct Clock {
        let kind: ClockKind
        /// The place of the report in its category; 0 for other clocks.
        let report: UInt8
        var warnsAt: UInt64
        var dueAt: UInt64
        /// It runs past the published calendar and may be moved by the next one.
        var isProvisional: Bool
        var stoppedAt: Timestamp?
    }

    /// What is known of one part.
    struct Part {
        var clocks: [Clock] = []
        var arrivedAt = Timestamp.zero
        var suspendedAt: Timestamp?
        var suspendedUntil: UInt64 = 0
        var extensions: UInt32 = 0
        var isExtensionRequested = false
        var proposal: Step?
        var review: Step?
        var supervision: Step?
        var reply: Step?
    }

    /// By ordinal.
    private(set) var parts: [Int: Part] = [:]
    /// Of the whole call.
    private(set) var call = Part()
    /// The serial of the call this one was merged into; 0 if it is not.
    private(set) var mergedInto: UInt64 = 0
    /// The serial of the call its reporter took it for; 0 if for none.
    private(set) var sameAs: UInt64 = 0

    /// Reads a story.
    init(_ steps: [Step]) {
        for step in steps {
            if step.ordinal == 0 || step.revisesCallClock {
                read(step)
            } else {
                parts[Int(step.ordinal) - 1, default: Part()].read(step)
            }
        }
    }

    private mutating func read(_ step: Step) {
        switch step.kind {
        case .checkOpened: call.start(.check, step)
        case .reportScheduled:
            call.start(.reportDue, step, report: UInt8(truncatingIfNeeded: step.first))
        case .reportFiled:
            call.stop([.reportDue], step.at, report: UInt8(truncatingIfNeeded: step.first))
        case .deadlineRevised: call.revise(step)
        case .checkDecided: call.stop([.check], step.at)
        case .callMerged:
            mergedInto = step.first
            call.stop([.check], step.at)
        case .callUnmerged: mergedInto = 0
        case .duplicateReported: sameAs = step.first
        case .callClosed, .callVoided, .mergeSettled:
            call.stop(ClockKind.allCases, step.at)
            for ordinal in parts.keys { parts[ordinal]?.stop(ClockKind.allCases, step.at) }
        default: break
        }
    }
}

extension ClockBook.Part {
    private static let steps: [ClockKind] = [.dispatch, .accept, .arrive, .review]

    fileprivate mutating func read(_ step: Step) {
        switch step.kind {
        case .assignmentQueued, .assignmentReworked: queue(step)
        case .assignmentDispatched:
            stop([.dispatch], step.at)
            start(.accept, step)
        case .assignmentAccepted:
            stop([.dispatch, .accept], step.at)
            start(.arrive, step)
        case .assignmentArrived:
            stop([.arrive], step.at)
            arrivedAt = step.at
        case .assignmentReleased, .assignmentStuck, .assignmentReturned:
            stop(Self.steps, step.at)
        case .assignmentCompleted: stop(Self.steps + [.resolve], step.at)
        case .assignmentWithdrawn, .assignmentRedispatched: stop(ClockKind.allCases, step.at)
        default: readDecision(step)
        }
    }

    private mutating func readDecision(_ step: Step) {
        switch step.kind {
        case .measuresProposed:
            (proposal, review) = (step, nil)
            guard step.first == 1 else { return }
            stop([.arrive], step.at)
            start(.review, step)
        case .proposalReviewed:
            review = step
            stop([.review], step.at)
        case .extensionRequested: isExtensionRequested = true
        case .extensionDecided:
            isExtensionRequested = false
            guard step.first == 1 else { return }
            extensions += 1
            start(.resolve, step)
        case .assignmentSuspended: (suspendedAt, suspendedUntil) = (step.at, step.second)
        case .assignmentResumed: resume(step)
        case .deadlineRevised:
            revise(step)
        case .supervisionOpened:
            (supervision, reply) = (step, nil)
            start(.reply, step)
        case .supervisionReplied:
            reply = step
            stop([.reply], step.at)
        default: break
        }
    }

    private mutating func queue(_ step: Step) {
        set(
            .dispatch, step.clocks.stepWarnsAt, step.clocks.stepDueAt,
            step.clocks.isStepProvisional)
        start(.resolve, step)
        guard step.kind == .assignmentReworked else { return }
        (extensions, isExtensionRequested, suspendedAt) = (0, false, nil)
        (proposal, review, arrivedAt) = (nil, nil, .zero)
    }

    private mutating func resume(_ step: Step) {
        suspendedAt = nil
        start(.resolve, step)
        let running = clocks.lastIndex { Self.steps.contains($0.kind) && $0.stoppedAt == nil }
        guard let running, step.clocks.stepDueAt != 0 else { return }
        clocks[running].warnsAt = step.clocks.stepWarnsAt
        clocks[running].dueAt = step.clocks.stepDueAt
        clocks[running].isProvisional = step.clocks.isStepProvisional
    }

    /// A later calendar moved a clock.
    fileprivate mutating func revise(_ step: Step) {
        guard let kind = step.clock else { return }
        start(kind, step)
    }

    fileprivate mutating func start(_ kind: ClockKind, _ step: Step, report: UInt8 = 0) {
        set(
            kind, step.clocks.warnsAt, step.second, step.clocks.isProvisional, report: report)
    }

    /// Starts a clock anew; one without a limit is not kept.
    private mutating func set(
        _ kind: ClockKind, _ warnsAt: UInt64, _ dueAt: UInt64, _ isProvisional: Bool,
        report: UInt8 = 0
    ) {
        clocks.removeAll { $0.kind == kind && $0.report == report }
        guard dueAt != 0, dueAt < UInt64(Int64.max) else { return }
        clocks.append(
            ClockBook.Clock(
                kind: kind, report: report, warnsAt: warnsAt, dueAt: dueAt,
                isProvisional: isProvisional))
    }

    /// Stops the clocks of these kinds that run; of reports only one's, if it is named.
    fileprivate mutating func stop(
        _ kinds: [ClockKind], _ now: Timestamp, report: UInt8? = nil
    ) {
        for index in clocks.indices
        where kinds.contains(clocks[index].kind) && clocks[index].stoppedAt == nil
            && report ?? clocks[index].report == clocks[index].report
        {
            clocks[index].stoppedAt = now
        }
    }
}

extension Step {
    /// The clock that the step is about, where it is about one that runs already.
    fileprivate var clock: ClockKind? {
        ClockKind(rawValue: UInt8(truncatingIfNeeded: first))
    }

    /// Whether it moves a clock of the whole call: the fact names the part whose timer rings it.
    fileprivate var revisesCallClock: Bool {
        kind == .deadlineRevised && (clock == .check || clock == .reportDue)
    }
}

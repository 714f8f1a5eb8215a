package import GridCodec
package import GridModel

/// What a worker does about its assignments, decided without clock, thread or message.
///
/// One entry for each claim in hand. Time comes in as milliseconds of a clock that never goes
/// back. `WorkerMachine+Drain.swift` holds the way to the end.
package struct WorkerMachine: Sendable {
    /// Where the worker stands with one claim.
    package enum Hand: Hashable, Sendable {
        /// No handler is free yet. Can become working, givingBack, or be dropped.
        case waiting
        /// A handler works on it. Can become reporting, givingBack, endingLost, endingToGiveBack.
        case working
        /// The claim was lost; its handler is being ended. Can only be dropped.
        case endingLost
        /// The worker drains; its handler is being ended. Can become givingBack, reporting (it
        /// had just finished), endingLost.
        case endingToGiveBack
        /// Its outcome was sent. Can become reporting (failed, if the broker refuses the
        /// outcome), or be dropped.
        case reporting(WireOutcomeResult)
        /// GIVE_BACK was sent. Can only be dropped.
        case givingBack
        /// DELIVER was sent. Can become reporting (failed, if the broker refuses the delivery), or
        /// be dropped.
        case delivering
    }

    /// What happens to a worker.
    package enum Event: Sendable {
        /// The broker handed these out.
        case assigned([AssignItem])
        /// These claims were withdrawn, or Welcome said that they are lost.
        case claimsLost([Claim], reason: String)
        /// Handlers have ended.
        case finished([FinishedWork])
        /// The broker answered progress or outcomes.
        case answered([WorkAnswer])
        /// A signal asks the worker to end; each further one makes it hurry more.
        case drainRequested(now: Int64)
        /// Time has passed.
        case tick(now: Int64)
    }

    /// How a worker takes its work.
    package struct Settings: Hashable, Sendable {
        /// Handlers that may run at once; also the credit announced.
        package var capacity: Int
        /// Whether ACCEPT is sent when a handler starts.
        package var accepts: Bool
        /// How long a draining worker lets its handlers go on, milliseconds.
        package var graceMilliseconds: Int64

        /// How long a draining worker stays at least, milliseconds: the broker may have handed out
        /// work before it read that nothing new is taken, and what comes in this time is given
        /// back instead of waiting for its lease to end.
        package var settleMilliseconds: Int64

        /// How assignments are put into the department's inbox; `nil`: handlers work on them.
        package var inbox: Inbox?

        /// How assignments are put into the department's inbox.
        package struct Inbox: Hashable, Sendable {
            /// Notifications that may run at once; 0: nobody is notified.
            package var notificationsAtOnce: Int
            /// Notifications that may wait for their turn: more are left out, since a delivery
            /// never waits for one and memory is bounded.
            package var notificationsWaiting: Int

            /// An inbox with so many notifications at once.
            package init(notificationsAtOnce: Int, notificationsWaiting: Int = 16_384) {
                self.notificationsAtOnce = notificationsAtOnce
                self.notificationsWaiting = notificationsWaiting
            }
        }

        /// Settings from their parts.
        package init(
            capacity: Int, accepts: Bool = true, graceMilliseconds: Int64,
            settleMilliseconds: Int64 = 250
        ) {
            self.capacity = capacity
            self.accepts = accepts
            self.graceMilliseconds = graceMilliseconds
            self.settleMilliseconds = settleMilliseconds
        }
    }

    /// How it takes its work.
    package let settings: Settings
    /// What it has done.
    package internal(set) var counts = WorkerCounts()
    /// How far it is on the way to its end.
    var drain = Drain.none
    /// Until when a draining worker stays whatever it has; `nil` when that is over.
    var settlesAt: Int64?
    /// Every claim in hand.
    var hands: [Claim: Hand] = [:]
    /// Handlers that run, those being ended included.
    var running = 0
    /// Deliveries of an inbox and what follows from them.
    var deliveries = Deliveries()
    private var waiting: [AssignItem] = []

    /// A worker that holds nothing.
    package init(settings: Settings) {
        self.settings = settings
    }

    /// Where it stands with `claim`; `nil` if the claim is not in hand.
    package func hand(of claim: Claim) -> Hand? { hands[claim] }

    /// What is to be done about `event`.
    package mutating func handle(_ event: Event) -> WorkerActions {
        var actions = WorkerActions()
        switch event {
        case .assigned(let items):
            for item in items { assigned(item, &actions) }
        case .claimsLost(let claims, let reason):
            for claim in claims { lost(claim, reason: reason, &actions) }
        case .finished(let works):
            for work in works { finished(work, &actions) }
        case .answered(let answers):
            for answer in answers { answered(answer, &actions) }
        case .drainRequested(let now):
            drainRequested(now: now, &actions)
        case .tick(let now):
            tick(now: now, &actions)
        }
        startWaiting(&actions)
        startNotifications(&actions)
        actions.isDone = isDone
        return actions
    }

    // MARK: - Assignments

    private mutating func assigned(_ item: AssignItem, _ actions: inout WorkerActions) {
        let claim = item.claim
        // The broker sends an assignment again when it is in doubt; it is not begun anew.
        guard hands[claim] == nil, !deliveries.isKnown(claim) else { return }
        counts.assigned += 1
        if settings.inbox != nil {
            deliverToInbox(item, &actions)
        } else if drain != .none {
            giveBack(claim, &actions)
        } else if running < settings.capacity {
            start(item, claim, &actions)
        } else {
            hands[claim] = .waiting
            waiting.append(item)
        }
    }

    private mutating func start(
        _ item: AssignItem, _ claim: Claim, _ actions: inout WorkerActions
    ) {
        hands[claim] = .working
        running += 1
        actions.starts.append(item)
        if settings.accepts { actions.accepts.append(claim) }
    }

    /// Starts what waits for a handler; a lost claim leaves its item here and is skipped.
    private mutating func startWaiting(_ actions: inout WorkerActions) {
        guard !waiting.isEmpty, running < settings.capacity || drain != .none else { return }
        var left = waiting[...]
        while let item = left.first, running < settings.capacity || drain != .none {
            left.removeFirst()
            let claim = item.claim
            guard hands[claim] == .waiting else { continue }
            if drain == .none {
                start(item, claim, &actions)
            } else {
                giveBack(claim, &actions)
            }
        }
        waiting = Array(left)
    }

    mutating func giveBack(_ claim: Claim, _ actions: inout WorkerActions) {
        hands[claim] = .givingBack
        counts.givenBack += 1
        actions.giveBacks.append(claim)
    }

    // MARK: - Lost claims

    mutating func lost(
        _ claim: Claim, reason: String, _ actions: inout WorkerActions
    ) {
        switch hands[claim] {
        case .waiting:
            hands[claim] = nil
        case .working:
            hands[claim] = .endingLost
            actions.stops.append(claim)
        case .endingToGiveBack:
            hands[claim] = .endingLost
        case nil, .endingLost, .reporting, .givingBack, .delivering:
            // A message is under way whose answer will say what became of the claim: it may have
            // been lost to that very message.
            return
        }
        counts.claimsLost += 1
        actions.notices.append(.claimLost(claim, reason: reason))
    }

    // MARK: - Finished work

    private mutating func finished(_ work: FinishedWork, _ actions: inout WorkerActions) {
        let claim = work.claim
        if deliveries.running.remove(claim) != nil {
            return notified(work, &actions)
        }
        switch (hands[claim], work.ending) {
        case (.working, .outcome(let outcome)):
            running -= 1
            report(outcome, claim, &actions)
        case (.endingToGiveBack, .outcome(let outcome)) where outcome.result != .failed:
            running -= 1
            report(outcome, claim, &actions)
        case (.working, .stopped), (.endingToGiveBack, _):
            running -= 1
            giveBack(claim, &actions)
        case (.endingLost, _):
            running -= 1
            hands[claim] = nil
        case (nil, _), (.waiting, _), (.reporting, _), (.givingBack, _), (.delivering, _):
            break
        }
    }

    mutating func report(
        _ outcome: WorkOutcome, _ claim: Claim, _ actions: inout WorkerActions
    ) {
        hands[claim] = .reporting(outcome.result.wire)
        actions.outcomes.append(outcome.item(for: claim))
        guard outcome.result == .failed else { return }
        counts.failed += 1
        actions.notices.append(.workFailed(claim, reason: outcome.reason))
    }
}

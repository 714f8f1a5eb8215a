import GridCodec
import GridModel

extension WorkerMachine {
    /// The deliveries under way, and the notifications that follow them.
    struct Deliveries: Sendable {
        /// What somebody is notified of once the broker has it in the inbox.
        var items: [Claim: AssignItem] = [:]
        /// Delivered; their notifications wait for their turn.
        var waiting: [AssignItem] = []
        /// Delivered; their notifications run.
        var running: Set<Claim> = []
        /// The claims delivered last: an Assign that the broker sent again may come after the
        /// answer to the delivery, and nobody is to be notified twice.
        private var recent: [Claim] = []
        private var recentSet: Set<Claim> = []
        private var oldest = 0

        /// More than the broker can have on the way at once.
        private static let remembered = 2 * WorkerConfiguration.maximumCredit

        /// Whether a claim was delivered a short while ago.
        func isKnown(_ claim: Claim) -> Bool { recentSet.contains(claim) }

        mutating func remember(_ claim: Claim) {
            guard recentSet.insert(claim).inserted else { return }
            guard recent.count == Self.remembered else { return recent.append(claim) }
            recentSet.remove(recent[oldest])
            recent[oldest] = claim
            oldest = (oldest + 1) % Self.remembered
        }
    }

    /// Notifications that wait or run.
    var notificationCount: Int { deliveries.waiting.count + deliveries.running.count }

    /// Puts an assignment into the department's inbox, also while the worker drains: that takes
    /// no longer than giving it back.
    mutating func deliverToInbox(_ item: AssignItem, _ actions: inout WorkerActions) {
        if let inbox = settings.inbox, inbox.notificationsAtOnce > 0 {
            deliveries.items[item.claim] = item
        }
        deliver(item.claim, &actions)
    }

    /// Leaves an assignment to people.
    mutating func deliver(_ claim: Claim, _ actions: inout WorkerActions) {
        hands[claim] = .delivering
        actions.deliveries.append(claim)
    }

    mutating func deliveryAnswered(_ answer: WorkAnswer, _ actions: inout WorkerActions) {
        let claim = answer.claim
        let item = deliveries.items.removeValue(forKey: claim)
        switch answer.refusal {
        case nil:
            hands[claim] = nil
            counts.delivered += 1
            deliveries.remember(claim)
            if let item { notify(item, &actions) }
        case let refusal? where refusal.code == .claimLost:
            hands[claim] = nil
            counts.claimsLost += 1
            let reason = "the broker refused the delivery"
            actions.notices.append(.claimLost(claim, reason: reason))
        case let refusal?:
            // What nobody delivers must not come back at once, for ever: a failure waits longer
            // each time and is stuck in the end, where an operator sees it.
            counts.deliveriesRefused += 1
            actions.notices.append(.deliveryRefused(claim, refusal))
            let reason = "the broker refused the delivery: \(refusal.reason)"
            report(.failed(reason), claim, &actions)
        }
    }

    private mutating func notify(_ item: AssignItem, _ actions: inout WorkerActions) {
        let hasRoom = deliveries.waiting.count < settings.inbox?.notificationsWaiting ?? 0
        guard hasRoom, !endsNotifications else {
            counts.notificationsFailed += 1
            let reason = hasRoom ? "the worker ends" : "too many notifications wait"
            actions.notices.append(.notificationFailed(item.claim, reason: reason))
            return
        }
        deliveries.waiting.append(item)
    }

    private var endsNotifications: Bool { drain == .givingBack || drain == .leaving }

    /// Starts what waits, as far as notifications may run at once.
    mutating func startNotifications(_ actions: inout WorkerActions) {
        guard let inbox = settings.inbox, !deliveries.waiting.isEmpty else { return }
        let room = max(0, inbox.notificationsAtOnce - deliveries.running.count)
        guard room > 0 else { return }
        let items = deliveries.waiting.prefix(room)
        deliveries.waiting.removeFirst(items.count)
        for item in items { deliveries.running.insert(item.claim) }
        actions.starts += items
    }

    /// A notification has ended; the assignment lies in the inbox in any case.
    mutating func notified(_ work: FinishedWork, _ actions: inout WorkerActions) {
        let reason: String
        switch work.ending {
        case .outcome(let outcome) where outcome.result != .failed: return
        case .outcome(let outcome): reason = outcome.reason
        case .stopped: reason = "it was ended"
        }
        counts.notificationsFailed += 1
        actions.notices.append(.notificationFailed(work.claim, reason: reason))
    }

    /// Lets no notification run or begin any more.
    mutating func endNotifications(_ actions: inout WorkerActions) {
        let left = deliveries.waiting
        deliveries.waiting = []
        counts.notificationsFailed += left.count
        for item in left {
            actions.notices.append(.notificationFailed(item.claim, reason: "the worker ends"))
        }
        actions.stops += deliveries.running.sorted {
            ($0.assignment, $0.attempt) < ($1.assignment, $1.attempt)
        }
    }
}

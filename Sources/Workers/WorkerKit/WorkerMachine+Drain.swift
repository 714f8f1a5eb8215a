import GridModel

extension WorkerMachine {
    /// How far a worker is on the way to its end; it never goes back.
    enum Drain: Hashable, Sendable {
        /// It takes work.
        case none
        /// It takes nothing new and lets its handlers go on until a time.
        case finishing(until: Int64)
        /// Its handlers are ended and what they had is given back.
        case givingBack
        /// It ends as soon as no handler runs, whatever is unanswered.
        case leaving
    }

    /// When `tick` has something to do; `nil`: not before another event.
    package var nextTick: Int64? {
        guard case .finishing(let end) = drain else { return settlesAt }
        return min(end, settlesAt ?? end)
    }

    /// Whether it takes nothing new.
    package var isDraining: Bool { drain != .none }

    var isDone: Bool {
        switch drain {
        case .none: false
        case .finishing, .givingBack:
            hands.isEmpty && settlesAt == nil && notificationCount == 0
        case .leaving: running == 0 && notificationCount == 0
        }
    }

    mutating func drainRequested(now: Int64, _ actions: inout WorkerActions) {
        switch drain {
        case .none:
            let (end, overflow) = now.addingReportingOverflow(settings.graceMilliseconds)
            drain = .finishing(until: overflow ? .max : end)
            if settings.settleMilliseconds > 0 { settlesAt = now + settings.settleMilliseconds }
            actions.credit = 0
            actions.drains = true
            actions.notices.append(.draining(inHand: hands.count))
        case .finishing:
            endHandlers(&actions)
        case .givingBack:
            drain = .leaving
            actions.notices.append(.leaving(unanswered: hands.count - running))
        case .leaving:
            break
        }
    }

    mutating func tick(now: Int64, _ actions: inout WorkerActions) {
        if let settlesAt, now >= settlesAt { self.settlesAt = nil }
        guard case .finishing(let end) = drain, now >= end else { return }
        endHandlers(&actions)
    }

    private mutating func endHandlers(_ actions: inout WorkerActions) {
        drain = .givingBack
        let claims = hands.filter { $0.value == .working }.keys.sorted {
            ($0.assignment, $0.attempt) < ($1.assignment, $1.attempt)
        }
        for claim in claims { hands[claim] = .endingToGiveBack }
        actions.stops += claims
        if settings.inbox == nil { actions.notices.append(.givingBack(running: running)) }
        endNotifications(&actions)
    }
}

import BrokerEngine
import GridModel
import Histogram

/// Recounts what the record counts, from the facts alone and as plainly as can be.
struct NaiveStatistics {
    /// One part of an open call, or of one that has ended.
    struct Part {
        var department: Int
        var state: AssignmentState
        var attempt: UInt32 = 0
        var queuedAt: Timestamp
        var waitingSince: Timestamp
        var steppedAt = Timestamp.zero
        var isOverdue = false
    }

    struct Call {
        var urgency: Urgency
        var campaign: Int?
        var filedAt: Timestamp
        var parts: [AssignmentNumber] = []
        var isChecked = false
        var missedResolve = false
    }

    /// A list of durations by what they are counted under.
    struct Key: Hashable {
        var scope: String
        var step: Latencies.Step
    }

    private(set) var parts: [AssignmentNumber: Part] = [:]
    private(set) var calls: [UInt64: Call] = [:]
    private(set) var durations: [Key: [Int64]] = [:]
    private(set) var ever: [String: UInt64] = [:]
    /// Hand-outs that were not of a waiting part, or not the next attempt.
    private(set) var doubleClaims = 0
    private var now = Timestamp.zero

    mutating func apply(_ fact: Fact) {
        switch fact {
        case .turnBegan(let at): now = max(now, at)
        case .callFiled(let fact): file(fact)
        case .callClosed(let serial): end(serial, "closed")
        case .callVoided(let serial, _, _): end(serial, "voided")
        case .checkOpened(let serial, _): calls[serial]?.isChecked = true
        case .checkDecided(let serial, let passed, _, _):
            if !passed { calls[serial]?.isChecked = false }
        case .callMerged(let serial, _, _, _): calls[serial]?.isChecked = false
        case .assignmentQueued(let fact):
            parts[fact.number] = Part(
                department: Int(fact.department), state: .queued, queuedAt: now,
                waitingSince: now)
            calls[fact.number.serial]?.parts.append(fact.number)
            count(fact.number, "received")
        case .assignmentDispatched(let fact): dispatch(fact)
        case .assignmentDelivered(let number):
            if parts[number]?.state == .dispatched { parts[number]?.state = .delivered }
        case .assignmentAccepted(let fact):
            step(fact.number, .accept, to: .accepted)
            count(fact.number, "accepted")
        case .assignmentArrived(let number, _): step(number, .arrive, to: .arrived)
        case .assignmentReleased(let fact): wait(fact.number)
        case .assignmentStuck(let number, _): parts[number]?.state = .stuck
        case .assignmentCompleted(let fact): complete(fact.number)
        case .assignmentReturned(let fact):
            parts[fact.number]?.state = .returned
            count(fact.number, "returned")
        case .assignmentWithdrawn(let number, _, _), .assignmentRedispatched(let number, _, _, _):
            parts[number]?.state = .withdrawn
        case .assignmentRequeued(let number, _, _): wait(number)
        case .assignmentReworked(let number, _, _):
            parts[number]?.queuedAt = now
            parts[number]?.isOverdue = false
            wait(number)
            count(number, "received")
        case .deadlineMissed(let number, let clock, _):
            ever["missed \(clock.rawValue)", default: 0] += 1
            if clock == .resolve {
                parts[number]?.isOverdue = true
                calls[number.serial]?.missedResolve = true
            }
        default: break
        }
    }

    /// How many parts of a department satisfy a condition now.
    func count(_ department: Int, where isCounted: (Part) -> Bool) -> Int {
        parts.values.count { $0.department == department && isCounted($0) }
    }

    /// Since when the oldest of a department waits.
    func oldestWaiting(_ department: Int) -> Timestamp? {
        parts.values.filter { $0.department == department && $0.state == .queued }
            .map(\.waitingSince).min()
    }

    /// How many open calls of a campaign have an open part past its resolve clock.
    func overdueCalls(_ campaign: Int) -> Int {
        calls.values.count { call in
            call.campaign == campaign
                && call.parts.contains {
                    parts[$0].map { $0.isOverdue && $0.state.isOpen } ?? false
                }
        }
    }

    /// How many calls of a campaign every department has done its part of, checked now or closed.
    func rectifiedCalls(_ campaign: Int) -> Int {
        calls.values.count { $0.campaign == campaign && $0.isChecked }
            + Int(ever["closed \(campaign)"] ?? 0)
    }

    /// A histogram of the durations counted under a key.
    func latency(_ scope: String, _ step: Latencies.Step) -> Latency {
        var latency = Latency()
        for milliseconds in durations[Key(scope: scope, step: step)] ?? [] {
            latency.record(milliseconds: milliseconds)
        }
        return latency
    }

    private mutating func file(_ fact: CallFiled) {
        let campaign = fact.campaign == CallFiled.noCampaign ? nil : Int(fact.campaign)
        calls[fact.serial] = Call(urgency: fact.urgency, campaign: campaign, filedAt: now)
        ever["filed", default: 0] += 1
        if let campaign { ever["found \(campaign)", default: 0] += 1 }
    }

    private mutating func end(_ serial: UInt64, _ word: String) {
        guard let call = calls.removeValue(forKey: serial) else { return }
        ever[word, default: 0] += 1
        if let campaign = call.campaign { ever["\(word) \(campaign)", default: 0] += 1 }
        for number in call.parts { parts[number] = nil }
        guard word == "closed" else { return }
        if let campaign = call.campaign, !call.missedResolve {
            ever["on time \(campaign)", default: 0] += 1
        }
        record(call, department: nil, .close, now.milliseconds(since: call.filedAt))
    }

    private mutating func dispatch(_ fact: AssignmentDispatched) {
        guard let part = parts[fact.number] else { return }
        if part.state != .queued || fact.attempt != part.attempt + 1 { doubleClaims += 1 }
        if part.attempt == 0 { record(fact.number, .dispatch, since: part.queuedAt) }
        parts[fact.number]?.attempt = fact.attempt
        parts[fact.number]?.state = .dispatched
        parts[fact.number]?.steppedAt = now
        count(fact.number, "dispatched")
    }

    private mutating func complete(_ number: AssignmentNumber) {
        guard let part = parts[number] else { return }
        record(number, .resolve, since: part.queuedAt)
        parts[number]?.state = .completed
        count(number, "completed")
    }

    private mutating func step(
        _ number: AssignmentNumber, _ step: Latencies.Step, to state: AssignmentState
    ) {
        guard let part = parts[number] else { return }
        record(number, step, since: part.steppedAt)
        parts[number]?.state = state
        parts[number]?.steppedAt = now
    }

    private mutating func wait(_ number: AssignmentNumber) {
        parts[number]?.state = .queued
        parts[number]?.waitingSince = now
    }

    private mutating func count(_ number: AssignmentNumber, _ word: String) {
        guard let part = parts[number] else { return }
        ever["\(word) \(part.department)", default: 0] += 1
    }

    private mutating func record(
        _ number: AssignmentNumber, _ step: Latencies.Step, since start: Timestamp
    ) {
        guard let call = calls[number.serial], let part = parts[number] else { return }
        record(call, department: part.department, step, now.milliseconds(since: start))
    }

    private mutating func record(
        _ call: Call, department: Int?, _ step: Latencies.Step, _ milliseconds: Int64
    ) {
        var scopes = ["urgency \(call.urgency.rawValue)"]
        if let department { scopes.append("department \(department)") }
        if let campaign = call.campaign { scopes.append("campaign \(campaign)") }
        for scope in scopes {
            durations[Key(scope: scope, step: step), default: []].append(milliseconds)
        }
    }
}

import BrokerEngine
import GridCodec
import GridModel
import GridSession

import struct Foundation.Data

/// An operator: at random while things go wrong, and at the end puts right what waits for a person.
final class SimulatedOperator: Peer {
    /// Commands without an answer; survive a crash.
    private var unanswered: [WireCommandItem] = []
    /// The last commands that were answered, to be sent again now and then.
    private var answered: [WireCommandItem] = []

    override func introduce(_ configuration: inout SessionConfiguration) {
        configuration.role = .operator
    }

    override func hasStarted() { send(unanswered.map { Parcel($0) }) }

    override func handle(_ event: SessionEvent) {
        switch event {
        case .commandReplies(let items):
            for item in items {
                guard let place = unanswered.firstIndex(where: { $0.id == item.id })
                else { continue }
                let command = unanswered.remove(at: place)
                if !item.hasRefused { answered.append(command) }
            }
        case .brokerError(let error) where isPassing(error): break
        case .brokerError, .unreadable: simulation.fail("\(name) was told: \(event)")
        default: break
        }
    }

    /// Commands something, sensible or not.
    func meddle() {
        let open = simulation.auditor.open
        guard let serial = open.keys.sorted().randomElement(&simulation.random),
            let call = open[serial]
        else { return }
        let returned = call.parts.firstIndex { $0.state == .returned }
        guard !call.parts.isEmpty else {
            var item = command(on: call, part: 0)
            item.verify.passed = simulation.random.chance(perMille: 800)
            command(item)
            return
        }
        var item = command(on: call, part: returned ?? simulation.random.below(call.parts.count))
        if simulation.random.chance(perMille: 100) { item.expectedRevision = 3 }
        if simulation.random.chance(perMille: 700) {
            people(&item, call, Int(item.ordinal))
            command(item)
            return
        }
        switch simulation.random.below(6) {
        case 0: item.voidCall = WireVoidCall()
        case 1: item.withdraw = WireWithdrawPart()
        case 2: item.requeue = WireRequeue()
        default: item.redispatch.department = simulation.random.pick(SimulatedStreet.departments)
        }
        command(item)
    }

    /// Sends a command again that was answered already.
    func repeatCommand() {
        guard !answered.isEmpty else { return }
        command(simulation.random.pick(answered))
    }

    /// Sees to every part that waits for a person.
    func tidyUp() {
        guard unanswered.isEmpty else { return }
        let open = simulation.auditor.open
        resumeEverything()
        for serial in open.keys.sorted() {
            guard let call = open[serial], call.state != .merged else { continue }
            if call.state != .working {
                var item = command(on: call, part: 0)
                if call.state == .verifying {
                    item.verify.passed = true
                } else {
                    item.check.passed = true
                }
                command(item)
                continue
            }
            if call.isStranded {
                var item = command(on: call, part: 0)
                item.voidCall = WireVoidCall()
                command(item)
                continue
            }
            for (ordinal, part) in call.parts.enumerated() {
                var item = command(on: call, part: ordinal)
                switch part.state {
                case .stuck: item.requeue = WireRequeue()
                case .returned:
                    item.redispatch.department = SimulatedStreet.departments[part.department]
                default: guard finish(part, &item) else { continue }
                }
                command(item)
            }
        }
    }

    /// What an officer or reviewer still owes; false if nobody of them does.
    private func finish(_ part: Auditor.Part, _ item: inout WireCommandItem) -> Bool {
        guard !part.isSuspended else {
            item.resume = WireResumePart()
            return part.state.isOpen
        }
        switch part.state {
        case .delivered: item.accept = WireAcceptPart()
        case .underReview:
            item.review.verdict = .approved
            item.review.digest = Data(part.proposal?.digest.bytes ?? [])
        case .accepted, .arrived:
            item.complete.measures = [Self.fine("1")]
            return part.isWithOfficers
        default: return false
        }
        return true
    }

    private func resumeEverything() {
        if !simulation.auditor.isClockConfirmed {
            var item = ofStreet()
            item.confirmClock = WireConfirmClock()
            command(item)
        }
        for department in simulation.auditor.paused.sorted() {
            var item = ofStreet()
            item.resumeQueue.department = SimulatedStreet.departments[Int(department)]
            command(item)
        }
        for worker in simulation.workers {
            var item = ofStreet()
            item.directWorker.order = .work
            item.directWorker.department = worker.department
            item.directWorker.name = worker.name
            command(item)
        }
    }

    private func command(on call: Auditor.Call, part: Int) -> WireCommandItem {
        var item = WireCommandItem()
        let id = CommandID(high: simulation.random.next() | 1, low: simulation.random.next())
        item.id = id.data
        item.call = call.id.data
        item.ordinal = UInt32(part)
        item.reason = "because"
        return item
    }

    /// Something that officers, reviewers, reporters, supervisors or operators do, possible or not.
    private func people(_ item: inout WireCommandItem, _ call: Auditor.Call, _ ordinal: Int) {
        let random = simulation.random.below(23)
        let soon = simulation.clock.moment.wall.milliseconds + 5_000
        let measures = [Self.fine(simulation.random.pick(["1", "60000", "70000"]))]
        switch random {
        case 0, 1: item.accept = WireAcceptPart()
        case 2: item.arrive = WireArrivePart()
        case 3, 4: item.propose.measures = measures
        case 5, 6: item.complete.measures = measures
        case 7: item.returnPart = WireReturnPart()
        case 8: item.fail = WireFailPart()
        case 9: item.requestExtension = WireRequestExtension()
        case 10: item.decideExtension.approved = simulation.random.chance(perMille: 700)
        case 11: item.suspend.until = soon + Int64(simulation.random.below(60_000))
        case 12: item.resume = WireResumePart()
        case 13: item.supervise = WireSupervise()
        case 14: item.reply = WireReplySupervision()
        case 15, 16:
            item.review.verdict = simulation.random.pick([.approved, .corrected, .rejected])
            let digest = call.parts[ordinal].proposal?.digest ?? Digest(words: (1, 2, 3, 4))
            item.review.digest = Data(digest.bytes)
        case 17: item.check.passed = simulation.random.chance(perMille: 500)
        case 18: item.verify.passed = simulation.random.chance(perMille: 800)
        case 19:
            let calls = simulation.auditor.open
            let other = calls.keys.sorted().randomElement(&simulation.random).flatMap { calls[$0] }
            item.merge.into = other?.id.data ?? Data()
        case 20: item.unmerge = WireUnmergeCall()
        case 21:
            item.report.report = simulation.random.pick([
                "weekly", "weekly", "monthly", "", "daily",
            ])
        default: street(&item)
        }
    }

    private func street(_ item: inout WireCommandItem) {
        item = ofStreet()
        let department = simulation.random.pick(SimulatedStreet.departments)
        switch simulation.random.below(8) {
        case 0: item.pauseQueue.department = department
        case 1: item.resumeQueue.department = department
        case 2: item.confirmClock = WireConfirmClock()
        case 3...6: campaign(&item)
        default:
            let worker = simulation.random.pick(simulation.workers)
            item.directWorker.order = simulation.random.pick([.quiet, .work])
            item.directWorker.department = worker.department
            item.directWorker.name = worker.name
        }
    }

    /// What an operator does with campaigns and activities, possible or not.
    private func campaign(_ item: inout WireCommandItem) {
        let id = SimulatedStreet.catalogue.campaigns[0].id
        let now = simulation.clock.moment.wall.milliseconds
        switch simulation.random.below(6) {
        case 0, 1: item.openCampaign.campaign = id
        case 2, 3:
            item.extendCampaign.campaign = id
            item.extendCampaign.until = now + 30_000 - Int64(simulation.random.below(40_000))
        case 4: item.closeCampaign.campaign = id
        default:
            item.recordActivity.kind = simulation.random.pick([.outreach, .training])
            item.recordActivity.heldAt = now - Int64(simulation.random.below(86_400_000))
            item.recordActivity.sessions = UInt32(simulation.random.below(4))
            item.recordActivity.people = UInt32(simulation.random.below(1_000))
        }
    }

    private func ofStreet() -> WireCommandItem {
        var item = WireCommandItem()
        let id = CommandID(high: simulation.random.next() | 1, low: simulation.random.next())
        item.id = id.data
        item.reason = "because"
        return item
    }

    private static func fine(_ value: String) -> WireMeasure {
        var measure = WireMeasure()
        measure.name = "fine"
        measure.value = value
        return measure
    }

    private func command(_ item: WireCommandItem) {
        if !unanswered.contains(where: { $0.id == item.id }) { unanswered.append(item) }
        send([Parcel(item)])
    }
}

extension Array {
    /// One of the elements; `nil` if there is none.
    fileprivate func randomElement(_ random: inout Randomness) -> Element? {
        isEmpty ? nil : random.pick(self)
    }
}

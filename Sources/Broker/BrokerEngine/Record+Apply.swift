import GridModel

extension Record {
    /// Changes the state as a fact says; returns the call that ended with it, if one did.
    ///
    /// A fact that does not fit the state means a damaged journal or a broken engine: it traps
    /// with the fact's place, since going on would make the damage durable.
    ///
    /// Every fact about a call, its filing the first, raises the call's revision by one.
    package mutating func apply(_ fact: Fact) -> EndedCall? {
        let ended = change(fact)
        if let serial = fact.serial, let slot = call(serial: serial) {
            calls[slot].revision &+= 1
        }
        return ended
    }

    private mutating func change(_ fact: Fact) -> EndedCall? {
        switch fact {
        case .turnBegan(let at): advance(to: at)
        case .epochBegan(let epoch, let firstSerial):
            self.epoch = epoch
            nextSerial = max(nextSerial, firstSerial)
        case .catalogueAdopted(let catalogue): adopt(catalogue)
        case .actorNamed(let actor, let name): self.name(actor, name)
        case .commandDecided, .accessRefused, .activityRecorded: break
        case .campaignOpened, .campaignExtended, .campaignClosed: applyToCampaign(fact)
        case .callFiled(let fact): applyFiled(fact)
        case .callVerified(let serial, let passed, _, _):
            if !passed { return end(serial, as: .voided) }
            modifyCall(serial) { $0.state = .filed }
        case .stageBegan(let serial, let stage): modifyCall(serial) { $0.stage = stage }
        case .checkOpened(let serial, let deadline): applyCheckOpened(serial, deadline)
        case .checkDecided(let serial, let passed, _, _):
            if let slot = call(serial: serial) {
                stopCheck(slot)
                if !passed { takeBackRectified(slot) }
            }
            if !passed { modifyCall(serial) { $0.state = .working } }
        case .callClosed(let serial): return end(serial, as: .closed)
        case .callVoided(let serial, _, _): return end(serial, as: .voided)
        case .callMerged(let serial, let root, _, _): applyMerged(serial, into: root)
        case .callUnmerged(let serial, _, _): applyUnmerged(serial)
        case .mergeSettled(let serial): return end(serial, as: .merged)
        case .reportScheduled(let serial, let deadline, let report):
            applyReport(report, of: serial, deadline)
        case .reportFiled(let serial, _, _, let report): applyReport(report, of: serial, .none)
        case .duplicateReported(let serial, let other, _):
            if let slot = call(serial: serial) { detail(ofCall: slot) { $0.sameAs = other } }
        case .erasureRequested(let serial, let actor, _):
            erasures[serial, default: CallErasure()].requestedBy = actor
        case .personalDataErased(let fact):
            erasures[fact.serial, default: CallErasure()].erase(fact.texts)
        default: applyToAssignment(fact)
        }
        return nil
    }

    private mutating func adopt(_ catalogue: StreetCatalogue) {
        symbols.intern(catalogue)
        while departments.count < symbols.departments.names.count {
            departments.append(DepartmentCounters())
        }
        while campaigns.count < symbols.campaigns.names.count {
            campaigns.append(CampaignCounters())
        }
        declareWindows(catalogue)
        catalogues.append(CatalogueVersion(catalogue, symbols: symbols))
    }

    private mutating func applyFiled(_ fact: CallFiled) {
        var call = CallSlot()
        call.serial = fact.serial
        call.id = fact.id
        call.contentDigest = fact.contentDigest
        call.filedAt = now
        call.observedAt = fact.observedAt
        if let texts = fact.texts {
            call.textsSeq = batchSeq
            call.textsOffset = texts.offset
            call.textsLength = texts.length
        }
        call.catalogueVersion = fact.catalogueVersion
        if let coordinates = fact.coordinates {
            call.latitude = Int32(coordinates.latitude * 1e7)
            call.longitude = Int32(coordinates.longitude * 1e7)
        }
        call.category = fact.category
        call.grid = fact.grid
        call.campaign = fact.campaign
        call.year = fact.year
        call.condition = fact.condition
        call.urgency = fact.urgency
        call.state = fact.isVerifying ? .verifying : .filed
        call.isRecordedEarlier = fact.isRecordedEarlier
        call.isClockSuspect = fact.isClockSuspect
        call.reporter = fact.actor
        _ = insertCall(call)
        nextSerial = max(nextSerial, fact.serial + 1)
        street.filed += 1
        if fact.campaign != CallFiled.noCampaign { campaigns[Int(fact.campaign)].found += 1 }
    }

    mutating func modifyCall(_ serial: UInt64, _ change: (inout CallSlot) -> Void) {
        guard let slot = call(serial: serial) else {
            preconditionFailure("batch \(batchSeq): a fact names call \(serial), which is not open")
        }
        change(&calls[slot])
    }

    private mutating func end(_ serial: UInt64, as state: CallState) -> EndedCall {
        guard let slot = call(serial: serial) else {
            preconditionFailure("batch \(batchSeq): a fact ends call \(serial), which is not open")
        }
        let ended = endedCall(slot, as: state)
        let call = calls[slot]
        var part = call.firstAssignment
        while part != .none {
            leaveState(part)
            part = assignments[part].next
        }
        switch state {
        case .closed:
            street.closed += 1
            recordClose(calls[slot])
        case .merged: street.mergedNow -= 1
        default: street.voided += 1
        }
        countEnd(of: call, as: state)
        removeCall(slot)
        return ended
    }

    private mutating func recordClose(_ call: CallSlot) {
        let milliseconds = now.milliseconds(since: call.filedAt)
        street.latencies[Int(call.urgency.rawValue)].record(.close, milliseconds: milliseconds)
        if call.campaign != CallFiled.noCampaign {
            campaigns[Int(call.campaign)].latencies.record(.close, milliseconds: milliseconds)
        }
    }

    private func endedCall(_ slot: Slot, as state: CallState) -> EndedCall {
        let call = calls[slot]
        var endings: [EndedCall.Ending] = []
        var part = call.firstAssignment
        while part != .none {
            let assignment = assignments[part]
            endings.append(
                EndedCall.Ending(
                    state: assignment.wasReturned ? .returned : assignment.state,
                    attempt: assignment.attempt))
            part = assignment.next
        }
        return EndedCall(
            serial: call.serial, id: call.id, contentDigest: call.contentDigest, year: call.year,
            filedAt: call.filedAt, state: state, campaign: call.campaign,
            isClockSuspect: call.isClockSuspect, endings: endings)
    }
}

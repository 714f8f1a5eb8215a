import GridModel

extension Engine {
    /// Ahead of the broker by more than this, a terminal's clock is suspect.
    static let suspectAhead: Int64 = 5 * 60_000
    /// Behind the broker by more than this in a live submit, a terminal's clock is suspect.
    private static let suspectBehind: Int64 = 30 * 86_400_000

    /// Files a call once for ever: the same id gives the same receipt, other content is refused.
    mutating func submit(_ item: Submission, from session: SessionHandle, old: OldCall?) {
        if let known = knownCall(item.id, old: old) {
            effects.append(answer(known, to: item, session))
            return
        }
        switch plan(item) {
        case .success(let filing): file(item, filing, from: session)
        case .failure(let refusal): effects.append(.refuseSubmit(session, item.id, refusal))
        }
    }

    private struct Filing {
        let version: CatalogueVersion
        let plan: CatalogueVersion.Plan
        let category: UInt16
        let condition: Int
        let grid: UInt16
        let campaign: UInt16?
    }

    private func knownCall(_ id: CallID, old: OldCall?) -> EndedCall? {
        if let slot = record.call(id: id) {
            let call = record.calls[slot]
            return EndedCall(
                serial: call.serial, id: id, contentDigest: call.contentDigest, year: call.year,
                filedAt: call.filedAt, state: call.state, campaign: call.campaign,
                isClockSuspect: call.isClockSuspect, endings: [])
        }
        return recent.call(id: id) ?? old
    }

    private func answer(
        _ known: EndedCall, to item: Submission, _ session: SessionHandle
    ) -> Effect {
        guard known.contentDigest == item.contentDigest else {
            return .refuseSubmit(
                session, item.id,
                Refusal(
                    .contentDiffers, field: "id",
                    reason: "this id was filed with other content; a new call needs a new id"))
        }
        return .confirmFiled(
            session,
            FiledReceipt(
                id: known.id, serial: known.serial, year: known.year, filedAt: known.filedAt,
                campaign: known.campaign, isRepeated: true,
                isClockSuspect: known.isClockSuspect))
    }

    private func plan(_ item: Submission) -> Result<Filing, Refusal> {
        guard let version = record.catalogue else {
            return .failure(Refusal(.stopping, reason: "the broker has no catalogue yet"))
        }
        guard record.calls.count < limits.openCalls else {
            return .failure(
                Refusal(
                    .tooManyOpenCalls,
                    reason: "at most \(limits.openCalls) calls may be open; try again later"))
        }
        guard let category = record.symbols.categories.number(of: item.category),
            let plan = version.plan(of: category)
        else { return .failure(Self.unknown(.unknownCategory, "category", item.category)) }
        guard let condition = Self.condition(item.condition, of: plan.category) else {
            return .failure(Self.unknown(.unknownCondition, "condition", item.condition))
        }
        guard let grid = record.symbols.grids.number(of: item.grid),
            Int(grid) < version.declaredGrids.count, version.declaredGrids[Int(grid)]
        else { return .failure(Self.unknown(.unknownGrid, "grid", item.grid)) }
        var campaign: UInt16?
        if !item.campaign.isEmpty {
            campaign = record.symbols.campaigns.number(of: item.campaign)
            guard let number = campaign,
                version.catalogue.campaigns.contains(where: { $0.id == item.campaign })
            else { return .failure(Self.unknown(.unknownCampaign, "campaign", item.campaign)) }
            // A terminal may have kept the call since before the closing: it is filed, as if it
            // named none. The receipt tells.
            if record.campaignWindows[Int(number)].closedAt != nil { campaign = nil }
        }
        return .success(
            Filing(
                version: version, plan: plan, category: category, condition: condition,
                grid: grid, campaign: campaign))
    }

    private static func unknown(_ code: RefusalCode, _ field: String, _ id: String) -> Refusal {
        Refusal(
            code, field: field,
            reason: id.isEmpty
                ? "a \(field) is needed"
                : "the catalogue in force declares no \(field) \(id.prefix(64).debugDescription)")
    }

    private static func condition(_ id: String, of category: Category) -> Int? {
        if id.isEmpty { return 0 }
        return category.conditions.firstIndex { $0.id == id }
    }

    private mutating func file(
        _ item: Submission, _ filing: Filing, from session: SessionHandle
    ) {
        let observedAt = item.observedAt == .zero ? now : item.observedAt
        let lead = observedAt.milliseconds(since: now)
        let isSuspect =
            lead > Self.suspectAhead || (!item.isRecordedEarlier && lead < -Self.suspectBehind)
        let campaign =
            filing.campaign
            ?? filing.version.campaign(
                category: filing.category, grid: filing.grid,
                at: isSuspect ? now : observedAt, windows: record.campaignWindows)
        let plan = filing.plan
        let fact = CallFiled(
            serial: record.nextSerial,
            year: UInt16(clamping: filing.version.catalogue.calendar.zone.localYear(of: now)),
            id: item.id, contentDigest: item.contentDigest, category: filing.category,
            condition: UInt8(filing.condition), grid: filing.grid, campaign: campaign,
            urgency: item.urgency ?? plan.category.urgency, observedAt: observedAt,
            isRecordedEarlier: item.isRecordedEarlier, isClockSuspect: isSuspect,
            isVerifying: plan.category.isVerified, coordinates: item.coordinates,
            catalogueVersion: UInt32(record.catalogues.count), actor: actor(of: session),
            texts: item.texts)
        emit(.callFiled(fact))
        if let other = item.sameAs { reportDuplicate(fact, of: other) }
        if !plan.category.isVerified { queueStage(0, serial: fact.serial) }
        if plan.isWatchedFromFiling, let call = record.call(serial: fact.serial) {
            noteSimilar(call)
            if !plan.category.isVerified { scheduleReports(call) }
        }
        effects.append(
            .confirmFiled(
                session,
                FiledReceipt(
                    id: item.id, serial: fact.serial, year: fact.year, filedAt: now,
                    campaign: campaign, isRepeated: false, isClockSuspect: isSuspect)))
    }

    /// Who facts say the peer of a session is; 0 if nobody proved it.
    package func actor(of session: SessionHandle) -> ActorID {
        presence.contains(session) ? presence[session].actor : 0
    }
}

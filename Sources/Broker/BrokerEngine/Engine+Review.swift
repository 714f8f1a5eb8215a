import GridModel

extension Engine {
    /// Measures are proposed: a major decision waits for legal review.
    mutating func propose(_ order: Order, _ proposal: Proposal) throws(Refusal) {
        let plan = plan(of: order.call)
        let form = plan?.category.measures ?? []
        guard !proposal.measures.isEmpty else {
            throw Refusal(.missingField, field: "measures", reason: "say what is proposed")
        }
        if let refusal = form.objection(to: proposal.measures, isCompletion: false) {
            throw refusal
        }
        let isMajor = try isMajor(proposal.measures, under: plan?.category.majorDecision)
        emit(
            .measuresProposed(
                MeasuresProposed(
                    number: record.assignments[order.part].number, digest: proposal.digest,
                    isMajor: isMajor, actor: order.actor,
                    review: isMajor ? deadline(.review, call: order.call) : .none,
                    texts: order.reason)))
        guard isMajor else { return }
        schedule.reviews.insert(order.part)
        scheduleClocks(order.part)
    }

    /// A reviewer decides on the very proposal that was read, or a second operator answers for it.
    mutating func review(
        _ order: Order, _ verdict: ReviewVerdict, _ digest: Digest
    ) throws(Refusal) {
        guard let proposal = record.detail(of: order.part)?.proposal, proposal.digest == digest
        else {
            throw Refusal(
                .revisionChanged, field: "digest",
                reason: "another proposal waits for review; look again and decide anew")
        }
        if verdict == .bypassed { try checkBypass(order, of: proposal) }
        emit(
            .proposalReviewed(
                ProposalReviewed(
                    number: record.assignments[order.part].number, digest: digest,
                    verdict: verdict, actor: order.actor, reason: order.reason)))
        scheduleClocks(order.part)
    }

    /// Two people answer for a bypass, and both are known.
    private func checkBypass(
        _ order: Order, of proposal: PartDetail.ProposedMeasures
    ) throws(Refusal) {
        guard order.actor != 0, order.actor != proposal.actor else {
            throw Refusal(
                .forbidden,
                reason: order.actor == 0
                    ? "a bypass needs a key, so that it is known who answers for it"
                    : "whoever proposed a decision cannot bypass its review; another operator may")
        }
    }

    /// Why a part may not be completed with these measures; `nil` if it may.
    func completionRefusal(_ slot: Slot, _ proposal: Proposal?) -> Refusal? {
        let call = record.assignments[slot].call
        guard let plan = plan(of: call), plan.looksAtMeasures else { return nil }
        let measures = proposal?.measures ?? []
        if let refusal = plan.category.measures.objection(to: measures, isCompletion: true) {
            return refusal
        }
        let detail = record.detail(of: slot)
        do throws(Refusal) {
            let isMajor = try isMajor(measures, under: plan.category.majorDecision)
            if isMajor, detail?.approved == nil || detail?.approved != proposal?.digest {
                return Refusal(
                    .reviewRequired, field: "measures",
                    reason: detail?.approved == nil
                        ? "these measures are a major decision: propose them for legal review"
                        : "these are other measures than those that were approved",
                    possible: ["propose"])
            }
        } catch {
            return error
        }
        guard measures.isEmpty, detail?.proposal?.isMajor == true else { return nil }
        return Refusal(
            .reviewRequired, field: "measures",
            reason: "a major decision was proposed: say which measures were taken")
    }

    private func isMajor(
        _ measures: [Measure], under rule: MajorDecisionRule?
    ) throws(Refusal) -> Bool {
        switch rule?.judgement(of: measures) {
        case nil, .minor?: return false
        case .major?: return true
        case .unreadable(let name)?: throw MeasureRule.unreadable(name)
        }
    }
}

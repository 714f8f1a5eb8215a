import GridCodec
import GridModel

extension CallOutput {
    /// The call with stable keys; steps only where the reply has them.
    package func json(withSteps: Bool) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .text(call.idText)),
            .init("caseNumber", .text(call.caseNumber)),
            .init("state", .text(call.state)),
            .init("category", .text(call.category)),
            .init("condition", .optionalText(call.condition)),
            .init("grid", .text(call.grid)),
            .init("campaign", .optionalText(call.campaign)),
            .init("urgency", .optionalText(call.urgency.word)),
            .init("filedAt", presentation.json(call.filedAt)),
            .init("observedAt", presentation.json(call.observedAt)),
            .init("closedAt", presentation.json(call.closedAt)),
            .init("recordedEarlier", .boolean(call.recordedEarlier)),
            .init("clockSuspect", .boolean(call.clockSuspect)),
            .init("coordinates", coordinates),
            .init("description", .optionalText(call.texts.description_p)),
            .init("address", .optionalText(call.texts.address)),
            .init("reporter", .optionalText(call.texts.reporter)),
            .init("contact", .optionalText(call.texts.contact)),
            .init("revision", .count(call.revision)),
            .init("parts", .array(call.parts.map(json))),
            .init("clocks", clocks(call.clocks)),
            .init("mergedInto", .optionalText(call.mergedInto)),
            .init("sameAs", .optionalText(call.sameAs)),
        ]
        if withSteps { members.append(.init("steps", .array(call.steps.map(json)))) }
        return .object(members)
    }

    /// The calls of a list, without their steps.
    static func json(_ calls: [WireCallView], _ presentation: Presentation) -> JSONValue {
        .array(calls.map { CallOutput($0, presentation).json(withSteps: false) })
    }

    private var coordinates: JSONValue {
        guard call.hasCoordinates else { return .null }
        return .object([
            .init("latitude", .number(call.coordinates.latitude)),
            .init("longitude", .number(call.coordinates.longitude)),
        ])
    }

    private func json(_ part: WirePartView) -> JSONValue {
        .object([
            .init("part", .count(part.number)),
            .init("assignment", .count(part.assignment)),
            .init("department", .text(part.department)),
            .init("role", .optionalText(part.role.word)),
            .init("state", .text(part.state)),
            .init("stage", .count(part.stageNumber)),
            .init("attempts", .count(part.attempts)),
            .init("queuedAt", presentation.json(part.queuedAt)),
            .init("dispatchedAt", presentation.json(part.dispatchedAt)),
            .init("acceptedAt", presentation.json(part.acceptedAt)),
            .init("completedAt", presentation.json(part.completedAt)),
            .init("resolveDue", presentation.json(part.resolveDue)),
            .init("worker", .optionalText(part.worker)),
            .init("reason", .optionalText(part.reason)),
            .init("arrivedAt", presentation.json(part.arrivedAt)),
            .init("clocks", clocks(part.clocks)),
            .init("suspendedUntil", presentation.json(part.suspendedUntil)),
            .init("extensions", .count(part.extensions)),
            .init("extensionRequested", .boolean(part.extensionRequested)),
            .init("proposal", part.hasProposal ? json(part.proposal) : .null),
            .init("supervision", part.hasSupervision ? json(part.supervision) : .null),
        ])
    }

    private func clocks(_ clocks: [WireClockView]) -> JSONValue {
        .array(clocks.map { ClockOutput($0, presentation).json })
    }

    private func json(_ proposal: WireProposalView) -> JSONValue {
        .object([
            .init("digest", .text(proposal.digest.hexadecimal)),
            .init(
                "measures",
                .array(
                    proposal.measures.map {
                        .object([.init("name", .text($0.name)), .init("value", .text($0.value))])
                    })),
            .init("major", .boolean(proposal.major)),
            .init("proposedBy", .optionalText(proposal.proposedBy)),
            .init("proposedAt", presentation.json(proposal.proposedAt)),
            .init("verdict", .optionalText(proposal.verdict.word)),
            .init("reviewedBy", .optionalText(proposal.reviewedBy)),
            .init("reason", .optionalText(proposal.reason)),
        ])
    }

    private func json(_ supervision: WireSupervisionView) -> JSONValue {
        .object([
            .init("order", .optionalText(supervision.order)),
            .init("supervisor", .optionalText(supervision.supervisor)),
            .init("openedBy", .optionalText(supervision.openedBy)),
            .init("openedAt", presentation.json(supervision.openedAt)),
            .init("reply", .optionalText(supervision.reply)),
            .init("repliedBy", .optionalText(supervision.repliedBy)),
            .init("repliedAt", presentation.json(supervision.repliedAt)),
        ])
    }

    private func json(_ step: WireStepView) -> JSONValue {
        .object([
            .init("at", presentation.json(step.at)),
            .init("step", .text(step.step)),
            .init("part", step.ordinal == 0 ? .null : .count(step.ordinal)),
            .init("actor", .optionalText(step.actor)),
            .init("detail", .optionalText(step.detail)),
        ])
    }
}

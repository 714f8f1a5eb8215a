package import GridCodec
import GridModel

/// Writes one call with its parts and steps.
package struct CallOutput: Sendable {
    private let call: WireCallView
    private let presentation: Presentation

    /// The output of `call`.
    package init(_ call: WireCallView, _ presentation: Presentation) {
        self.call = call
        self.presentation = presentation
    }

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
        ]
        if withSteps { members.append(.init("steps", .array(call.steps.map(json)))) }
        return .object(members)
    }

    /// The story of the call for people: what it is, who has which part, what happened.
    package var table: String {
        header + "\n" + parts + (call.steps.isEmpty ? "" : "\n" + Self.steps(call, presentation))
    }

    /// The lines of steps, without a title if they follow others.
    package static func steps(
        _ call: WireCallView, _ presentation: Presentation, from first: Int = 0
    ) -> String {
        var table = TextTable(
            ["time", "part", "step", "actor", "detail"].map {
                TextTable.Column($0, maximumWidth: 100)
            })
        for step in call.steps.dropFirst(first) {
            table.add([
                presentation.text(step.at), step.ordinal == 0 ? "" : String(step.ordinal),
                step.step, step.actor, step.detail,
            ])
        }
        return table.rendered
    }

    private var header: String {
        let kind = call.condition.isEmpty ? call.category : "\(call.category) (\(call.condition))"
        let suspect = call.clockSuspect ? "  (the terminal's clock is suspect)" : ""
        let lines = [
            ("case", "\(call.caseNumber)  \(call.state)"), ("id", call.idText),
            ("category", kind), ("urgency", call.urgency.word), ("grid", call.grid),
            ("campaign", call.campaign), ("observed", presentation.text(call.observedAt) + suspect),
            ("filed", presentation.text(call.filedAt)),
            ("closed", presentation.text(call.closedAt)),
            ("description", call.texts.description_p), ("address", call.texts.address),
            ("reporter", call.texts.reporter), ("contact", call.texts.contact),
            ("revision", String(call.revision)),
        ]
        return lines.filter { !$0.1.isEmpty }.map { name, value in
            name.padded(toWidth: 13) + value.escapedForTerminal + "\n"
        }.joined()
    }

    private var parts: String {
        var table = TextTable(
            [
                "part", "department", "role", "state", "stage", "attempts", "queued", "dispatched",
                "accepted", "completed", "due", "worker", "reason",
            ].map { TextTable.Column($0) })
        for part in call.parts {
            table.add([
                String(part.number), part.department, part.role.word, part.state,
                String(part.stageNumber), String(part.attempts), presentation.text(part.queuedAt),
                presentation.text(part.dispatchedAt), presentation.text(part.acceptedAt),
                presentation.text(part.completedAt), presentation.text(part.resolveDue),
                part.worker, part.reason,
            ])
        }
        return table.rendered
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

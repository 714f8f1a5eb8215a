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
        let palette = presentation.palette
        return header + "\n" + parts.rendered(palette)
            + (call.steps.isEmpty ? "" : "\n" + steps.rendered(palette))
    }

    /// The story, one row for each step.
    package var csv: String { steps.csv }

    /// The parts, for following them: who, how far, since when and until when.
    package var progress: String {
        let titles =
            presentation.language == .chinese
            ? ["部门", "角色", "状态", "签收", "处置", "时限"]
            : ["department", "role", "state", "accepted", "completed", "due"]
        var table = TextTable(titles.map { TextTable.Column($0) })
        for part in call.parts {
            table.add(
                [
                    presentation.name(.department, part.department),
                    presentation.word(part.role.word),
                    presentation.word(part.state), presentation.text(part.acceptedAt),
                    presentation.text(part.completedAt), presentation.text(part.resolveDue),
                ], inks: inks(part, state: 2, due: 5))
        }
        return table.rendered(presentation.palette)
    }

    private var steps: TextTable {
        let titles =
            presentation.language == .chinese
            ? ["时间", "部分", "步骤", "办理者", "详情"] : ["time", "part", "step", "actor", "detail"]
        var table = TextTable(titles.map { TextTable.Column($0, maximumWidth: 100) })
        for step in call.steps {
            table.add([
                presentation.text(step.at), step.ordinal == 0 ? "" : String(step.ordinal),
                presentation.step(step.step), step.actor, step.detail,
            ])
        }
        return table
    }

    private var header: String {
        let condition = call.condition.isEmpty ? "" : " (\(call.condition))"
        let suspect = presentation(
            chinese: "  （终端时钟可疑）", english: "  (the terminal's clock is suspect)")
        let lines = [
            ("案卷", "case", "\(call.caseNumber)  \(presentation.word(call.state))"),
            ("标识", "id", call.idText),
            ("类别", "category", named(.category, call.category) + condition),
            ("紧急程度", "urgency", presentation.word(call.urgency.word)),
            ("网格", "grid", named(.grid, call.grid)),
            ("专项行动", "campaign", named(.campaign, call.campaign)),
            (
                "发现", "observed",
                presentation.text(call.observedAt)
                    + (call.clockSuspect ? suspect : "")
            ),
            ("立案", "filed", presentation.text(call.filedAt)),
            ("结案", "closed", presentation.text(call.closedAt)),
            ("描述", "description", call.texts.description_p),
            ("地址", "address", call.texts.address), ("报告人", "reporter", call.texts.reporter),
            ("联系方式", "contact", call.texts.contact), ("修订", "revision", String(call.revision)),
        ]
        return lines.filter { !$0.2.isEmpty }.map { chinese, english, value in
            presentation(chinese: chinese, english: english).padded(toWidth: 13)
                + value.escapedForTerminal + "\n"
        }.joined()
    }

    /// The name with its id, which other commands want.
    private func named(_ kind: CatalogueNames.Kind, _ id: String) -> String {
        let name = presentation.name(kind, id)
        return name == id ? id : "\(name) (\(id))"
    }

    private var parts: TextTable {
        let titles =
            presentation.language == .chinese
            ? [
                "部分", "部门", "角色", "状态", "阶段", "次数", "排队", "派遣", "签收", "处置", "时限", "工作端", "原因",
            ]
            : [
                "part", "department", "role", "state", "stage", "attempts", "queued", "dispatched",
                "accepted", "completed", "due", "worker", "reason",
            ]
        var table = TextTable(titles.map { TextTable.Column($0) })
        for part in call.parts {
            table.add(
                [
                    String(part.number), presentation.name(.department, part.department),
                    presentation.word(part.role.word), presentation.word(part.state),
                    String(part.stageNumber), String(part.attempts),
                    presentation.text(part.queuedAt),
                    presentation.text(part.dispatchedAt), presentation.text(part.acceptedAt),
                    presentation.text(part.completedAt), presentation.text(part.resolveDue),
                    part.worker, part.reason,
                ], inks: inks(part, state: 3, due: 10))
        }
        return table
    }

    /// Green what is done, red what is stuck or late, yellow what soon will be.
    private func inks(_ part: WirePartView, state: Int, due: Int) -> [Int: Palette.Ink] {
        var inks: [Int: Palette.Ink] = [:]
        if part.state == "completed" { inks[state] = .green }
        if part.state == "stuck" || part.state == "returned" { inks[state] = .red }
        if part.isOpen {
            inks[due] = presentation.light(from: part.queuedAt, due: part.resolveDue)
        }
        return inks
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

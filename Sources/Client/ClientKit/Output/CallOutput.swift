package import GridCodec
import GridModel

/// Writes one call with its parts and steps.
package struct CallOutput: Sendable {
    let call: WireCallView
    let presentation: Presentation

    /// The output of `call`.
    package init(_ call: WireCallView, _ presentation: Presentation) {
        self.call = call
        self.presentation = presentation
    }

    /// The story of the call for people: what it is, who has which part, what happened.
    package var table: String {
        let palette = presentation.palette
        let tables = [
            (parts, true), (matters, hasMatters), (steps, !call.steps.isEmpty),
            (clocks, hasClocks),
        ]
        return ([header] + tables.filter(\.1).map { $0.0.rendered(palette) })
            .joined(separator: "\n")
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

    /// What happened, told as a person would; that a command was given is not told, since what it
    /// did is.
    private var steps: TextTable {
        let titles =
            presentation.language == .chinese
            ? ["时间", "部分", "步骤", "办理者", "详情"] : ["time", "part", "step", "actor", "detail"]
        // Reasons are what a story is read for: they are never shortened.
        var table = TextTable(titles.map { TextTable.Column($0, maximumWidth: .max) })
        for step in story {
            table.add(
                [step.time, step.part, step.name, step.actor, step.sentence],
                inks: step.ink.map { [2: $0, 4: $0] } ?? [:])
        }
        return table
    }

    /// One step of the story in words.
    package struct Step: Hashable, Sendable {
        package let time: String
        /// The part with its department; empty for the whole call.
        package let part: String
        /// What happened.
        package let name: String
        package let actor: String
        /// What there is to say besides.
        package let sentence: String
        /// The colour of a deadline that is near or missed.
        package let ink: Palette.Ink?
    }

    /// What happened, step by step; that a command was given is left out, since what it did
    /// is told.
    package var story: [Step] {
        call.steps.enumerated().filter { $0.element.step != "commandDecided" }.map { index, step in
            let part = call.parts.first { $0.number == Int(step.ordinal) }
            let number = step.ordinal == 0 ? "" : String(step.ordinal)
            return Step(
                time: presentation.text(step.at), part: part.map(name(of:)) ?? number,
                name: presentation.step(step.step), actor: step.actor,
                sentence: StepSentence(at: index, of: call, presentation).text, ink: ink(step))
        }
    }

    private func ink(_ step: WireStepView) -> Palette.Ink? {
        switch step.step {
        case "deadlineWarned": .yellow
        case "deadlineMissed": .red
        default: nil
        }
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
            ("并入", "merged into", call.mergedInto), ("疑似重复", "same as", call.sameAs),
            ("文字", "texts", erasure),
            ("描述", "description", call.texts.description_p),
            ("地址", "address", call.texts.address), ("报告人", "reporter", call.texts.reporter),
            ("联系方式", "contact", call.texts.contact), ("修订", "revision", String(call.revision)),
        ]
        return lines.filter { !$0.2.isEmpty }.map { chinese, english, value in
            presentation(chinese: chinese, english: english).padded(toWidth: 13)
                + value.escapedForTerminal + "\n"
        }.joined()
    }

    /// That what people wrote is gone, since when and by whose word; empty if it is there.
    private var erasure: String {
        guard let step = call.steps.last(where: { $0.step == "personalDataErased" }) else {
            return ""
        }
        let time = presentation.text(step.at)
        return presentation(
            chinese: "已于 \(time) 由 \(step.actor) 确认删除",
            english: "erased on \(time) by \(step.actor)")
    }

    /// The name with its id, which other commands want.
    private func named(_ kind: CatalogueNames.Kind, _ id: String) -> String {
        let name = presentation.name(kind, id)
        return name == id ? id : "\(name) (\(id))"
    }
}

import ClientKit
package import GridCodec
import GridModel

/// One call: what it is, who has which part, how its clocks stand, and its story.
package struct CallPage: Sendable {
    private let call: WireCallView
    private let street: Snapshot.Street
    private let context: PageContext
    private let presentation: Presentation

    /// The page of a call of a street.
    package init(_ call: WireCallView, _ street: Snapshot.Street, _ context: PageContext) {
        self.call = call
        self.street = street
        self.context = context
        presentation = context.presentation(of: street)
    }

    /// The whole page.
    package var page: Markup {
        let output = CallOutput(call, presentation)
        return Layout(context, .calls).page(
            title: context("案卷 ", "Case ") + call.caseNumber, live: .lists,
            content: """
                <div class="results" data-refresh="\(context.generation)"\
                 data-call="\(call.caseNumber)">
                <div class="columns"><section class="card"><h2 class="read">\
                \(context("概况", "Facts"))</h2>\(facts)</section>
                <section class="card"><h2 class="read">\(context("内容", "Content"))</h2>\
                \(texts)</section></div>
                <section class="card"><h2>\(context("各部门", "Parts"))</h2>\
                \(parts)\(matters)</section>
                <section class="card"><h2>\(context("时钟", "Clocks"))</h2>\(clocks)</section>
                <section class="card"><h2>\(context("经过", "Story"))</h2>\(story(output))</section>
                </div>
                """)
    }

    private func list(_ rows: [(String, Markup)]) -> Markup {
        let items = rows.filter { !$0.1.html.isEmpty }.map { name, value -> Markup in
            "<dt>\(name)</dt><dd>\(value)</dd>"
        }
        return "<dl class=\"facts\">\(items)</dl>"
    }

    private var facts: Markup {
        let suspect: Markup =
            call.clockSuspect
            ? """
             <span class="tag warn">\(context("终端时钟可疑", "the terminal's clock is suspect"))</span>
            """
            : .none
        // A category that declares no conditions has one all the same, which says nothing.
        let condition = ["", "default"].contains(call.condition) ? "" : " (\(call.condition))"
        return list([
            (context("状态", "State"), StateTag(call.state, presentation).markup),
            (
                context("类别", "Category"),
                Markup(text: presentation.name(.category, call.category) + condition)
            ),
            (context("紧急程度", "Urgency"), Markup(text: presentation.word(call.urgency.word))),
            (context("网格", "Grid"), Markup(text: presentation.name(.grid, call.grid))),
            (context("专项行动", "Campaign"), campaign),
            (
                context("发现", "Observed"),
                Markup(text: presentation.text(call.observedAt)) + suspect
            ),
            (context("立案", "Filed"), Markup(text: presentation.text(call.filedAt))),
            (context("结束", "Ended"), Markup(text: presentation.text(call.closedAt))),
            (context("并入", "Merged into"), link(call.mergedInto)),
            (context("疑似重复", "Same as"), link(call.sameAs)),
            (context("修订", "Revision"), "\(call.revision)"),
            (context("标识", "Id"), "<code>\(call.idText)</code>"),
        ])
    }

    private var campaign: Markup {
        guard !call.campaign.isEmpty else { return .none }
        let fields = FormFields().with([("street", context.isDistrict ? street.key : nil)])
        return """
            <a href="/campaigns/\(FormFields.encoded(call.campaign))\(fields.suffix)">\
            \(presentation.name(.campaign, call.campaign))</a>
            """
    }

    private func link(_ number: String) -> Markup {
        number.isEmpty ? .none : CallLink(number, street, context).markup
    }

    private var texts: Markup {
        let rows = [
            (context("描述", "Description"), call.texts.description_p),
            (context("地址", "Address"), call.texts.address),
            (context("报告人", "Reporter"), call.texts.reporter),
            (context("联系方式", "Contact"), call.texts.contact),
        ]
        return list(
            rows.map { name, text in
                (name, text.isEmpty ? .none : "<bdi class=\"people\">\(text)</bdi>")
            })
    }

    private var parts: Markup {
        var table = HTMLTable(
            context("各部门的部分", "Parts by department"),
            [
                .init(context("部分", "Part")), .init(context("角色", "Role")),
                .init(context("状态", "State")), .init(context("阶段", "Stage"), isNumber: true),
                .init(context("次数", "Attempts"), isNumber: true),
                .init(context("派遣", "Dispatched")), .init(context("签收", "Accepted")),
                .init(context("到场", "Arrived")), .init(context("处置", "Completed")),
                .init(context("时限", "Due")), .init(context("工作端", "Worker")),
                .init(context("原因", "Reason")),
            ], empty: context("还没有部门", "No department has a part yet"))
        for part in call.parts {
            let clock = part.isOpen ? part.resolveClock.map { ClockOutput($0, presentation) } : nil
            table.add(
                [
                    .init(text: name(of: part)), .init(text: presentation.word(part.role.word)),
                    .init(StateTag(part.state, presentation).markup),
                    .init("\(part.stageNumber)"), .init("\(part.attempts)"),
                    .init(text: presentation.text(part.dispatchedAt), tone: "when"),
                    .init(text: presentation.text(part.acceptedAt), tone: "when"),
                    .init(text: presentation.text(part.arrivedAt), tone: "when"),
                    .init(text: presentation.text(part.completedAt), tone: "when"),
                    .init(due(part, clock), tone: "when"), .init(text: part.worker),
                    .init("<bdi>\(part.reason)</bdi>"),
                ], attributes: " data-part=\"\(part.number)\"")
        }
        return table.markup
    }

    private func due(_ part: WirePartView, _ clock: ClockOutput?) -> Markup {
        guard let clock else { return Markup(text: presentation.text(part.resolveDue)) }
        return "\(clock.due) \(LightMark(clock).markup)"
    }

    private func name(of part: WirePartView) -> String {
        "\(part.number) \(presentation.name(.department, part.department))"
    }

    private var matters: Markup {
        let rows = call.parts.flatMap { part in
            MatterWords(part, presentation).rows.map { row -> Markup in
                """
                <li><span class="who">\(name(of: part))</span>\
                <span class="what">\(row.matter)</span>\
                <bdi>\(row.content)</bdi></li>
                """
            }
        }
        return rows.isEmpty ? .none : "<ul class=\"story\">\(rows)</ul>"
    }

    private var clocks: Markup {
        var table = HTMLTable(
            context("时钟", "Clocks"),
            [
                .init(context("时钟", "Clock")), .init(context("部分", "Part")),
                .init(context("状态", "State")), .init(context("灯", "Light")),
                .init(context("时限", "Due")),
            ], empty: context("没有时限", "No limits"))
        let all =
            call.parts.flatMap { part in part.clocks.map { (name(of: part), $0) } }
            + call.clocks.map { (context("整案", "whole call"), $0) }
        for (part, clock) in all {
            let output = ClockOutput(clock, presentation)
            table.add([
                .init(text: output.name), .init(text: part, tone: "when"),
                .init(text: output.state),
                .init(LightMark(output).markup), .init(text: output.due, tone: "when"),
            ])
        }
        return table.markup
    }

    private func story(_ output: CallOutput) -> Markup {
        let steps = output.story.map { step -> Markup in
            let tone: Markup = step.tone.map { " class=\"\($0)\"" } ?? .none
            let who = [step.part, step.actor].filter { !$0.isEmpty }.joined(separator: " · ")
            return """
                <li\(tone)><time>\(step.time)</time><span class="what">\(step.name)</span>\
                <span><bdi>\(step.sentence)</bdi> <span class="who">\(who)</span></span></li>
                """
        }
        return "<ol class=\"story\">\(steps)</ol>"
    }
}

extension CallOutput.Step {
    /// How a step is set off.
    fileprivate var tone: String? {
        switch ink {
        case .yellow: "warn"
        case .red: "bad"
        default: nil
        }
    }
}

/// Several calls that a part of a number may mean.
package struct CandidatesPage: Sendable {
    private let text: String
    private let calls: [WireCallView]
    private let street: Snapshot.Street
    private let context: PageContext

    /// The page of the candidates for what was asked.
    package init(
        _ text: String, _ calls: [WireCallView], _ street: Snapshot.Street, _ context: PageContext
    ) {
        self.text = text
        self.calls = calls
        self.street = street
        self.context = context
    }

    /// The whole page.
    package var page: Markup {
        let presentation = context.presentation(of: street)
        let links = calls.map { call -> Markup in
            """
            <li>\(CallLink(call.caseNumber, street, context).markup) \
            \(presentation.name(.category, call.category)) · \
            \(presentation.text(call.filedAt)) · <bdi>\(call.texts.description_p)</bdi></li>
            """
        }
        return Layout(context, .calls).page(
            title: context("可能是哪一件", "Which call is meant"), live: nil,
            content: """
                <section class="card"><p>\(context("“\(text)”可以指：", "“\(text)” may mean:"))</p>
                <ul>\(links)</ul></section>
                """)
    }
}

import ClientKit
package import GridCodec
package import GridModel

/// The calls that match, with the form that says which.
package struct CallsPage: Sendable {
    /// What one street answered.
    package struct Answer: Sendable {
        package let street: Snapshot.Street
        package let result: Result<WireListReply, BrokerWatch.Failure>

        /// The answer of a street.
        package init(
            _ street: Snapshot.Street, _ result: Result<WireListReply, BrokerWatch.Failure>
        ) {
            self.street = street
            self.result = result
        }
    }

    private let context: PageContext
    private let answers: [Answer]

    /// The page of the answers of all streets that were asked.
    package init(_ context: PageContext, _ answers: [Answer]) {
        self.context = context
        self.answers = answers
    }

    /// The whole page.
    package var page: Markup {
        // A later page is looked at as it is: what is filed meanwhile belongs to the first.
        let isFirst = context.fields["page"] == nil
        let mark = context.generation
        let lists = answers.map { CallsList($0, context).section }
        return Layout(context, .calls).page(
            title: context("案卷", "Calls"), live: .lists,
            content: """
                \(CallsForm(context).markup)
                <div class="results"\(isFirst ? " data-refresh=\"\(mark)\"" as Markup : .none)>\
                \(lists)</div>
                """)
    }
}

extension PageContext {
    /// Names the state of the streets that are shown: another one when a list may have changed.
    package var generation: String {
        streets.map { String($0.broker.generation) }.joined(separator: " ")
    }

    /// The pieces of pages that ask again when something changed, where so many are open.
    package func listFragments(pages: Int) -> [Fragment] {
        [
            Fragment("notice", Notices(self).content),
            Fragment("pause", Markup(text: String(LivePace.lists(pages: pages)))),
            Fragment("generation", Markup(text: generation)),
        ]
    }
}

/// The calls of one street.
struct CallsList {
    private let answer: CallsPage.Answer
    private let context: PageContext
    private let presentation: Presentation

    init(_ answer: CallsPage.Answer, _ context: PageContext) {
        self.answer = answer
        self.context = context
        presentation = context.presentation(of: answer.street)
    }

    var section: Markup {
        let street = answer.street
        let heading: Markup =
            context.streets.count > 1 ? "<h2>\(context.name(of: street))</h2>" : .none
        switch answer.result {
        case .success(let reply):
            return """
                <section class="card" data-street="\(street.key)">\(heading)
                <div class="bar-line"><p data-number="total">\(total(reply))</p>\
                <p>\(download)</p></div>
                \(table(reply))\(pager(reply))</section>
                """
        case .failure(let failure):
            return """
                <section class="card" data-street="\(street.key)">\(heading)
                <p class="notice bad">\(context.language(failure.phrase))</p></section>
                """
        }
    }

    private func total(_ reply: WireListReply) -> String {
        let total = reply.total
        if reply.totalIsMinimum {
            return context("至少 \(total) 件", "at least \(total) calls")
        }
        return context("共 \(total) 件", total == 1 ? "1 call" : "\(total) calls")
    }

    private var download: Markup {
        let fields = context.fields.with([
            ("street", context.isDistrict ? answer.street.key : nil), ("page", nil),
            ("limit", nil),
        ])
        return """
            <a href="/calls.csv\(fields.suffix)" download>\(context("下载 CSV", "Download CSV"))</a>
            """
    }

    private func pager(_ reply: WireListReply) -> Markup {
        let street = context.isDistrict ? answer.street.key : nil
        let isLater = context.fields["page"] != nil
        let nextPage = PageText.text(reply.nextPage)
        guard isLater || !reply.nextPage.isEmpty else { return .none }
        let first: Markup =
            isLater
            ? """
            <a class="button quiet" href="\(context.address([("street", street)]))">\
            \(context("第一页", "First page"))</a>
            """ : .none
        let next: Markup =
            reply.nextPage.isEmpty
            ? .none
            : """
            <a class="button quiet" rel="next" \
            href="\(context.address([("street", street), ("page", nextPage)]))">\
            \(context("下一页", "Next page"))</a>
            """
        return """
            <nav class="pager" aria-label="\(context("翻页", "Pages"))">\(first)\(next)</nav>
            """
    }

    private func table(_ reply: WireListReply) -> Markup {
        var table = HTMLTable(
            context("案卷", "Calls"),
            [
                .init(context("案卷", "Case")), .init(context("状态", "State")),
                .init(context("类别", "Category")), .init(context("网格", "Grid")),
                .init(context("紧急程度", "Urgency")), .init(context("立案", "Filed")),
                .init(context("时限", "Due")), .init(context("部门", "Parts")),
                .init(context("描述", "Description")),
            ], empty: context("没有符合条件的案卷", "No calls match"))
        for call in reply.calls {
            table.add(
                cells(call), attributes: " data-call=\"\(call.caseNumber)\"")
        }
        return table.markup
    }

    private func cells(_ call: WireCallView) -> [HTMLTable.Cell] {
        let clock = call.tellingClock.map { ClockOutput($0, presentation) }
        let parts = call.parts.map { part -> Markup in
            """
            <span class="part">\(presentation.name(.department, part.department)) \
            \(presentation.word(part.state))</span>
            """
        }
        return [
            .init(CallLink(call.caseNumber, answer.street, context).markup),
            .init(StateTag(call.state, presentation).markup),
            .init(text: presentation.name(.category, call.category)),
            .init(text: presentation.name(.grid, call.grid)),
            .init(
                text: presentation.word(call.urgency.word),
                tone: call.urgency == .emergency ? "bad" : nil),
            .init(text: presentation.text(call.filedAt), tone: "when"),
            .init(due(call, clock), tone: "when"),
            .init(parts.joined(separator: "")),
            .init("<bdi>\(call.texts.description_p)</bdi>", tone: "text"),
        ]
    }

    private func due(_ call: WireCallView, _ clock: ClockOutput?) -> Markup {
        guard let clock else { return Markup(text: presentation.text(call.nextDue)) }
        let light = LightMark(clock).markup
        return clock.due.isEmpty ? light : "\(clock.due)<br>\(light)"
    }
}

/// A light as a shape, a colour and a word.
struct LightMark {
    private let clock: ClockOutput

    init(_ clock: ClockOutput) { self.clock = clock }

    var markup: Markup {
        guard !clock.standing.isEmpty else { return .none }
        return "<span class=\"light \(tone)\">\(clock.standing)</span>"
    }

    private var tone: String {
        switch clock.ink {
        case .green: "good"
        case .yellow: "warn"
        case .red: "bad"
        default: ""
        }
    }
}

/// A state of a call or a part, set off by how it stands.
struct StateTag {
    private let state: String
    private let presentation: Presentation

    init(_ state: String, _ presentation: Presentation) {
        self.state = state
        self.presentation = presentation
    }

    var markup: Markup {
        "<span class=\"tag \(tone)\" data-state=\"\(state)\">\(presentation.word(state))</span>"
    }

    private var tone: String {
        switch state {
        case "closed", "completed": "good"
        case "stuck", "returned": "bad"
        case "verifying", "checking", "suspended", "underReview": "warn"
        case "voided", "merged", "withdrawn": ""
        default: "on"
        }
    }
}

extension BrokerWatch.Failure {
    /// What to say of it.
    package var phrase: Phrase {
        switch self {
        case .unreachable:
            Phrase(
                chinese: "服务端无法连接，请稍后重新载入",
                english: "The broker cannot be reached; load the page again later")
        case .busy:
            Phrase(
                chinese: "查询过多，请稍后重新载入", english: "Too many queries at once; load the page again")
        case .late:
            Phrase(chinese: "服务端没有及时答复", english: "The broker did not answer in time")
        case .refused(let code, let field, let reason):
            Phrase(chinese: "服务端拒绝：", english: "The broker refuses it: ")
                + ClientFailure.refusalText(code: code, field: field, reason: reason)
        case .unexpected:
            Phrase(chinese: "无法识别的答复", english: "An answer that this program does not know")
        }
    }
}

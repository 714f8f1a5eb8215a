import ClientKit
import GridCodec
import GridModel

/// Who works for which department.
struct WorkersTable {
    /// More are not listed; a street has a few dozen.
    private static let maximum = 200

    private let street: Snapshot.Street
    private let context: PageContext

    init(_ street: Snapshot.Street, _ context: PageContext) {
        self.street = street
        self.context = context
    }

    var markup: Markup {
        let presentation = context.presentation(of: street)
        var table = HTMLTable(
            context("工作端", "Workers"),
            [
                .init(context("工作端", "Worker")), .init(context("部门", "Department")),
                .init(context("在手", "In hand"), isNumber: true),
                .init(context("容量", "Credit"), isNumber: true),
                .init(context("负载", "Load"), isNumber: true),
                .init(context("最近联系", "Last seen"), isNumber: true),
                .init(context("指令", "Order")),
            ], empty: nobody)
        for worker in street.broker.workers.prefix(Self.maximum) {
            table.add(
                [
                    .init(text: worker.name.isEmpty ? "–" : worker.name),
                    .init(text: presentation.name(.department, worker.department)),
                    .init("\(worker.inHand)", number: "in-hand"),
                    .init("\(worker.credit)", number: "credit"),
                    .init(text: load(worker), number: "load"),
                    .init(
                        text: seen(worker), number: "silent",
                        tone: worker.silentSeconds > 6 ? "warn" : nil),
                    .init(text: presentation.order(worker.order)),
                ], attributes: " data-worker=\"\(worker.name)\"")
        }
        let more = street.broker.workers.count - Self.maximum
        let note: Markup =
            more > 0
            ? "<p class=\"note\">\(context("另有 \(more) 个未列出", "\(more) more are not listed"))</p>"
            : .none
        return table.markup + note
    }

    private var nobody: String {
        street.broker.forbidden.contains(.workers)
            ? context("控制台的密钥无权查看工作端", "The console's key may not see workers")
            : context("没有工作端：案卷在排队等待", "No workers: what is filed waits in the queue")
    }

    private func seen(_ worker: WireWorkerView) -> String {
        guard worker.silentSeconds >= 1 else { return context("刚刚", "just now") }
        let time = context.duration(worker.silentSeconds.rounded())
        return context("\(time)前", "\(time) ago")
    }

    private func load(_ worker: WireWorkerView) -> String {
        let credit = UInt64(worker.credit)
        return credit == 0 ? "–" : "\(UInt64(worker.inHand) * 100 / credit) %"
    }
}

/// Parts that nothing moves any more, with what an operator can do about each.
struct StuckList {
    private let street: Snapshot.Street
    private let context: PageContext

    init(_ street: Snapshot.Street, _ context: PageContext) {
        self.street = street
        self.context = context
    }

    var markup: Markup {
        let count = DepartmentSums(street.broker.stats?.departments ?? []).stuck
        guard count > 0 else { return .none }
        let parts = street.broker.stuck.parts
        let more = Int64(clamping: count) - Int64(parts.count)
        let note: Markup =
            more > 0
            ? "<p class=\"note\">\(context("另有 \(more) 个未列出", "\(more) more are not listed"))</p>"
            : .none
        return """
            <section class="card alarm">\
            <h3>\(context("滞留：等待处理", "Stuck: waiting for an operator"))</h3>
            <p>\(advice)</p>
            \(table(parts))\(note)</section>
            """
    }

    private var advice: String {
        context(
            "各次派遣均未成功。先看原因：工作端恢复后重新排队；不属该部门则改派；无须办理则撤回。",
            "All attempts failed. Look at the reason first: queue it again once the worker is "
                + "well, redispatch what belongs to another department, withdraw what nobody needs."
        )
    }

    private func table(_ parts: [StuckParts.Part]) -> Markup {
        let presentation = context.presentation(of: street)
        var table = HTMLTable(
            context("滞留的部分", "Stuck parts"),
            [
                .init(context("案卷", "Case")), .init(context("部门", "Department")),
                .init(context("排队", "Queued")),
                .init(context("次数", "Attempts"), isNumber: true),
                .init(context("原因", "Reason")), .init(context("重新排队", "Queue again")),
            ], empty: context("正在查找…", "Looking for them…"))
        for stuck in parts {
            let number = stuck.call.caseNumber
            table.add(
                [
                    .init(CallLink(number, street, context).markup),
                    .init(text: presentation.name(.department, stuck.part.department)),
                    .init(text: presentation.text(stuck.part.queuedAt)),
                    .init("\(stuck.part.attempts)"),
                    .init("<bdi>\(stuck.part.reason)</bdi>"),
                    .init(
                        """
                        <code>gridcall requeue \(number) --part \(stuck.part.number)</code>
                        """),
                ], attributes: " data-stuck=\"\(number)\"")
        }
        return table.markup
    }
}

/// A case number that leads to its page.
struct CallLink {
    private let number: String
    private let street: Snapshot.Street
    private let context: PageContext

    init(_ number: String, _ street: Snapshot.Street, _ context: PageContext) {
        self.number = number
        self.street = street
        self.context = context
    }

    var markup: Markup {
        let fields = FormFields().with([("street", context.isDistrict ? street.key : nil)])
        return """
            <a class="case" href="/calls/\(FormFields.encoded(number))\
            \(fields.suffix)">\(number)</a>
            """
    }
}

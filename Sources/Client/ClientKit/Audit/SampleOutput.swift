import GridModel

/// Writes a sample: what it was drawn from, and each call with its story.
struct SampleOutput {
    let wanted: SampleCommand.Wanted
    let population: Int
    /// The last batch that was read, and its link.
    let end: (seq: UInt64, link: [UInt8])
    let calls: [SampleDraw.Call]
    let stories: [UInt64: [JournalStep]]
    let presentation: Presentation

    /// The calls one after the other, each step with the batch and the fact that prove it.
    var table: String {
        let link = JournalAnchor.hexadecimal(end.link)
        var text = presentation(
            chinese: "种子 \(wanted.seed.escapedForTerminal)：自 \(population) 件已结案卷中抽取 "
                + "\(calls.count) 件；日志至第 \(end.seq) 批，末环 \(link)\n",
            english: "seed \(wanted.seed.escapedForTerminal): \(calls.count) of \(population) "
                + "closed calls; the journal up to batch \(end.seq), link \(link)\n")
        for (number, call) in calls.enumerated() {
            text +=
                "\n\(number + 1). \(call.caseNumber)  "
                + "\(JournalAnchor.hexadecimal(call.id))  "
                + "sha256 \(JournalAnchor.hexadecimal(call.rank).prefix(16))…\n"
            text += steps(of: [call], hasCase: false).rendered(presentation.palette)
        }
        return text
    }

    /// A row for each step of each call.
    var csv: String { steps(of: calls, hasCase: true).csv }

    var json: JSONValue {
        .object([
            .init("seed", .text(wanted.seed)), .init("population", .count(population)),
            .init("department", wanted.department.map { .text($0) } ?? .null),
            .init("campaign", wanted.campaign.map { .text($0) } ?? .null),
            .init("batch", .count(end.seq)),
            .init("chain", .text(JournalAnchor.hexadecimal(end.link))),
            .init("calls", .array(calls.map(json(of:)))),
        ])
    }

    private func json(of call: SampleDraw.Call) -> JSONValue {
        .object([
            .init("caseNumber", .text(call.caseNumber)),
            .init("id", .text(JournalAnchor.hexadecimal(call.id))),
            .init("sha256", .text(JournalAnchor.hexadecimal(call.rank))),
            .init(
                "steps",
                .array(
                    (stories[call.serial] ?? []).map { step in
                        .object([
                            .init("batch", .count(step.batch)), .init("fact", .count(step.place)),
                            .init("chain", .text(JournalAnchor.hexadecimal(step.link))),
                            .init("at", presentation.json(step.at.milliseconds)),
                            .init("says", step.json),
                        ])
                    })),
        ])
    }

    private func steps(of calls: [SampleDraw.Call], hasCase: Bool) -> TextTable {
        let titles =
            presentation.language == .chinese
            ? ["案卷", "时间", "批", "事实", "部分", "步骤", "办理者", "详情"]
            : ["case", "time", "batch", "fact", "part", "step", "actor", "detail"]
        var table = TextTable(
            titles.dropFirst(hasCase ? 0 : 1).map { TextTable.Column($0, maximumWidth: .max) })
        for call in calls {
            for step in stories[call.serial] ?? [] {
                let cells = [
                    call.caseNumber, presentation.text(step.at.milliseconds), String(step.batch),
                    String(step.place), step.part, presentation.step(step.name), step.actor,
                    step.detail,
                ]
                table.add(Array(cells.dropFirst(hasCase ? 0 : 1)))
            }
        }
        return table
    }
}

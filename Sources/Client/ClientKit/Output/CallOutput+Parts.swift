import GridCodec
import GridModel

extension CallOutput {
    /// Who has which part and how far it is.
    var parts: TextTable {
        let titles =
            presentation.language == .chinese
            ? [
                "部分", "部门", "角色", "状态", "阶段", "次数", "排队", "派遣", "签收", "到场", "处置",
                "时限", "工作端", "原因",
            ]
            : [
                "part", "department", "role", "state", "stage", "attempts", "queued", "dispatched",
                "accepted", "arrived", "completed", "due", "worker", "reason",
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
                    presentation.text(part.arrivedAt), presentation.text(part.completedAt),
                    presentation.text(part.resolveDue), part.worker, part.reason,
                ], inks: inks(part, state: 3, due: 11))
        }
        return table
    }

    /// Green what is done, red what is stuck; a due time has the colour of its clock's light.
    func inks(_ part: WirePartView, state: Int, due: Int) -> [Int: Palette.Ink] {
        var inks: [Int: Palette.Ink] = [:]
        if part.state == "completed" { inks[state] = .green }
        if part.state == "stuck" || part.state == "returned" { inks[state] = .red }
        if part.isOpen, let clock = part.resolveClock {
            inks[due] = ClockOutput(clock, presentation).ink
        }
        return inks
    }

    /// Whether any clock runs or ran.
    var hasClocks: Bool { !call.clocks.isEmpty || call.parts.contains { !$0.clocks.isEmpty } }

    /// Every clock with its light, those of the whole call last.
    var clocks: TextTable {
        let titles =
            presentation.language == .chinese
            ? ["部分", "时钟", "状态", "灯", "时限", "余超"]
            : ["part", "clock", "state", "light", "due", "margin"]
        var table = TextTable(titles.map { TextTable.Column($0) })
        for part in call.parts {
            for clock in part.clocks { add(clock, of: name(of: part), to: &table) }
        }
        for clock in call.clocks { add(clock, of: "", to: &table) }
        return table
    }

    private func add(_ clock: WireClockView, of part: String, to table: inout TextTable) {
        let output = ClockOutput(clock, presentation)
        let ink = output.ink
        table.add(
            [part, output.name, output.state, output.light, output.due, output.margin],
            inks: ink.map { [3: $0, 5: $0] } ?? [:])
    }

    /// The number of a part with its department: `1 城市管理`.
    func name(of part: WirePartView) -> String {
        "\(part.number) \(presentation.name(.department, part.department))"
    }
}

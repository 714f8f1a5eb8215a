package import GridModel

/// Tells one event in one line:
/// `2026-03-02 17:00:00  GL-2026-000123-7  派遣  城市管理  派给 w-1，签收时限 …`.
package struct WatchSentence {
    private let event: WatchEvent
    private let memory: WatchMemory
    private let presentation: Presentation

    /// The line of an event, with what is known of its call.
    package init(
        _ event: WatchEvent, _ memory: WatchMemory, zone: LocalZone, language: Language
    ) {
        self.init(event, memory, Presentation(zone: zone, language: language))
    }

    /// The same with names and colours.
    init(_ event: WatchEvent, _ memory: WatchMemory, _ presentation: Presentation) {
        self.event = event
        self.memory = memory
        self.presentation = presentation
    }

    /// The line with its end. Nothing in it can steer a terminal.
    package var line: String {
        let columns = [presentation.text(event.time), call, what, department, details]
        return columns.filter { !$0.isEmpty }.map(\.escapedForTerminal).joined(separator: "  ")
            + "\n"
    }

    private var call: String {
        guard let serial = event.call else { return "" }
        let number = memory[serial]?.caseNumber ?? ""
        return number.isEmpty ? "#\(serial)" : number
    }

    private var what: String {
        if event.kind.isEmpty { return phrase("无法读取的事件", "an event that cannot be read") }
        return WatchWords.kinds[event.kind]?.text(in: presentation.language)
            ?? presentation.step(event.kind)
    }

    /// The department of the part or queue; of a whole call none, since it has several.
    private var department: String {
        guard event.part != nil || event.text("department") != nil else { return "" }
        let names = memory.departments(of: event).map { presentation.name(.department, $0) }
        guard let name = names.first else {
            return event.part.map { phrase("第 \($0 &+ 1) 部分", "part \($0 &+ 1)") } ?? ""
        }
        return name
    }

    private var details: String {
        let all: [String] = about + decided + due + [by]
        return all.filter { !$0.isEmpty }.joined(separator: phrase("，", ", "))
    }

    /// What it is about.
    private var about: [String] {
        let values: [String] = [
            said("category") { presentation.name(.category, $0) },
            said("grid") { presentation.name(.grid, $0) },
            said("campaign") { presentation.name(.campaign, $0) },
            said("urgency") { presentation.word($0) }, said("role") { presentation.word($0) },
            said("clock") { presentation.clock($0) }, said("cause") { presentation.cause($0) },
            counted("stage") { phrase("第 \($0 &+ 1) 阶段", "stage \($0 &+ 1)") },
            counted("attempt") { $0 > 1 ? phrase("第 \($0) 次派遣", "attempt \($0)") : "" },
            counted("failures") {
                $0 > 0 ? phrase("已失败 \($0) 次", "failures so far: \($0)") : ""
            },
            counted("toPart") { phrase("改为第 \($0 &+ 1) 部分", "as part \($0 &+ 1)") },
            counted("into") { phrase("并入 \(named($0))", "into \(named($0))") },
            counted("of") {
                phrase("报告人认为与 \(named($0)) 相同", "the reporter takes it for \(named($0))")
            },
        ]
        return values + aboutStreet
    }

    private var aboutStreet: [String] {
        [
            said("worker") {
                event.kind == "workerDirected" ? $0 : phrase("派给 \($0)", "to \($0)")
            },
            said("name") { $0 }, said("command") { String($0.prefix(8)) },
            said("order") { presentation.order(word: $0) },
            said("action") { phrase("操作 \($0)", "action \($0)") },
            said("kind") { WatchWords.activities[$0]?.text(in: presentation.language) ?? $0 },
            counted("code") { phrase("代码 \($0)", "code \($0)") },
            counted("version") { phrase("第 \($0) 版", "version \($0)") },
            counted("epoch") { phrase("第 \($0) 代", "epoch \($0)") },
            counted("milliseconds") {
                let seconds = Double($0) / 1_000
                return Words.duration(seconds: seconds, in: presentation.language)
            },
            counted("sessions") { phrase("\($0) 场", "sessions: \($0)") },
            counted("people") { phrase("\($0) 人", "people: \($0)") },
        ]
    }

    /// What was decided.
    private var decided: [String] {
        [
            event.kind == "callVerified"
                ? flagged("passed", ("属实", "confirmed"), ("不属实", "not confirmed"))
                : flagged("passed", ("通过", "passed"), ("未通过", "not passed")),
            flagged("approved", ("同意", "granted"), ("不同意", "refused")),
            flagged(
                "major", ("重大决定，须经法制审核", "major decision, needs legal review"),
                ("一般决定", "minor decision")),
            event.flag("verifying") == true ? phrase("须先核实", "to be verified first") : "",
            said("verdict") { presentation.verdict($0) },
            said("supervisor") {
                let name = presentation.name(.department, $0)
                return phrase("按规则由\(name)督办", "by rule supervised by \(name)")
            },
        ]
    }

    /// Until when.
    private var due: [String] {
        let clocks = [
            "dispatch", "accept", "arrive", "resolve", "check", "review", "reply", "due", "step",
            "deadline",
        ]
        let limits = clocks.map { key -> String in
            guard let time = event.due(key) else { return "" }
            let clock = WatchWords.clocks[key].map { $0.text(in: presentation.language) }
            let shown = presentation.text(time)
            let name = clock ?? presentation.clock(key)
            return phrase("\(name)时限 \(shown)", "\(name) due \(shown)")
        }
        let times: [String] = [
            timed("until") { phrase("至 \($0)", "until \($0)") },
            timed("notBefore") { phrase("\($0) 后再派", "not again before \($0)") },
            timed("heldAt") { $0 },
        ]
        return limits + times
    }

    private var by: String {
        let name = event.text("actor") ?? ""
        return name.isEmpty ? "" : phrase("由 \(name)", "by \(name)")
    }

    private func named(_ serial: Int64) -> String {
        let number = UInt64(exactly: serial).flatMap { memory[$0] }?.caseNumber ?? ""
        return number.isEmpty ? "#\(serial)" : number
    }

    private func phrase(_ chinese: String, _ english: String) -> String {
        presentation(chinese: chinese, english: english)
    }

    private func said(_ key: String, _ words: (String) -> String) -> String {
        event.text(key).map { words($0) } ?? ""
    }

    private func counted(_ key: String, _ words: (Int64) -> String) -> String {
        event.number(key).map { words($0) } ?? ""
    }

    /// A time that is not "never".
    private func timed(_ key: String, _ words: (String) -> String) -> String {
        counted(key) { time in
            let shown = presentation.text(time)
            return shown.isEmpty ? "" : words(shown)
        }
    }

    private func flagged(
        _ key: String, _ yes: (String, String), _ no: (String, String)
    ) -> String {
        event.flag(key).map { $0 ? phrase(yes.0, yes.1) : phrase(no.0, no.1) } ?? ""
    }
}

package import GridModel

/// What one look of `gridcall doctor` found.
package struct Finding: Hashable, Sendable {
    /// How bad it is; the words are those of the output.
    package enum Level: String, Sendable {
        case ok
        case warn
        case fail
    }

    package var level: Level
    /// What was looked at, in the word of JSON: `configuration`, `broker`, …
    package var check: String
    package var detail: Phrase
    /// What to do; `nil` if nothing is.
    package var advice: Phrase?
    /// How the process ends if this is the first failure.
    package var status: ExitStatus

    /// A finding; `status` counts only where `level` is `.fail`.
    package init(
        _ level: Level, _ check: String, _ detail: Phrase, advice: Phrase? = nil,
        status: ExitStatus = .refused
    ) {
        self.level = level
        self.check = check
        self.detail = detail
        self.advice = advice
        self.status = status
    }

    /// The finding in a line, the advice indented below it.
    package func text(in language: Language, _ palette: Palette) -> String {
        let ink: Palette.Ink =
            switch level {
            case .ok: .green
            case .warn: .yellow
            case .fail: .red
            }
        let gap = String(repeating: " ", count: 6 - level.rawValue.count)
        let line = palette(level.rawValue, ink) + gap + language(title).padded(toWidth: 15)
        let lines = [language(detail)] + (advice.map { ["→ " + language($0)] } ?? [])
        let indented = lines.joined(separator: "\n").split(separator: "\n")
            .joined(separator: "\n" + String(repeating: " ", count: 21))
        return line + indented + "\n"
    }

    /// The finding with stable keys.
    package func json(in language: Language) -> JSONValue {
        .object([
            .init("check", .text(check)),
            .init("level", .text(level.rawValue)),
            .init("detail", .text(language(detail))),
            .init("advice", advice.map { .text(language($0)) } ?? .null),
        ])
    }

    private var title: Phrase {
        switch check {
        case "configuration": Phrase(chinese: "配置", english: check)
        case "locale": Phrase(chinese: "终端", english: check)
        case "state": Phrase(chinese: "状态目录", english: check)
        case "spool": Phrase(chinese: "待发呼叫", english: check)
        case "broker": Phrase(chinese: "服务端", english: check)
        case "clock": Phrase(chinese: "时钟", english: check)
        case "zone": Phrase(chinese: "时区", english: check)
        default: Phrase(verbatim: check)
        }
    }
}

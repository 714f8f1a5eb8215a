import GridCodec
import GridModel

/// Asks a person at a terminal for what a call still needs.
///
/// Only lines are read, so the terminal stays as it is and Ctrl-C ends the program with nothing
/// filed. Questions go to standard error: standard output keeps the case number alone.
struct SubmitForm {
    private let session: ClientSession
    private let catalogue: WireCatalogueReply
    private var language: Language { session.language }

    /// Asks with the choices of the catalogue. Errors: they are not known.
    init(_ session: ClientSession) throws(ClientFailure) {
        self.session = session
        catalogue = try session.catalogue()
    }

    /// The call with its category, grid and description. Errors: the input ended.
    func complete(_ item: WireSubmitItem) throws(ClientFailure) -> WireSubmitItem {
        var item = item
        if item.category.isEmpty {
            item.category = try choose(
                catalogue.categories, Phrase(chinese: "类别", english: "category"))
        }
        if item.grid.isEmpty {
            item.grid = try choose(catalogue.grids, Phrase(chinese: "网格", english: "grid"))
        }
        if item.texts.description_p.isEmpty { item.texts.description_p = try describe(item) }
        return item
    }

    private func choose(
        _ choices: [WireNamedID], _ what: Phrase
    ) throws(ClientFailure) -> String {
        show(choices, choices)
        while true {
            let answer = try ask(
                Phrase(
                    chinese: "\(what.chinese)（序号、标识或名称的一部分）：",
                    english: "\(what.english) (number, id or part of the name): "))
            let fitting = Self.fitting(answer, choices)
            if fitting.count == 1 {
                session.console.note("  → \(line(fitting[0]))\n")
                return fitting[0].id
            }
            note(
                fitting.isEmpty
                    ? Phrase(chinese: "没有这一项，请再试", english: "there is none; try again")
                    : Phrase(chinese: "有多项符合，请选择：", english: "several fit; choose one:"))
            show(fitting, choices)
        }
    }

    /// What an answer means: a number of the list, an id, a whole name, or a part of some.
    static func fitting(_ answer: String, _ choices: [WireNamedID]) -> [WireNamedID] {
        let wanted = answer.lowercased()
        if wanted.isEmpty { return [] }
        if let exact = choices.first(where: { choice in
            [choice.id, choice.chinese, choice.english].contains { $0.lowercased() == wanted }
        }) {
            return [exact]
        }
        if let number = Int(wanted), choices.indices.contains(number - 1) {
            return [choices[number - 1]]
        }
        return choices.filter { choice in
            [choice.id, choice.chinese, choice.english].contains {
                $0.lowercased().contains(wanted)
            }
        }
    }

    private func describe(_ item: WireSubmitItem) throws(ClientFailure) -> String {
        while true {
            var described = item
            described.texts.description_p = try ask(
                Phrase(chinese: "描述（看到了什么）：", english: "description (what was seen): "))
            if described.texts.description_p.isEmpty {
                note(Phrase(chinese: "请写一句话", english: "please write a sentence"))
                continue
            }
            let problems = SubmitChecks(limits: session.client.limits).problems(of: described)
            if problems.isEmpty { return described.texts.description_p }
            for problem in problems {
                session.console.note("  \(problem.field) \(language(problem.reason))\n")
            }
        }
    }

    private func ask(_ question: Phrase) throws(ClientFailure) -> String {
        guard let answer = session.console.ask(language(question)) else {
            throw .badInput(
                reason: Phrase(
                    chinese: "输入已结束，没有立案", english: "the input ended; nothing was filed"))
        }
        return answer.trimmedOfSpaces
    }

    private func note(_ phrase: Phrase) { session.console.note("  \(language(phrase))\n") }

    /// The choices with their numbers among all.
    private func show(_ some: [WireNamedID], _ all: [WireNamedID]) {
        for (index, choice) in all.enumerated() where some.contains(choice) {
            let number = String(index + 1).padded(toWidth: 4, atStart: true)
            session.console.note("\(number)  \(line(choice))\n")
        }
    }

    private func line(_ choice: WireNamedID) -> String {
        let name = language.name(chinese: choice.chinese, english: choice.english, id: choice.id)
        return "\(name)  (\(choice.id))".escapedForTerminal
    }
}

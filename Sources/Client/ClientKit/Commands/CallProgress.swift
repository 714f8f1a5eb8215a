import GridCodec

/// Shows how the departments of one call come along: a table drawn over itself on a terminal, a
/// line for each step elsewhere.
struct CallProgress {
    let presentation: Presentation
    private let console: any Console
    private var screen: RedrawnScreen
    private var shown = 0

    init(_ session: ClientSession) {
        presentation = session.namedPresentation
        console = session.console
        screen = RedrawnScreen(isTerminal: session.console.outputIsTerminal)
    }

    /// Shows what is new in `call`; whether anything was.
    mutating func show(_ call: WireCallView) -> Bool {
        guard call.steps.count > shown else { return false }
        defer { shown = call.steps.count }
        if console.outputIsTerminal {
            let state = presentation.word(call.state)
            console.write(
                screen.draw(
                    "\(call.caseNumber.escapedForTerminal)  \(state)\n"
                        + CallOutput(call, presentation).progress))
        } else {
            let new = call.steps.indices.dropFirst(shown)
            console.write(
                new.filter { call.steps[$0].step != "commandDecided" }
                    .map { line($0, of: call) }.joined())
        }
        return true
    }

    private func line(_ index: Int, of call: WireCallView) -> String {
        let step = call.steps[index]
        let part = call.parts.first { $0.number == Int(step.ordinal) }
        let words = [
            presentation.text(step.at), presentation.step(step.step),
            part.map { presentation.name(.department, $0.department) } ?? "",
            StepSentence(at: index, of: call, presentation).text,
        ]
        return words.filter { !$0.isEmpty }.joined(separator: "  ").escapedForTerminal + "\n"
    }
}

extension RunFigures {
    /// The figures as lines for people.
    package var table: String {
        let steps = Step.allCases.map { "\($0.rawValue) \(taken[$0] ?? 0)" }
        return """
            \(runs) runs, \(self.steps) steps; \(confirmed) calls confirmed, \(ended) ended, \
            \(commands) commands, \(batches) batches
            \(steps.joined(separator: ", "))
            """
    }
}

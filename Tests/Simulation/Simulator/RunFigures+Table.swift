extension RunFigures {
    /// The figures as lines for people.
    package var table: String {
        """
        \(runs) runs, \(steps) steps; \(confirmed) calls confirmed, \(ended) ended, \
        \(commands) commands, \(batches) batches
        steps: \(Self.words(Step.allCases, taken))
        happened: \(Self.words(Happening.allCases, happened))
        checked: \(Self.words(Check.allCases, checks))
        """
    }

    private static func words<Kind: RawRepresentable<String> & Hashable>(
        _ kinds: [Kind], _ counts: [Kind: Int]
    ) -> String {
        kinds.map { "\($0.rawValue) \(counts[$0] ?? 0)" }.joined(separator: ", ")
    }
}

package import GridModel

/// One thing that is wrong in a catalogue, and what would be right.
package struct CatalogueMistake: Hashable, Sendable {
    /// The line of the file, from 1.
    package let line: Int
    /// What is wrong, in a sentence for the person who keeps the file.
    package let message: Phrase

    /// A mistake on a line.
    package init(line: Int, message: Phrase) {
        self.line = line
        self.message = message
    }
}

/// Why a catalogue cannot be used: every mistake of it, in the order of its lines.
package struct CatalogueMistakes: Error, Hashable, Sendable {
    /// Never empty.
    package let mistakes: [CatalogueMistake]

    /// Mistakes in any order; those of one line keep theirs.
    init(_ mistakes: [CatalogueMistake]) {
        let placed = mistakes.enumerated().sorted { left, right in
            (left.element.line, left.offset) < (right.element.line, right.offset)
        }
        self.mistakes = placed.map(\.element)
    }
}

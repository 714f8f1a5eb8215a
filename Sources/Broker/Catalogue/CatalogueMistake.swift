/// One thing that is wrong in a catalogue, and what would be right.
package struct CatalogueMistake: Hashable, Sendable {
    /// The line of the file, from 1.
    package let line: Int
    /// What is wrong, in a sentence for the person who keeps the file.
    package let message: String

    /// A mistake on a line.
    package init(line: Int, message: String) {
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

extension CatalogueMistakes: CustomStringConvertible {
    /// One line of text for each mistake: `LINE: what is wrong`.
    package var description: String {
        mistakes.map { "\($0.line): \($0.message)" }.joined(separator: "\n")
    }
}

import GridModel

/// What a list query looks for in texts.
///
/// The question is split like a text. A call matches if it has every run of ideographs as it
/// stands, and for every word one that begins with it: `烧烤 bbq` finds 露天烧烤 beside "BBQs".
struct TextQuery: Equatable {
    /// One thing that a text must have.
    enum Term: Equatable {
        /// These ideographs, one after the other.
        case phrase([UInt32])
        /// A word with this beginning.
        case word([UInt32])
    }

    /// All must be met; never empty.
    let terms: [Term]

    /// More pieces than this are not asked of the index: what it finds is compared anyway.
    static let indexedPieces = 16

    /// Reads a question; throws a `Refusal` that names the field `text`.
    init(_ text: String, limits: ProtocolLimits) throws(Refusal) {
        guard text.utf8.count <= limits.textBytes else {
            throw Refusal(
                .textTooLong, field: "text",
                reason: "the text to look for has at most \(limits.textBytes) bytes")
        }
        guard text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else {
            throw Refusal(
                .malformedText, field: "text", reason: "a control character cannot be looked for")
        }
        var terms: [Term] = []
        FoldedText(text.utf8).forEachRun { kind, run in
            let term = kind == .ideograph ? Term.phrase(Array(run)) : .word(Array(run))
            if !terms.contains(term) { terms.append(term) }
        }
        guard !terms.isEmpty else {
            throw Refusal(
                .valueOutOfRange, field: "text",
                reason: "the text to look for has neither a letter, a digit nor a character")
        }
        self.terms = terms
    }

    /// Whether a text has all that is asked for.
    func matches(_ text: FoldedText) -> Bool {
        terms.allSatisfy { term in
            switch term {
            case .phrase(let phrase): text.scalars.hasRun(phrase) { _ in true }
            case .word(let word):
                text.scalars.hasRun(word) { before in
                    before.map { FoldedText.kind($0) != .letter } ?? true
                }
            }
        }
    }

    /// The question in the words of FTS5: finds at least every text that `matches`.
    var expression: String {
        var pieces: [String] = []
        for term in terms {
            switch term {
            case .phrase(let phrase): pieces += Self.pieces(of: phrase)
            case .word(let word): pieces.append(Self.piece(of: word))
            }
        }
        return pieces.prefix(Self.indexedPieces).joined(separator: " ")
    }

    /// Pieces that cover a phrase without overlapping more than they must.
    private static func pieces(of phrase: [UInt32]) -> [String] {
        guard phrase.count > 2 else { return [quoted(phrase[...])] }
        var pieces = stride(from: 0, to: phrase.count - 1, by: 2).map {
            quoted(phrase[$0...$0 + 1])
        }
        if !phrase.count.isMultiple(of: 2) { pieces.append(quoted(phrase.suffix(2))) }
        return pieces
    }

    private static func piece(of word: [UInt32]) -> String {
        word.count <= IndexPieces.beginningLength
            ? quoted(word[...], mark: [IndexPieces.beginningMark]) : quoted(word[...]) + "*"
    }

    private static func quoted(_ scalars: ArraySlice<UInt32>, mark: [UInt8] = []) -> String {
        var bytes = mark
        for scalar in scalars { bytes.appendUTF8(scalar) }
        return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
    }
}

extension [UInt32] {
    /// Whether `run` stands somewhere behind a scalar, or the beginning, that `mayFollow` allows.
    fileprivate func hasRun(_ run: [UInt32], mayFollow: (UInt32?) -> Bool) -> Bool {
        guard let first = run.first, count >= run.count else { return false }
        for start in 0...count - run.count where self[start] == first {
            guard self[start..<start + run.count].elementsEqual(run) else { continue }
            if mayFollow(start == 0 ? nil : self[start - 1]) { return true }
        }
        return false
    }
}

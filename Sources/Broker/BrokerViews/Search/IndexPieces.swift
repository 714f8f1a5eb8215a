/// The pieces under which a text is found: tokens, separated by spaces, for the index.
///
/// - Of a run of ideographs every character and every two neighbours, since a word may begin
///   anywhere in a sentence (烧烤 in 露天烧烤店).
/// - Of a word the whole, and its first one, two and three letters behind a mark: so that the
///   beginning of a word is one piece, however short, and not a merge of thousands.
struct IndexPieces {
    /// Stands before a word's beginning; no text contains it, since folding makes it a separator.
    static let beginningMark = UInt8(ascii: "_")
    /// Beginnings up to this length are pieces of their own.
    static let beginningLength = 3

    private(set) var bytes: [UInt8] = []

    /// No pieces yet.
    init() {}

    /// Forgets the pieces and keeps their memory.
    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Adds the pieces of a text.
    mutating func append(_ text: FoldedText) {
        text.forEachRun { kind, run in
            if kind == .ideograph { appendIdeographs(run) } else { appendWord(run) }
        }
    }

    /// The pieces as a text for SQLite.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    private mutating func appendIdeographs(_ run: ArraySlice<UInt32>) {
        for index in run.indices {
            appendPiece(run[index...index])
            if index + 1 < run.endIndex { appendPiece(run[index...index + 1]) }
        }
    }

    private mutating func appendWord(_ word: ArraySlice<UInt32>) {
        for length in 1...min(Self.beginningLength, word.count) {
            bytes.append(Self.beginningMark)
            appendPiece(word.prefix(length))
        }
        appendPiece(word)
    }

    private mutating func appendPiece(_ scalars: ArraySlice<UInt32>) {
        for scalar in scalars { bytes.appendUTF8(scalar) }
        bytes.append(UInt8(ascii: " "))
    }
}

extension [UInt8] {
    /// Appends one scalar; one that Unicode does not have is left out.
    mutating func appendUTF8(_ value: UInt32) {
        guard value >= 0x80 else { return append(UInt8(value)) }
        guard let scalar = Unicode.Scalar(value) else { return }
        append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}

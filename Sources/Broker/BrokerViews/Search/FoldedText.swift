/// A text as search sees it: without regard to case, width and punctuation.
///
/// Full-width forms become ASCII, letters lower case (a part of what Unicode's NFKC and case
/// folding do: what people type). Everything that is neither letter, digit nor mark becomes one
/// separator. Decoded by hand, since it runs for every call that is filed.
struct FoldedText {
    /// What a scalar is to search.
    enum Kind {
        /// Ends whatever stands before it.
        case separator
        /// Of a script that is written without spaces (Chinese, Japanese, Korean): findable by
        /// every piece.
        case ideograph
        /// Of a word, which is found by its beginning.
        case letter
    }

    /// Takes the place of everything between words.
    static let separator: UInt32 = 0x20

    /// The scalars, folded; never two separators in a row, none at the beginning.
    private(set) var scalars: [UInt32] = []

    /// An empty text, to be filled again and again without new memory.
    init() {}

    /// A folded text.
    init(_ text: some Sequence<UInt8>) { append(text) }

    /// Forgets the text and keeps its memory.
    mutating func removeAll() { scalars.removeAll(keepingCapacity: true) }

    /// Adds UTF-8; what is not UTF-8 separates. What is added ends with a separator.
    mutating func append(_ utf8: some Sequence<UInt8>) {
        var iterator = utf8.makeIterator()
        var decoder = Unicode.UTF8()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): append(scalar)
            case .error: appendSeparator()
            case .emptyInput:
                appendSeparator()
                return
            }
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        let folded = Self.folded(scalar)
        if folded == Self.separator { appendSeparator() } else { scalars.append(folded) }
    }

    private mutating func appendSeparator() {
        if let last = scalars.last, last != Self.separator { scalars.append(Self.separator) }
    }

    /// The scalar that search compares; the separator for one it does not see.
    private static func folded(_ scalar: Unicode.Scalar) -> UInt32 {
        switch scalar.value {
        case 0x41...0x5a: scalar.value + 0x20
        case 0x30...0x39, 0x61...0x7a: scalar.value
        case 0..<0x80: separator
        // Full-width forms of ASCII.
        case 0xff01...0xff5e: folded(Unicode.Scalar(UInt8(scalar.value - 0xfee0)))
        case _ where kind(scalar.value) == .ideograph: scalar.value
        default: foldedByProperties(scalar)
        }
    }

    private static func foldedByProperties(_ scalar: Unicode.Scalar) -> UInt32 {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter:
            scalar.properties.lowercaseMapping.unicodeScalars.first?.value ?? scalar.value
        case .lowercaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
            .decimalNumber, .letterNumber, .otherNumber:
            scalar.value
        default: separator
        }
    }

    /// What a folded scalar is.
    static func kind(_ scalar: UInt32) -> Kind {
        switch scalar {
        case separator: .separator
        case 0..<0x3005: .letter
        // 々〆〇, kana, bopomofo, Han, Hangul syllables, compatibility forms, the later planes.
        case 0x3005...0x3007, 0x3041...0x312f, 0x31a0...0x31ff, 0x3400...0x4dbf, 0x4e00...0x9fff,
            0xac00...0xd7a3, 0xf900...0xfaff, 0x20000...0x3fffd:
            .ideograph
        default: .letter
        }
    }
}

extension FoldedText {
    /// Hands out each run of scalars of one kind, separators left out.
    func forEachRun(_ body: (Kind, ArraySlice<UInt32>) -> Void) {
        var start = 0
        while start < scalars.count {
            let kind = Self.kind(scalars[start])
            var end = start + 1
            while end < scalars.count, Self.kind(scalars[end]) == kind { end += 1 }
            if kind != .separator { body(kind, scalars[start..<end]) }
            start = end
        }
    }
}

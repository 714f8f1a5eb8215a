/// Reads numbers of known length and the signs between them from the beginning of a text.
struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    /// The number of exactly so many digits that comes next.
    mutating func number(digits: Int) -> Int? {
        let piece = rest.prefix(digits)
        guard piece.count == digits, piece.allSatisfy(Self.isDigit) else { return nil }
        rest = rest.dropFirst(digits)
        return Int(String(Substring(piece)))
    }

    /// The number of one or two digits that comes next.
    mutating func numberOfOneOrTwoDigits() -> Int? { number(digits: 2) ?? number(digits: 1) }

    /// One or more digits.
    mutating func digits() -> String? {
        let piece = rest.prefix(while: Self.isDigit)
        guard !piece.isEmpty else { return nil }
        rest = rest.dropFirst(piece.count)
        return String(Substring(piece))
    }

    /// Skips one of `signs`; whether it was there.
    mutating func skip(_ signs: String) -> Bool {
        guard let next = rest.first, signs.utf8.contains(next) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Skips the whole of `text`, letter case aside; whether it was there.
    mutating func skip(word text: String) -> Bool {
        let piece = String(Substring(rest.prefix(text.utf8.count)))
        guard piece.lowercased() == text.lowercased() else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}

/// How a column writes its times: a pattern in letters of Unicode TR 35.
///
/// `yyyy`, `MM`, `dd`, `HH` (0–23) or `hh` (1–12) with `a` (AM, PM), `mm`, `ss`; each number
/// has exactly as many digits as the pattern has letters; everything else stands for itself.
package struct TimePattern: Hashable, Sendable {
    private enum Piece: Hashable {
        case year, month, day, hour, halfDayHour, half, minute, second
        case literal(String)
    }

    private let pieces: [Piece]

    /// Why a pattern cannot be used.
    package struct Mistake: Error, Hashable {
        /// For people.
        package let reason: String
    }

    /// A pattern from its letters.
    package init(_ text: String) throws(Mistake) {
        pieces = Self.pieces(of: text)
        let letters = pieces.filter { if case .literal = $0 { false } else { true } }
        guard Set(letters).count == letters.count else {
            throw Mistake(reason: "the format names a part twice")
        }
        guard Set([.year, .month, .day]).isSubset(of: letters) else {
            throw Mistake(reason: "the format needs yyyy, MM and dd")
        }
        guard letters.contains(.half) == letters.contains(.halfDayHour) else {
            throw Mistake(reason: "hh and a (AM, PM) go together; HH is 0 to 23")
        }
        guard !letters.contains(.hour) || !letters.contains(.halfDayHour) else {
            throw Mistake(reason: "the format has both HH and hh")
        }
    }

    /// The time written in `text`; `nil` if it does not fit the pattern or does not exist.
    package func time(_ text: String) -> CivilTime? {
        var scanner = DigitScanner(text)
        var values: [Piece: Int] = [:]
        for piece in pieces {
            switch piece {
            case .literal(let literal):
                guard scanner.skip(word: literal) else { return nil }
            case .half:
                let isMorning = scanner.skip(word: "AM")
                guard isMorning || scanner.skip(word: "PM") else { return nil }
                values[.half] = isMorning ? 0 : 12
            default:
                guard let value = scanner.number(digits: piece == .year ? 4 : 2) else {
                    return nil
                }
                values[piece] = value
            }
        }
        guard scanner.isAtEnd, let hour = hour(values) else { return nil }
        return CivilTime(
            year: values[.year] ?? 0, month: values[.month] ?? 0, day: values[.day] ?? 0,
            hour: hour, minute: values[.minute] ?? 0, second: values[.second] ?? 0)
    }

    private func hour(_ values: [Piece: Int]) -> Int? {
        guard let half = values[.half], let hour = values[.halfDayHour] else {
            return values[.hour] ?? 0
        }
        // Twelve comes before one: 12 AM is midnight, 12 PM noon.
        return (1...12).contains(hour) ? hour % 12 + half : nil
    }

    private static func pieces(of text: String) -> [Piece] {
        let words: [(String, Piece)] = [
            ("yyyy", .year), ("MM", .month), ("dd", .day), ("HH", .hour), ("hh", .halfDayHour),
            ("a", .half), ("mm", .minute), ("ss", .second),
        ]
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let first = rest.first {
            if let (word, piece) = words.first(where: { rest.hasPrefix($0.0) }) {
                pieces.append(piece)
                rest = rest.dropFirst(word.count)
            } else {
                if case .literal(let literal) = pieces.last {
                    pieces[pieces.count - 1] = .literal(literal + String(first))
                } else {
                    pieces.append(.literal(String(first)))
                }
                rest = rest.dropFirst()
            }
        }
        return pieces
    }
}

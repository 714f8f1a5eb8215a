package import GridModel

/// How a column writes its times: a pattern in letters of Unicode TR 35.
///
/// `yyyy`, `MM`, `dd`, `HH` (0–23) or `hh` (1–12) with `a` (AM, PM, 上午, 下午), `mm`, `ss`; each
/// number has exactly as many digits as the pattern has letters, but a single letter stands for one
/// or two digits; everything else stands for itself.
package struct TimePattern: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case year, month, day, hour, halfDayHour, half, minute, second
        case literal(String)
        /// The part is written with one digit or two.
        indirect case short(Piece)

        var part: Piece { if case .short(let part) = self { part } else { self } }
    }

    private let pieces: [Piece]

    /// Why a pattern cannot be used.
    package struct Mistake: Error, Hashable {
        /// For people.
        package let reason: Phrase
    }

    /// A pattern from its letters.
    package init(_ text: String) throws(Mistake) {
        pieces = Self.pieces(of: text)
        let letters = pieces.map(\.part).filter { if case .literal = $0 { false } else { true } }
        guard Set(letters).count == letters.count else {
            throw Mistake(reason: MappingWords.partTwice)
        }
        guard Set([.year, .month, .day]).isSubset(of: letters) else {
            throw Mistake(reason: MappingWords.noDate)
        }
        guard letters.contains(.half) == letters.contains(.halfDayHour) else {
            throw Mistake(reason: MappingWords.halfDay)
        }
        guard !letters.contains(.hour) || !letters.contains(.halfDayHour) else {
            throw Mistake(reason: MappingWords.bothHours)
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
                let isMorning = scanner.skip(word: "AM") || scanner.skip(word: "上午")
                guard isMorning || scanner.skip(word: "PM") || scanner.skip(word: "下午") else {
                    return nil
                }
                values[.half] = isMorning ? 0 : 12
            case .short(let part):
                guard let value = scanner.numberOfOneOrTwoDigits() else { return nil }
                values[part] = value
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
            ("a", .half), ("mm", .minute), ("ss", .second), ("M", .short(.month)),
            ("d", .short(.day)), ("H", .short(.hour)), ("h", .short(.halfDayHour)),
            ("m", .short(.minute)), ("s", .short(.second)),
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

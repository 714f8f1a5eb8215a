/// How a person names a call who does not copy its case number or id: from memory, by telephone,
/// in part.
///
/// `gl 2026 123 7`, `ＧＬ２０２６－０００１２３`, `123`, `0123-7`, the first digits of the id. Case,
/// full-width forms, kinds of dashes, spaces, leading zeros and the check digit do not matter. Such
/// a text may be read in more than one way; what exists decides.
package struct SpokenCall: Hashable, Sendable {
    /// The longest text that is read, in bytes.
    package static let maximumLength = 64

    /// One way to read the text as a case number; what it does not say is `nil`.
    package struct Reading: Hashable, Sendable {
        /// In upper case.
        package var prefix: String?
        package var year: Int?
        package var serial: UInt64
        package var check: Int?

        /// Whether nothing the text says speaks against `number`, the check digit aside.
        package func fits(_ number: CaseNumber) -> Bool {
            serial == number.serial && (prefix ?? number.prefix) == number.prefix
                && (year ?? number.year) == number.year
        }
    }

    /// Every way to read it as a case number.
    package let readings: [Reading]
    /// The text's last digits, if it is one number of at least three: serials may end so.
    package let ending: String?
    /// The ids that begin with the text, if it is at least four hexadecimal digits.
    package let ids: ClosedRange<UniqueID>?

    /// Reads a text; `nil` if it can be neither part of a case number nor the beginning of an id.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength else { return nil }
        let words = Self.words(of: text)
        readings = words.map { Self.readings(of: $0) } ?? []
        let digits = words?.first ?? ""
        ending =
            words?.count == 1 && digits.count >= 3 && digits.allSatisfy(Self.isDigit)
            ? digits : nil
        ids = Self.ids(beginningWith: text)
        if readings.isEmpty, ids == nil { return nil }
    }

    /// The letters and digits between separators, in ASCII and upper case; `nil` if the text holds
    /// anything else.
    private static func words(of text: String) -> [String]? {
        var words: [String] = [""]
        for scalar in text.unicodeScalars {
            switch plain(scalar) {
            case let letter? where letter == "-": words.append("")
            case let letter?: words[words.count - 1].unicodeScalars.append(letter)
            case nil: return nil
            }
        }
        return words.filter { !$0.isEmpty }.map { $0.uppercased() }
    }

    /// The scalar as an ASCII letter or digit, `-` for what separates, `nil` for all else.
    private static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        // Full-width forms lie in the order of ASCII (Unicode, Halfwidth and Fullwidth Forms).
        let isFullWidth = (0xFF01...0xFF5E).contains(scalar.value)
        let folded = isFullWidth ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
        switch folded {
        case "0"..."9", "A"..."Z", "a"..."z": return folded
        case " ", "\t", "\u{A0}", "\u{3000}", "-", "_", "/", ".", "#", "\u{2010}"..."\u{2015}",
            "\u{2212}", "\u{30FC}", "年", "第", "号":
            return "-"
        default: return nil
        }
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}

extension SpokenCall {
    /// The readings of words: a prefix, alone or with digits behind it, then numbers.
    private static func readings(of words: [String]) -> [Reading] {
        var found: [Reading] = []
        func add(_ prefix: String?, _ numbers: [String]) {
            guard !numbers.isEmpty, numbers.allSatisfy({ $0.allSatisfy(isDigit) }) else { return }
            for var reading in readings(ofNumbers: numbers) {
                reading.prefix = prefix
                if !found.contains(reading) { found.append(reading) }
            }
        }
        guard let first = words.first else { return [] }
        guard let lastLetter = first.lastIndex(where: { !isDigit($0) }) else {
            add(nil, words)
            // A prefix may be a number, but then only what stands before a year is one.
            let isWritten = words.count == 4 || words.count == 3 && isYear(words[1])
            if isWritten { add(first, Array(words.dropFirst())) }
            return found
        }
        // A prefix may itself end in digits: GL2-2026-000123-7.
        add(first, Array(words.dropFirst()))
        let digits = String(first[first.index(after: lastLetter)...])
        if !digits.isEmpty { add(String(first[...lastLetter]), [digits] + words.dropFirst()) }
        return found
    }

    private static func readings(ofNumbers numbers: [String]) -> [Reading] {
        let last = numbers[numbers.count - 1]
        switch numbers.count {
        // Written in full, so that a wrong digit of the year can be noticed as well.
        case 3 where numbers[0].count == 4 && last.count == 1:
            return [reading(year: numbers[0], serial: numbers[1], check: last)].compactMap(\.self)
        case 2 where isYear(numbers[0]) && last.count > 1:
            return serials(last, year: numbers[0])
        case 2 where last.count == 1:
            let year = isYear(numbers[0]) ? reading(year: numbers[0], serial: last) : nil
            return [year, reading(serial: numbers[0], check: last)].compactMap(\.self)
        default:
            // Spaces where the tongue paused mean nothing.
            let digits = numbers.joined()
            let year = String(digits.prefix(4))
            let behindYear = isYear(year) ? serials(String(digits.dropFirst(4)), year: year) : []
            return serials(digits, year: nil) + behindYear
        }
    }

    /// The readings of one number as a serial, with and without a check digit behind it.
    ///
    /// A serial is padded to six digits, so leading zeros tell which of the two is meant.
    private static func serials(_ digits: String, year: String?) -> [Reading] {
        let alone = reading(year: year, serial: digits)
        let checked = reading(
            year: year, serial: String(digits.dropLast()), check: String(digits.suffix(1)))
        guard digits.hasPrefix("0") else { return [alone, checked].compactMap(\.self) }
        return switch digits.count {
        case ..<6: [alone, checked].compactMap(\.self)
        case 6: [alone].compactMap(\.self)
        case 7: [checked].compactMap(\.self)
        default: []
        }
    }

    private static func reading(
        year: String? = nil, serial: String, check: String? = nil
    ) -> Reading? {
        guard let number = UInt64(serial), number > 0 else { return nil }
        return Reading(
            year: year.flatMap { Int($0) }, serial: number, check: check.flatMap { Int($0) })
    }

    private static func isYear(_ digits: String) -> Bool {
        digits.count == 4 && digits.hasPrefix("20")
    }

    private static func ids(beginningWith text: String) -> ClosedRange<UniqueID>? {
        var halves: (UInt64, UInt64) = (0, 0)
        var count = 0
        for character in text where character != "-" {
            guard count < 32, let digit = character.hexDigitValue else { return nil }
            let shifted = UInt64(digit) << UInt64(60 - count % 16 * 4)
            if count < 16 { halves.0 |= shifted } else { halves.1 |= shifted }
            count += 1
        }
        guard count >= 4 else { return nil }
        let open = UInt64.max
        let rest = (
            count < 16 ? open >> UInt64(count * 4) : 0,
            count < 16 ? open : count < 32 ? open >> UInt64((count - 16) * 4) : 0
        )
        return UniqueID(
            high: halves.0, low: halves.1)...UniqueID(
                high: halves.0 | rest.0, low: halves.1 | rest.1)
    }
}

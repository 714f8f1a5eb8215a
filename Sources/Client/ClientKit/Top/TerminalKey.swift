/// What a person pressed.
package enum TerminalKey: Hashable, Sendable {
    /// A key that writes something, in any script.
    case character(Character)
    /// A letter held with Ctrl, in lower case; those that are keys of their own come as such, and
    /// those that send signals never come.
    case control(Character)
    case enter
    case escape
    case backspace
    case tab
    case up
    case down
    case left
    case right
    case home
    case end
    case pageUp
    case pageDown
}

/// Reads the bytes a terminal sends as keys (ECMA-48 and xterm's ctlseqs).
///
/// Bytes come in pieces: a character or a sequence may end in the next one. What is not known is
/// passed over as a whole, so that no part of it counts as keys.
package struct KeyDecoder: Sendable {
    /// No sequence of a keyboard is longer; what is longer is noise.
    private static let longestSequence = 32

    private var pending: [UInt8] = []
    /// Whether the bytes that come are the rest of a sequence that is too long.
    private var isSkipping = false

    /// A decoder that has seen nothing.
    package init() {}

    /// Whether the last bytes may be the beginning of something; after a short silence they are
    /// not, and `flush` says what they were.
    package var isWaiting: Bool { !pending.isEmpty || isSkipping }

    /// The keys that are complete with these bytes.
    package mutating func decode(_ bytes: some Sequence<UInt8>) -> [TerminalKey] {
        pending += bytes
        var keys: [TerminalKey] = []
        var rest = pending[...]
        while let first = rest.first {
            if isSkipping {
                skip(&rest)
                continue
            }
            if Self.isTooLong(rest) {
                isSkipping = true
                rest = rest.dropFirst(Self.longestSequence)
                continue
            }
            guard let step = Self.step(first, rest) else { break }
            if let key = step.key { keys.append(key) }
            rest = rest.dropFirst(step.length)
        }
        pending = Array(rest)
        return keys
    }

    /// What an unfinished rest was: an escape byte alone is the key of that name.
    package mutating func flush() -> [TerminalKey] {
        defer {
            pending = []
            isSkipping = false
        }
        return pending.first == 0x1B ? [.escape] : []
    }

    /// Passes over the rest of a sequence that is too long, its end included.
    private mutating func skip(_ rest: inout ArraySlice<UInt8>) {
        rest = rest.drop(while: Self.isParameter)
        guard let end = rest.first else { return }
        isSkipping = false
        if (0x40...0x7E).contains(end) { rest = rest.dropFirst() }
    }

    private static func isTooLong(_ bytes: ArraySlice<UInt8>) -> Bool {
        let head = bytes.prefix(longestSequence)
        return head.count == longestSequence && head.starts(with: [0x1B, UInt8(ascii: "[")])
            && head.dropFirst(2).allSatisfy(isParameter)
    }

    private static func isParameter(_ byte: UInt8) -> Bool { (0x20...0x3F).contains(byte) }

    /// A key, if it is one, and how many bytes it took.
    private typealias Step = (key: TerminalKey?, length: Int)

    /// The first step through `bytes`; `nil` if it is not complete.
    private static func step(_ first: UInt8, _ bytes: ArraySlice<UInt8>) -> Step? {
        switch first {
        case 0x1B: escape(bytes)
        case 0x0D, 0x0A: (.enter, 1)
        case 0x09: (.tab, 1)
        case 0x7F, 0x08: (.backspace, 1)
        case 0x01...0x1A: (.control(Character(UnicodeScalar(first + 0x60))), 1)
        case 0x20..<0x7F: (.character(Character(UnicodeScalar(first))), 1)
        default: scalar(first, bytes)
        }
    }

    private static func escape(_ bytes: ArraySlice<UInt8>) -> Step? {
        guard let second = bytes.dropFirst().first else { return nil }
        switch second {
        case UInt8(ascii: "["): return controlSequence(bytes)
        case UInt8(ascii: "O"):
            return bytes.dropFirst(2).first.map { (named(final: $0, parameter: 0), 3) }
        default: return (.escape, 1)
        }
    }

    /// `ESC [ parameters final`.
    private static func controlSequence(_ bytes: ArraySlice<UInt8>) -> Step? {
        let body = bytes.dropFirst(2)
        guard let end = body.firstIndex(where: { !isParameter($0) }) else { return nil }
        let length = end - bytes.startIndex
        // A control character inside breaks the sequence off and stands for itself.
        guard (0x40...0x7E).contains(body[end]) else { return (nil, length) }
        let digits = body[..<end].prefix { (0x30...0x39).contains($0) }
        let parameter = Int(String(decoding: digits, as: UTF8.self)) ?? 0
        return (named(final: body[end], parameter: parameter), length + 1)
    }

    private static func named(final: UInt8, parameter: Int) -> TerminalKey? {
        switch (Character(UnicodeScalar(final)), parameter) {
        case ("A", _): .up
        case ("B", _): .down
        case ("C", _): .right
        case ("D", _): .left
        case ("H", _), ("~", 1), ("~", 7): .home
        case ("F", _), ("~", 4), ("~", 8): .end
        case ("~", 5): .pageUp
        case ("~", 6): .pageDown
        // Shift and Tab; there are two tables, so that both directions are one.
        case ("Z", _): .tab
        default: nil
        }
    }

    /// A character of several bytes of UTF-8.
    private static func scalar(_ first: UInt8, _ bytes: ArraySlice<UInt8>) -> Step? {
        let length =
            switch first {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let continuation = bytes.dropFirst().prefix(length - 1)
        guard continuation.allSatisfy({ (0x80...0xBF).contains($0) }) else { return (nil, 1) }
        guard continuation.count == length - 1 else { return nil }
        let text = String(decoding: bytes.prefix(length), as: UTF8.self)
        guard length > 1, let character = text.first, text != "\u{FFFD}",
            !text.unicodeScalars.contains(where: \.isUnsafe)
        else { return (nil, length) }
        return (.character(character), length)
    }
}

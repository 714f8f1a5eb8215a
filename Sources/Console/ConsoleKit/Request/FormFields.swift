import ClientKit
package import GridModel

/// The fields of a query or a form, decoded strictly.
package struct FormFields: Hashable, Sendable {
    /// What is wrong with one field.
    package struct Mistake: Error, Hashable, Sendable {
        package let code: RefusalCode
        /// The field's name as it stands in the address.
        package let field: String
        package let reason: Phrase

        /// A mistake.
        package init(_ code: RefusalCode, _ field: String, _ reason: Phrase) {
            self.code = code
            self.field = field
            self.reason = reason
        }
    }

    /// In the order they came; empty values are left out, since a form sends its empty fields.
    package private(set) var pairs: [(name: String, value: String)] = []

    /// No fields.
    package init() {}

    /// Decodes `application/x-www-form-urlencoded`. Throws `Mistake`: too many fields, one too
    /// long, one twice, one that is not UTF-8 in percent-encoding, or control characters.
    package init(_ text: String) throws(Mistake) {
        var names: Set<String> = []
        for piece in text.split(separator: "&") {
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0], field: "")
            let value = try Self.decoded(parts.count > 1 ? parts[1] : "", field: name)
            if value.isEmpty { continue }
            guard names.insert(name).inserted else { throw Self.twice(name) }
            guard names.count <= ConsoleRequest.Limits.fields else { throw Self.tooMany }
            pairs.append((name, value))
        }
    }

    /// The value of a field; `nil` if it was not given.
    package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// The fields with some of them replaced; `nil` leaves one out.
    package func with(_ changes: [(String, String?)]) -> FormFields {
        var result = self
        for (name, value) in changes {
            result.pairs.removeAll { $0.name == name }
            if let value, !value.isEmpty { result.pairs.append((name, value)) }
        }
        return result
    }

    /// The fields percent-encoded, to stand behind a question mark.
    package var text: String {
        pairs.map { Self.encoded($0.name) + "=" + Self.encoded($0.value) }.joined(separator: "&")
    }

    /// The fields behind a question mark; empty if there are none.
    package var suffix: String { pairs.isEmpty ? "" : "?" + text }

    /// Refuses fields that nobody asks for: a filter that is spelt wrong must not show everything.
    package func refuseOthers(than known: Set<String>) throws(Mistake) {
        for (name, _) in pairs where !known.contains(name) {
            throw Mistake(
                .valueOutOfRange, name,
                Phrase(
                    chinese: "没有这个参数；可用的有 \(known.sorted().joined(separator: "、"))",
                    english: "there is no such field; there are "
                        + known.sorted().joined(separator: ", ")))
        }
    }

    package static func == (left: FormFields, right: FormFields) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0.name == $1.name && $0.value == $1.value }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// A text in percent-encoding: everything but letters, digits and `-._~`.
    package static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            let isPlain =
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
                default: false
                }
            if isPlain {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }

    /// A piece of a query or a path without its percent-encoding.
    package static func decoded(
        _ piece: Substring, field: String, plusIsSpace: Bool = true
    ) throws(Mistake) -> String {
        var bytes: [UInt8] = []
        var rest = piece.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexadecimal),
                    let low = rest.popFirst().flatMap(hexadecimal)
                else { throw malformed(field) }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard bytes.count <= ConsoleRequest.Limits.value else {
            throw Mistake(
                .textTooLong, field,
                Phrase(
                    chinese: "超过 \(ConsoleRequest.Limits.value) 字节",
                    english: "it is longer than \(ConsoleRequest.Limits.value) bytes"))
        }
        guard let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" })
        else { throw malformed(field) }
        return text
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    private static func malformed(_ field: String) -> Mistake {
        Mistake(
            .malformedText, field,
            Phrase(
                chinese: "不是百分号编码的 UTF-8 文字，或含控制字符",
                english: "it is not UTF-8 in percent-encoding, or has control characters"))
    }

    private static func twice(_ name: String) -> Mistake {
        Mistake(
            .valueOutOfRange, name,
            Phrase(chinese: "只能给出一次", english: "it may be given only once"))
    }

    private static var tooMany: Mistake {
        Mistake(
            .listTooLong, "",
            Phrase(
                chinese: "参数多于 \(ConsoleRequest.Limits.fields) 个",
                english: "there are more than \(ConsoleRequest.Limits.fields) fields"))
    }
}

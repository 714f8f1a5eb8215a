import Foundation

/// Writes one value of JSON without a line break in it, keys in the order in which they are given.
///
/// Not Foundation's encoder: that one knows no order but the alphabet's, and an export must be the
/// same bytes whenever and by whomever it is made.
struct JSONLine {
    /// What was written so far.
    private(set) var bytes: [UInt8] = []
    /// Whether something was written in the object or array at hand.
    private var isBegun = false

    /// Ends the line.
    mutating func end() {
        bytes.append(UInt8(ascii: "\n"))
        isBegun = false
    }

    /// An object; without a key as the element of an array.
    mutating func object(_ key: String? = nil, _ body: (inout JSONLine) -> Void) {
        nest(key, "{", "}", body)
    }

    /// An array.
    mutating func array(_ key: String, _ body: (inout JSONLine) -> Void) {
        nest(key, "[", "]", body)
    }

    /// A text; `null` without one.
    mutating func text(_ key: String? = nil, _ value: String?) {
        begin(key)
        guard let value else { return append("null") }
        quote(value)
    }

    /// A whole number; `null` without one.
    mutating func number<Value: BinaryInteger>(_ key: String, _ value: Value?) {
        begin(key)
        append(value.map { "\($0)" } ?? "null")
    }

    /// Whether something holds.
    mutating func flag(_ key: String, _ value: Bool) {
        begin(key)
        append(value ? "true" : "false")
    }

    /// A number in the shortest digits that read back to it; `null` for what JSON cannot say.
    mutating func real(_ key: String, _ value: Double) {
        begin(key)
        append(value.isFinite ? "\(value)" : "null")
    }

    /// Bytes in lower-case hexadecimal digits.
    mutating func hexadecimal(_ key: String, _ value: some Sequence<UInt8>) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        for byte in value {
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Bytes in base64 with padding (RFC 4648, section 4).
    mutating func base64(_ key: String, _ value: Data) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: value.base64EncodedData())
        bytes.append(UInt8(ascii: "\""))
    }

    /// A value that is JSON already.
    mutating func json(_ key: String, _ value: Data) {
        begin(key)
        bytes.append(contentsOf: value)
    }

    /// `null`.
    mutating func null(_ key: String) {
        begin(key)
        append("null")
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private mutating func nest(
        _ key: String?, _ opening: String, _ closing: String, _ body: (inout JSONLine) -> Void
    ) {
        begin(key)
        append(opening)
        isBegun = false
        body(&self)
        append(closing)
        isBegun = true
    }

    private mutating func begin(_ key: String?) {
        if isBegun { append(",") }
        isBegun = true
        guard let key else { return }
        quote(key)
        append(":")
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// RFC 8259: quotation mark, backslash and control characters are escaped, all else stands.
    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<32:
                append("\\u00")
                bytes.append(Self.digits[Int(byte >> 4)])
                bytes.append(Self.digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

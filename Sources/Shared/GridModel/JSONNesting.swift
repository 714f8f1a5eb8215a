/// How deep a JSON text is nested, found without a parser.
///
/// Foundation's decoder refuses more than 512 levels, and traps where it looks for the place of
/// that mistake (swift-foundation, `JSONError.SourceLocation`): a text from outside could end the
/// process. Whatever reads JSON that others wrote asks here first.
package enum JSONNesting {
    /// No format of ours comes near so many levels.
    package static let deepest = 128

    /// Whether arrays and objects are nested deeper than `deepest`, if `bytes` are JSON at all.
    package static func isTooDeep(_ bytes: some Sequence<UInt8>) -> Bool {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > deepest { return true }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return false
    }
}

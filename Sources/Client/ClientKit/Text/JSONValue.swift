/// A JSON text that keeps the order of its members, so that output is stable and readable.
package enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// Infinite and undefined numbers are written `null`, since JSON has none.
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([Member])

    /// A name and its value.
    package struct Member: Hashable, Sendable {
        /// In camelCase.
        package var name: String
        package var value: JSONValue

        /// A name and its value.
        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// A count, which may be larger than JSON's integers of 63 bits only in theory.
    package static func count(_ value: some BinaryInteger) -> JSONValue {
        .integer(Int64(clamping: value))
    }

    /// A text, or `null` if it is empty: the wire does not tell the two apart.
    package static func optionalText(_ text: String) -> JSONValue {
        text.isEmpty ? .null : .text(text)
    }

    /// The JSON text, indented by two spaces, with a line end.
    package var rendered: String {
        var output = ""
        write(to: &output, depth: 0)
        return output + "\n"
    }

    private func write(to output: inout String, depth: Int) {
        switch self {
        case .null: output += "null"
        case .boolean(let value): output += value ? "true" : "false"
        case .integer(let value): output += String(value)
        case .number(let value): output += value.isFinite ? value.description : "null"
        case .text(let text): Self.write(text, to: &output)
        case .array(let values):
            Self.write(values, between: "[]", to: &output, depth: depth) { value, output in
                value.write(to: &output, depth: depth + 1)
            }
        case .object(let members):
            Self.write(members, between: "{}", to: &output, depth: depth) { member, output in
                Self.write(member.name, to: &output)
                output += ": "
                member.value.write(to: &output, depth: depth + 1)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], between brackets: String, to output: inout String, depth: Int,
        element write: (Element, inout String) -> Void
    ) {
        guard !elements.isEmpty else {
            output += brackets
            return
        }
        output.append(brackets.first ?? "[")
        for (position, element) in elements.enumerated() {
            output += (position == 0 ? "\n" : ",\n") + String(repeating: "  ", count: depth + 1)
            write(element, &output)
        }
        output += "\n" + String(repeating: "  ", count: depth)
        output.append(brackets.last ?? "]")
    }

    private static func write(_ text: String, to output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            // Also those JSON would allow: the text may end up on a terminal.
            case _ where scalar.isUnsafe:
                for unit in String(scalar).utf16 { output += escape(unit) }
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }

    /// A UTF-16 unit as JSON escapes it (RFC 8259, 7).
    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}

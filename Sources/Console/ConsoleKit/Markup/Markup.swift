import ClientKit

/// HTML that this program made: everything from outside in it is escaped.
///
/// Written as an interpolated literal. What stands in the literal is ours and is kept as it is; a
/// text that is put in is escaped, another `Markup` is not. There is no other way to make one from
/// a text, so that a hostile description cannot become a tag or leave its attribute.
package struct Markup: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// The HTML.
    package let html: String

    /// What was written between the quotation marks of a literal.
    package init(stringLiteral value: String) { html = value }

    package init(stringInterpolation: Interpolation) { html = stringInterpolation.html }

    /// A text from outside.
    package init(text: String) { html = Self.escaped(text) }

    /// Pieces one after the other.
    package init(_ pieces: some Sequence<Markup>) { html = pieces.map(\.html).joined() }

    /// Nothing.
    package static let none: Markup = ""

    /// The bytes to send.
    package var bytes: [UInt8] { Array(html.utf8) }

    /// One after the other.
    package static func + (left: Markup, right: Markup) -> Markup { Markup([left, right]) }

    /// Puts a literal together.
    package struct Interpolation: StringInterpolationProtocol {
        var html = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            html.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        /// What is ours.
        package mutating func appendLiteral(_ literal: String) { html += literal }

        /// A text from outside, escaped; fit for content and for attributes in quotation marks.
        package mutating func appendInterpolation(_ text: String) {
            html += Markup.escaped(text)
        }

        /// Markup, as it is.
        package mutating func appendInterpolation(_ markup: Markup) { html += markup.html }

        /// Pieces of markup, one after the other.
        package mutating func appendInterpolation(_ pieces: [Markup]) {
            for piece in pieces { html += piece.html }
        }

        /// A number.
        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            html += String(number)
        }

        /// An attribute without a value, or nothing.
        package mutating func appendInterpolation(_ attribute: StaticString, if isThere: Bool) {
            if isThere { html += " \(attribute)" }
        }
    }

    /// The text with everything escaped that HTML gives a meaning, and with what is not seen and
    /// changes what is (controls of direction, say) written out, as on a terminal. Line ends and
    /// tabs stay: the style sheet decides whether they are shown.
    private static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.isUnsafe:
                result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Sequence<Markup> {
    /// All of them with `separator` between.
    package func joined(separator: Markup) -> Markup {
        Markup(flatMap { [separator, $0] }.dropFirst())
    }
}

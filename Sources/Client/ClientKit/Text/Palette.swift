/// When results are coloured.
package enum ColourChoice: String, CaseIterable, Sendable {
    /// On a terminal that can, unless `NO_COLOR` is set (https://no-color.org).
    case auto
    case always
    case never

    /// The colours for a stream.
    package func palette(isTerminal: Bool, environment: [String: String]) -> Palette {
        switch self {
        case .always: Palette(isOn: true)
        case .never: .plain
        case .auto:
            Palette(
                isOn: isTerminal && environment["NO_COLOR", default: ""].isEmpty
                    && environment["TERM"] != "dumb")
        }
    }
}

/// Colours a text, or leaves it as it is.
package struct Palette: Hashable, Sendable {
    /// A way to set a text off; the codes are ECMA-48's SGR.
    package enum Ink: String, Sendable {
        case bold = "1"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    /// No colours.
    package static let plain = Palette(isOn: false)

    private let isOn: Bool

    /// Colours, if they are on.
    package init(isOn: Bool) { self.isOn = isOn }

    /// The text in that ink.
    package func callAsFunction(_ text: String, _ ink: Ink?) -> String {
        guard isOn, let ink, !text.isEmpty else { return text }
        return "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m"
    }
}

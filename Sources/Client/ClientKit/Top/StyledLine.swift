/// How a text stands out on a screen.
package enum TextStyle: Hashable, Sendable {
    case plain
    /// The line of titles of the table that has the keys.
    case title
    /// The line of titles of the other table.
    case quietTitle
    case strong
    /// What is old or less important.
    case faint
    case good
    case warning
    case bad
    /// What somebody must see at once.
    case alarm

    /// The parameters of SGR (ECMA-48) that switch it on; empty for none.
    ///
    /// Without colour, as `NO_COLOR` asks (no-color.org), brightness and reversal remain.
    package func parameters(inColour: Bool) -> String {
        switch self {
        case .plain: ""
        case .title: "7"
        case .quietTitle: "4"
        case .strong: "1"
        case .faint: "2"
        case .good: inColour ? "32" : ""
        case .warning: inColour ? "33" : "1"
        case .bad: inColour ? "1;31" : "1"
        case .alarm: inColour ? "1;37;41" : "1;7"
        }
    }
}

/// A text in one style.
package struct Span: Hashable, Sendable {
    package var text: String
    package var style: TextStyle

    /// A text; it must hold nothing unsafe.
    package init(_ text: String, _ style: TextStyle = .plain) {
        self.text = text
        self.style = style
    }

    /// The text in at most `width` columns.
    package func shortened(toWidth width: Int) -> Span {
        width > 0 ? Span(text.shortened(toWidth: width), style) : Span("", style)
    }
}

/// One line of a screen.
package struct StyledLine: Hashable, Sendable {
    package var spans: [Span]

    /// A line of spans, one after the other.
    package init(_ spans: [Span] = []) { self.spans = spans }

    /// The line without its styles.
    package var text: String { spans.map(\.text).joined() }

    /// A line of the pieces that fit into `width` columns with two spaces between them.
    ///
    /// Pieces stand in order of importance: the first is shortened rather than dropped, a later
    /// one that does not fit is left out.
    package init(fitting pieces: [Span], width: Int) {
        var spans: [Span] = []
        var used = 0
        for piece in pieces where !piece.text.isEmpty {
            let room = width - used - (spans.isEmpty ? 0 : 2)
            guard spans.isEmpty || piece.text.displayWidth <= room else { continue }
            let piece = piece.shortened(toWidth: room)
            if !spans.isEmpty { spans.append(Span("  ")) }
            spans.append(piece)
            used = width - room + piece.text.displayWidth
        }
        self.spans = spans
    }
}

package import GridModel

/// What pages show alike: those with the same topic get the same pieces, rendered once.
package struct LiveTopic: Hashable, Sendable {
    /// The kinds of pages that change by themselves.
    package enum Kind: String, CaseIterable, Sendable {
        case now, campaigns, health
        /// Lists, calls and grids: they are told that something changed, and ask again.
        case lists
    }

    package let kind: Kind
    package let language: Language
    /// The street it is about; `nil` for all of them.
    package let street: String?

    /// A topic.
    package init(_ kind: Kind, _ language: Language, street: String?) {
        self.kind = kind
        self.language = language
        self.street = street
    }
}

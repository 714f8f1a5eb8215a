package import ClientKit
package import GridModel

/// What every page depends on beside its own data.
package struct PageContext: Sendable {
    package let preferences: Preferences
    package let snapshot: Snapshot
    /// The path of this page, as it came.
    package let path: String
    /// The fields of its address.
    package let fields: FormFields
    /// Whether signing out means anything.
    package let canSignOut: Bool
    /// The streets that are shown: the one that was asked for, else all.
    package let streets: [Snapshot.Street]
    /// The street that was asked for.
    package let chosen: String?

    /// The context of a page. Throws `FormFields.Mistake`: there is no such street.
    package init(
        _ preferences: Preferences, _ snapshot: Snapshot, path: String, fields: FormFields,
        canSignOut: Bool = false
    ) throws(FormFields.Mistake) {
        self.preferences = preferences
        self.snapshot = snapshot
        self.path = path
        self.fields = fields
        self.canSignOut = canSignOut
        guard let key = fields["street"] else {
            streets = snapshot.streets
            chosen = nil
            return
        }
        guard let street = snapshot[key] else {
            let known = snapshot.streets.map(\.key).joined(separator: ", ")
            throw FormFields.Mistake(
                .valueOutOfRange, "street",
                Phrase(
                    chinese: "没有这个街道；有 \(known)",
                    english: "there is no such street; there are \(known)"))
        }
        streets = [street]
        chosen = key
    }

    /// The language of the page.
    package var language: Language { preferences.language }

    /// The one of two texts that is in the language of the page.
    package func callAsFunction(_ chinese: String, _ english: String) -> String {
        language(chinese: chinese, english: english)
    }

    /// What values of a street are shown by.
    package func presentation(of street: Snapshot.Street) -> Presentation {
        street.broker.presentation(in: language, now: snapshot.now)
    }

    /// A time of the snapshot's clock as the street's clocks show it.
    package func time(_ at: Int64, in street: Snapshot.Street) -> String {
        let wall = Timestamp(milliseconds: snapshot.wall - (snapshot.now - at))
        return RFC3339.shortText(wall, in: street.broker.zone)
    }

    /// The address of this page with some fields changed; `page` goes with every other change.
    package func address(_ changes: [(String, String?)]) -> String {
        path + fields.with([("page", nil)] + changes).suffix
    }

    /// What a street is called in the language of the page.
    package func name(of street: Snapshot.Street) -> String {
        street.broker.streetName(in: language)
    }

    /// The heading of what is about one street. Of one alone it is only read out, so that no level
    /// of headings is skipped.
    package func heading(of street: Snapshot.Street) -> Markup {
        let look = streets.count > 1 ? "street" : "read"
        return "<h2 class=\"\(look)\">\(name(of: street))</h2>"
    }

    /// A duration in words of the page's language.
    package func duration(_ seconds: Double) -> String {
        Words.duration(seconds: seconds, in: language)
    }

    /// Whether more than one street is watched.
    package var isDistrict: Bool { snapshot.streets.count > 1 }
}

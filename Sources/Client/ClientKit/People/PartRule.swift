package import GridCodec

/// Which parts of a call a command can mean when none is named.
///
/// Only a help to choose: what is allowed is the broker's to say.
package struct PartRule: Sendable {
    /// Whether a part may be meant.
    let fits: @Sendable (WirePartView) -> Bool
    /// Whether officers give the command: then their own department's part is meant.
    let isOfficers: Bool

    /// Parts for which `fits` holds.
    package init(isOfficers: Bool = false, _ fits: @escaping @Sendable (WirePartView) -> Bool) {
        self.isOfficers = isOfficers
        self.fits = fits
    }

    /// Parts in one of these states, in the words of docs/protocol.md.
    package static func inState(_ states: String..., isOfficers: Bool = false) -> PartRule {
        PartRule(isOfficers: isOfficers) { states.contains($0.state) }
    }

    /// Parts whose department still owes something.
    package static let open = PartRule { $0.isOpen }
}

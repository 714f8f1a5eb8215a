package import GridCodec

/// Which parts of a call a command can mean when none is named.
///
/// Only a help to choose: what is allowed is the broker's to say.
package struct PartRule: Sendable {
    /// Whether a part may be meant; the later tests are asked where no part passes the first.
    let tests: [@Sendable (WirePartView) -> Bool]
    /// Whether officers give the command: then their own department's part is meant.
    var isOfficers = false

    /// Parts that pass the first of `tests` that any part passes.
    package init(_ tests: (@Sendable (WirePartView) -> Bool)...) { self.tests = tests }

    /// Parts in one of these states, in the words of docs/protocol.md.
    package static func inState(_ states: String...) -> PartRule {
        PartRule { states.contains($0.state) }
    }

    /// Parts whose department still owes something.
    package static let open = PartRule(\.isOpen)

    /// The same rule for a command that officers give.
    package var ofOfficers: PartRule {
        var rule = self
        rule.isOfficers = true
        return rule
    }

    /// The parts the command can mean: those that fit, else the open ones, else all of them; the
    /// broker says then what would be allowed.
    func candidates(of parts: [WirePartView]) -> [WirePartView] {
        for test in tests + [\.isOpen] {
            let fitting = parts.filter(test)
            if !fitting.isEmpty { return fitting }
        }
        return parts
    }
}

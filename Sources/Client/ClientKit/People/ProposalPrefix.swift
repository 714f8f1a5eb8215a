import Foundation
package import GridCodec
import GridModel

/// The beginning of a proposal's digest, as `review list` and `track` show it.
///
/// A verdict is bound to the very measures that were read: whoever types what the list showed
/// cannot approve what was proposed meanwhile.
package struct ProposalPrefix: Hashable, Sendable {
    /// So few hexadecimal digits are enough to tell the proposals of a part apart.
    package static let shortest = 8
    /// The digits of a whole digest.
    private static let longest = 64

    private let digits: String

    /// Reads 8 to 64 hexadecimal digits; `nil` otherwise.
    package init?(_ text: String) {
        let digits = text.lowercased()
        let isHexadecimal = digits.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...102).contains(byte)
        }
        guard isHexadecimal, (Self.shortest...Self.longest).contains(digits.utf8.count) else {
            return nil
        }
        self.digits = digits
    }

    /// Whether the part's last proposal is the one that was read.
    package func fits(_ part: WirePartView) -> Bool {
        part.hasProposal && part.proposal.digest.hexadecimal.hasPrefix(digits)
    }

    /// The whole digest. Errors: the part has another proposal, which is shown, or none.
    func digest(
        of part: WirePartView, in session: ClientSession
    ) throws(ClientFailure) -> Data {
        guard part.hasProposal, !part.proposal.digest.isEmpty else {
            throw .badInput(
                reason: Phrase(
                    chinese: "第 \(part.number) 部分没有待审核的措施",
                    english: "nothing is proposed for part \(part.number)"))
        }
        guard !fits(part) else { return part.proposal.digest }
        let proposal = part.proposal
        let shown = MatterWords.prefix(proposal)
        let lines = proposal.measures.map { measure in
            "\n  " + "\(measure.name) = \(measure.value)".escapedForTerminal
        }
        let time = session.presentation.text(proposal.proposedAt)
        let author = proposal.proposedBy.escapedForTerminal
        throw .badInput(
            reason: Phrase(
                chinese: "措施已变更；现为 \(author) 于 \(time) 提出的 \(shown)：",
                english: "the proposal has changed; it is now \(shown), proposed by \(author) at "
                    + "\(time):") + lines.joined())
    }
}

package import GridModel

/// Measures were proposed; a major decision waits for legal review under its own clock.
package struct MeasuresProposed: Hashable, Sendable {
    package var number: AssignmentNumber
    /// Names this very proposal; an approval binds to it.
    package var digest: Digest
    package var isMajor: Bool
    package var actor: ActorID
    package var review: Deadline
    package var texts: TextPlace?

    /// A proposal from its parts.
    package init(
        number: AssignmentNumber, digest: Digest, isMajor: Bool, actor: ActorID, review: Deadline,
        texts: TextPlace?
    ) {
        self.number = number
        self.digest = digest
        self.isMajor = isMajor
        self.actor = actor
        self.review = review
        self.texts = texts
    }
}

/// What a reviewer decided on a proposal.
package enum ReviewVerdict: UInt8, CaseIterable, Sendable {
    case approved = 1
    /// To be changed and proposed again.
    case corrected = 2
    case rejected = 3
    /// An emergency: a second operator took the responsibility.
    case bypassed = 4
}

/// A proposal was reviewed.
package struct ProposalReviewed: Hashable, Sendable {
    package var number: AssignmentNumber
    package var digest: Digest
    package var verdict: ReviewVerdict
    package var actor: ActorID
    package var reason: TextPlace?

    /// A review from its parts.
    package init(
        number: AssignmentNumber, digest: Digest, verdict: ReviewVerdict, actor: ActorID,
        reason: TextPlace?
    ) {
        self.number = number
        self.digest = digest
        self.verdict = verdict
        self.actor = actor
        self.reason = reason
    }
}

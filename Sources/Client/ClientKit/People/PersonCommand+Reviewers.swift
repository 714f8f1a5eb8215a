import GridCodec
import GridModel

/// Legal review, checks and supervision: what people decide on others' work.
extension PersonCommand {
    /// What a reviewer decides.
    package enum Verdict: Hashable, Sendable {
        case approve
        /// To be changed and proposed again.
        case correct
        case reject
    }

    /// Decides on the proposal that was read.
    package static func review(
        _ call: CallReference, _ part: PartChoice, _ verdict: Verdict, _ prefix: ProposalPrefix
    ) -> PersonCommand {
        var review = WireReviewProposal()
        let done: Phrase
        switch verdict {
        case .approve:
            review.verdict = .approved
            done = Phrase(chinese: "的措施已审核通过", english: "measures approved")
        case .correct:
            review.verdict = .corrected
            done = Phrase(chinese: "的措施须修改后重新提出", english: "measures to be corrected")
        case .reject:
            review.verdict = .rejected
            done = Phrase(chinese: "的措施未通过审核", english: "measures rejected")
        }
        return onProposal(.review(review), call, part, prefix, done)
    }

    /// Answers for a major decision in an emergency instead of the reviewer.
    package static func bypass(
        _ call: CallReference, _ part: PartChoice, _ prefix: ProposalPrefix
    ) -> PersonCommand {
        onProposal(
            .bypass(WireBypassReview()), call, part, prefix,
            Phrase(chinese: "的措施已紧急放行", english: "measures let through without review"))
    }

    /// Orders a department to act; the reason is the order, and a reply is owed.
    package static func supervise(_ call: CallReference, _ part: PartChoice) -> PersonCommand {
        PersonCommand(
            .supervise(WireSupervise()),
            on: .part(call, part, PartRule { $0.isOpen && !$0.owesReply }),
            done: Phrase(chinese: "已督办，须回复", english: "supervised, a reply is owed"))
    }

    /// Says whether what was done is good; if not, which parts are reworked, from 1 (none: the
    /// lead's).
    package static func check(
        _ call: CallReference, passed: Bool, failed: [Int] = []
    ) -> PersonCommand {
        var check = WireCheckCall()
        check.passed = passed
        var command = PersonCommand(
            .check(check), on: .call(call),
            done: passed
                ? Phrase(chinese: "核查通过", english: "check passed")
                : Phrase(chinese: "核查不通过，返工", english: "check failed, to be reworked"))
        if !failed.isEmpty { command.lookups = [.reworked(failed)] }
        return command
    }

    /// Says whether a report that waits to be verified is filed, or voided.
    package static func verify(_ call: CallReference, passed: Bool) -> PersonCommand {
        var verification = WireVerifyCall()
        verification.passed = passed
        return PersonCommand(
            .verify(verification), on: .call(call),
            done: passed
                ? Phrase(chinese: "核实属实，已立案", english: "verified and filed")
                : Phrase(chinese: "核实不属实，已作废", english: "not verified, voided"))
    }

    private static func onProposal(
        _ command: WireCommandItem.OneOf_Command, _ call: CallReference, _ part: PartChoice,
        _ prefix: ProposalPrefix, _ done: Phrase
    ) -> PersonCommand {
        // A proposal that was decided on is still found, so that a repeat names the same part.
        let rule = PartRule(
            { $0.state == "underReview" && prefix.fits($0) }, prefix.fits,
            { $0.state == "underReview" })
        var command = PersonCommand(command, on: .part(call, part, rule), done: done)
        command.lookups = [.proposal(prefix)]
        return command
    }
}

extension WirePartView {
    /// Whether an order of supervision waits for its reply.
    var owesReply: Bool { hasSupervision && supervision.repliedAt == 0 }
}

import GridCodec
import GridModel

/// What officers do with the parts of their departments.
extension PersonCommand {
    /// Takes a part that was delivered to the department's inbox.
    package static func accept(_ call: CallReference, _ part: PartChoice) -> PersonCommand {
        officers(
            .accept(WireAcceptPart()), call, part, .inState("delivered"),
            Phrase(chinese: "已签收", english: "accepted"))
    }

    /// Says that the team is on site.
    package static func arrive(_ call: CallReference, _ part: PartChoice) -> PersonCommand {
        officers(
            .arrive(WireArrivePart()), call, part, .inState("accepted"),
            Phrase(chinese: "已到场", english: "arrived"))
    }

    /// Proposes measures; a major decision waits for legal review then.
    package static func propose(
        _ call: CallReference, _ part: PartChoice, _ measures: [MeasureArgument]
    ) -> PersonCommand {
        var proposal = WireProposeMeasures()
        proposal.measures = measures.map(\.wire)
        return officers(
            .propose(proposal), call, part, .inState("accepted", "arrived"),
            Phrase(chinese: "措施已拟定", english: "measures proposed"))
    }

    /// Says that the department has done its part.
    package static func complete(
        _ call: CallReference, _ part: PartChoice, _ measures: [MeasureArgument]
    ) -> PersonCommand {
        var completion = WireCompletePart()
        completion.measures = measures.map(\.wire)
        return officers(
            .complete(completion), call, part, inHand,
            Phrase(chinese: "已处置", english: "completed"))
    }

    /// Says that it is not the department's.
    package static func giveBack(_ call: CallReference, _ part: PartChoice) -> PersonCommand {
        officers(
            .returnPart(WireReturnPart()), call, part, inHand,
            Phrase(chinese: "已退回", english: "returned"))
    }

    /// Says that it could not be done this time.
    package static func fail(_ call: CallReference, _ part: PartChoice) -> PersonCommand {
        officers(
            .fail(WireFailPart()), call, part, inHand,
            Phrase(chinese: "未能处置，待重新派遣", english: "failed, to be tried again"))
    }

    /// Asks for once more the time.
    package static func requestExtension(
        _ call: CallReference, _ part: PartChoice
    ) -> PersonCommand {
        officers(
            .requestExtension(WireRequestExtension()), call, part,
            PartRule {
                $0.isOpen && $0.resolveDue != 0 && $0.suspendedUntil == 0
                    && !$0.extensionRequested
            }, Phrase(chinese: "已申请延期", english: "extension requested"))
    }

    /// Has every clock of a part stand still for a while.
    package static func suspend(
        _ call: CallReference, _ part: PartChoice, until: GivenTime
    ) -> PersonCommand {
        var command = officers(
            .suspend(WireSuspendPart()), call, part,
            PartRule { $0.isOpen && $0.suspendedUntil == 0 },
            Phrase(chinese: "已挂账", english: "suspended"))
        command.lookups = [.until(until)]
        return command
    }

    /// Lets the clocks of a part run on.
    package static func resume(_ call: CallReference, _ part: PartChoice) -> PersonCommand {
        officers(
            .resume(WireResumePart()), call, part, PartRule { $0.suspendedUntil != 0 },
            Phrase(chinese: "已恢复计时", english: "resumed"))
    }

    /// Replies to the last order of supervision; the reason is the reply.
    package static func reply(_ call: CallReference, _ part: PartChoice) -> PersonCommand {
        officers(
            .reply(WireReplySupervision()), call, part, PartRule(\.owesReply),
            Phrase(chinese: "督办已回复", english: "supervision replied"))
    }

    /// Files a report on the case; the reason is the report.
    package static func report(_ call: CallReference, id report: String) -> PersonCommand {
        var filed = WireFileReport()
        filed.report = report
        return PersonCommand(
            .report(filed), on: .call(call), done: Phrase(chinese: "报告已提交", english: "report filed")
        )
    }

    /// A part that some hand has.
    private static let inHand = PartRule.inState(
        "dispatched", "delivered", "accepted", "arrived")

    private static func officers(
        _ command: WireCommandItem.OneOf_Command, _ call: CallReference, _ part: PartChoice,
        _ rule: PartRule, _ done: Phrase
    ) -> PersonCommand {
        PersonCommand(command, on: .part(call, part, rule.ofOfficers), done: done)
    }
}

import GridCodec
import GridModel

/// What operators do with calls and parts.
extension PersonCommand {
    /// Gives a part that is queued or was returned to another department, by id or name.
    package static func redispatch(
        _ call: CallReference, _ part: PartChoice, to department: String
    ) -> PersonCommand {
        let shown = department.escapedForTerminal
        var command = PersonCommand(
            .redispatch(WireRedispatch()),
            on: .part(call, part, .inState("queued", "returned")),
            done: Phrase(chinese: "已改派 \(shown)", english: "re-dispatched to \(shown)"))
        command.lookups = [.department(department)]
        return command
    }

    /// Has a part that is stuck tried again.
    package static func requeue(_ call: CallReference, _ part: PartChoice) -> PersonCommand {
        PersonCommand(
            .requeue(WireRequeue()), on: .part(call, part, .inState("stuck")),
            done: Phrase(chinese: "已重新排队", english: "queued again"))
    }

    /// Takes an open part back for good.
    package static func withdraw(_ call: CallReference, _ part: PartChoice) -> PersonCommand {
        PersonCommand(
            .withdraw(WireWithdrawPart()), on: .part(call, part, .open),
            done: Phrase(chinese: "已撤回", english: "withdrawn"))
    }

    /// Ends a call that should not have been filed.
    package static func void(_ call: CallReference) -> PersonCommand {
        PersonCommand(
            .voidCall(WireVoidCall()), on: .call(call),
            done: Phrase(chinese: "已作废", english: "voided"))
    }

    /// Decides on the extension that an officer asked for.
    package static func decideExtension(
        _ call: CallReference, _ part: PartChoice, approved: Bool
    ) -> PersonCommand {
        var decision = WireDecideExtension()
        decision.approved = approved
        return PersonCommand(
            .decideExtension(decision), on: .part(call, part, PartRule(\.extensionRequested)),
            done: approved
                ? Phrase(chinese: "延期已批准", english: "extension approved")
                : Phrase(chinese: "延期未批准", english: "extension refused"))
    }

    /// Joins a duplicate to the call it repeats.
    package static func merge(
        _ call: CallReference, into main: CallReference
    ) -> PersonCommand {
        var command = PersonCommand(
            .merge(WireMergeCall()), on: .call(call),
            done: Phrase(chinese: "已并案", english: "merged"))
        command.lookups = [.mainCall(main)]
        return command
    }

    /// Takes a merged call out again.
    package static func unmerge(_ call: CallReference) -> PersonCommand {
        PersonCommand(
            .unmerge(WireUnmergeCall()), on: .call(call),
            done: Phrase(chinese: "已撤销并案", english: "taken out of its main call"))
    }
}

import GridCodec
import GridModel

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
}

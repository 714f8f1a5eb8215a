import GridCodec
package import GridModel

/// An operator's intervention into one call.
package struct OperatorCommand: ClientCommand {
    /// What is to be done; parts count from 1, as `track` shows them.
    package enum Action: Hashable, Sendable {
        case redispatch(part: Int, to: String)
        case requeue(part: Int)
        case withdraw(part: Int)
        case void
    }

    private let call: CallReference
    private let action: Action
    private let reason: String
    private let id: CommandID
    private let format: OutputFormat

    /// An action on `call`, named `id` so that it counts once.
    package init(
        _ action: Action, on call: CallReference, reason: String, id: CommandID,
        format: OutputFormat
    ) {
        self.action = action
        self.call = call
        self.reason = reason
        self.id = id
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        let view = try session.track(call)
        let reply = try session.client.command(try item(for: view))
        session.console.write(text(view, reply, session.language))
        return .done
    }

    /// The command for the call as it was seen: if it has changed since, the broker refuses.
    private func item(for view: WireCallView) throws(ClientFailure) -> WireCommandItem {
        var item = WireCommandItem()
        item.id = id.data
        item.call = view.id
        item.expectedRevision = view.revision
        item.reason = reason
        switch action {
        case .redispatch(let part, let department):
            item.ordinal = try ordinal(of: part, in: view)
            item.redispatch.department = department
        case .requeue(let part):
            item.ordinal = try ordinal(of: part, in: view)
            item.requeue = WireRequeue()
        case .withdraw(let part):
            item.ordinal = try ordinal(of: part, in: view)
            item.withdraw = WireWithdrawPart()
        case .void: item.voidCall = WireVoidCall()
        }
        return item
    }

    private func ordinal(of part: Int, in view: WireCallView) throws(ClientFailure) -> UInt32 {
        guard view.parts.contains(where: { $0.number == part }) else {
            let numbers = view.parts.map { String($0.number) }.joined(separator: ", ")
            throw .badInput(
                reason: Phrase(
                    chinese: "\(view.caseNumber) 没有第 \(part) 部分，现有 \(numbers)",
                    english: "\(view.caseNumber) has no part \(part); it has \(numbers)"))
        }
        return UInt32(part - 1)
    }

    private func text(
        _ view: WireCallView, _ reply: WireCommandReplyItem, _ language: Language
    ) -> String {
        guard format == .json else {
            return view.caseNumber.escapedForTerminal + ": " + language(done)
                + language(chinese: "，修订 ", english: ", revision ") + "\(reply.revision)\n"
        }
        return JSONValue.object([
            .init("caseNumber", .text(view.caseNumber)),
            .init("id", .text(view.idText)),
            .init("command", .text(id.description)),
            .init("revision", .count(reply.revision)),
            .init("repeated", .boolean(reply.repeated)),
        ]).rendered
    }

    private var done: Phrase {
        switch action {
        case .redispatch(let part, let department):
            Phrase(
                chinese: "第 \(part) 部分已改派 \(department)",
                english: "part \(part) re-dispatched to \(department)")
        case .requeue(let part):
            Phrase(chinese: "第 \(part) 部分已重新排队", english: "part \(part) queued again")
        case .withdraw(let part):
            Phrase(chinese: "第 \(part) 部分已撤回", english: "part \(part) withdrawn")
        case .void: Phrase(chinese: "已作废", english: "voided")
        }
    }
}

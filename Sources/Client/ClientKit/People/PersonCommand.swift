package import GridCodec
package import GridModel

/// A command of a person: what it is about, what is sent, and what is said when it was done.
///
/// Every command of officers, reviewers, reporters and operators is such a value, so that all of
/// them look the call up, name the revision that was seen and are repeated in one way.
package struct PersonCommand: ClientCommand {
    /// What the command is about.
    package var target: CommandTarget
    /// What is sent; what only the broker knows is filled in by `lookups`.
    package var command: WireCommandItem.OneOf_Command
    /// What has to be looked up before the command can be sent, in this order.
    package var lookups: [CommandLookup] = []
    /// Why, in the person's words; empty if nothing was said.
    package var reason: String
    /// Names the command, so that it counts once however often it is sent.
    package var id: CommandID
    /// Whether it was sent before under this id: then it may have been carried out already.
    package var isRepeat = false
    /// The revision of the call that the person saw; `nil`: as it is looked up now.
    package var revision: UInt32?
    /// What is said when it was done; of a part without the part: `accepted`.
    package var done: Phrase
    package var format: OutputFormat

    /// A command that needs no lookups.
    package init(
        _ command: WireCommandItem.OneOf_Command, on target: CommandTarget, reason: String = "",
        id: CommandID = TimeOrderedID.make(), revision: UInt32? = nil, done: Phrase,
        format: OutputFormat = .table
    ) {
        self.command = command
        self.target = target
        self.reason = reason
        self.id = id
        self.revision = revision
        self.done = done
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var prepared = try prepare(in: session)
        let reply = try send(prepared, in: session)
        if let review = reviewOwed(by: prepared, in: session) {
            prepared.done = prepared.done + review
        }
        session.console.write(text(prepared, reply, session.language))
        if reply.repeated, format != .json {
            session.console.note(
                session.language(
                    chinese: "gridcall: 此前已执行\n", english: "gridcall: was done before\n"))
        }
        return .done
    }

    /// The item with what was found out for it.
    private func prepare(in session: ClientSession) throws(ClientFailure) -> PreparedCommand {
        let reason = reason.normalized
        try CommandChecks(limits: session.client.limits).check(reason: reason)
        var prepared = PreparedCommand(done: done)
        prepared.item.id = id.data
        prepared.item.reason = reason
        prepared.item.command = command
        if let reference = target.call {
            let view = try session.track(reference)
            prepared.call = view
            prepared.item.call = view.id
            prepared.item.expectedRevision = revision ?? view.revision
            if case .part(_, let choice, let rule) = target {
                let part = try choice.part(of: view, rule, in: session)
                prepared.part = part
                prepared.item.ordinal = UInt32(part.number - 1)
            }
        }
        for lookup in lookups {
            try lookup.fill(&prepared, isRepeat: isRepeat, in: session)
        }
        return prepared
    }

    /// Sends it; if no answer comes, says how it can be repeated without being done twice.
    private func send(
        _ prepared: PreparedCommand, in session: ClientSession
    ) throws(ClientFailure) -> WireCommandReplyItem {
        do throws(ClientFailure) {
            return try session.client.command(prepared.item)
        } catch {
            // Nothing was sent before the broker's greeting.
            if error.leavesCommandOpen, session.client.welcome != nil {
                let options = prepared.optionsOfRepeat(id).joined(separator: " ")
                session.console.note(
                    session.language(
                        chinese: "gridcall: 指令可能已执行；重复时加上 \(options)，就只算一次\n",
                        english: "gridcall: it may have been done; repeat it with \(options) "
                            + "and it counts once\n"))
            }
            throw error
        }
    }

    /// What was proposed may be a major decision, which only the broker can tell: whether it waits
    /// for review is looked up, and left unsaid if that cannot be done.
    private func reviewOwed(
        by prepared: PreparedCommand, in session: ClientSession
    ) -> Phrase? {
        guard case .propose = command, let id = CallID(bytes: prepared.item.call),
            let view = try? session.track(.id(id)),
            let part = view.parts.first(where: { $0.number == prepared.part?.number }),
            part.state == "underReview"
        else { return nil }
        let digits = MatterWords.prefix(part.proposal)
        return Phrase(
            chinese: "，属重大决定，待法制审核（\(digits)）",
            english: ", a major decision: it waits for legal review (\(digits))")
    }

    private func text(
        _ prepared: PreparedCommand, _ reply: WireCommandReplyItem, _ language: Language
    ) -> String {
        if format == .json { return json(prepared, reply).rendered }
        let done = language(prepared.sentence) + "\n"
        guard let call = prepared.call else { return done }
        let revision = language(chinese: "，修订 ", english: ", revision ") + "\(reply.revision)"
        return call.caseNumber.escapedForTerminal + ": " + done.dropLast() + revision + "\n"
    }

    private func json(
        _ prepared: PreparedCommand, _ reply: WireCommandReplyItem
    ) -> JSONValue {
        let call = prepared.call
        return .object([
            .init("caseNumber", .optionalText(call?.caseNumber ?? "")),
            .init("id", .optionalText(call?.idText ?? "")),
            .init("part", prepared.part.map { .count($0.number) } ?? .null),
            .init("department", .optionalText(prepared.part?.department ?? "")),
            .init("command", .text(id.description)),
            .init("revision", call == nil ? .null : .count(reply.revision)),
            .init("repeated", .boolean(reply.repeated)),
        ])
    }
}

/// A command with everything that was looked up for it.
struct PreparedCommand {
    /// What is sent.
    var item = WireCommandItem()
    /// What is said when it was done.
    var done: Phrase
    /// The call as it was seen; `nil` for a command of the whole street.
    var call: WireCallView?
    /// The part it is about, if it is about one.
    var part: WirePartView?
    /// Options that must stand in a repeat because they would mean something else later.
    var fixedOptions: [String] = []

    /// What was done, with the part.
    var sentence: Phrase {
        guard let part else { return done }
        return Phrase(chinese: "第 \(part.number) 部分", english: "part \(part.number) ") + done
    }

    /// What a repeat has to be given so that it is this command and no other.
    func optionsOfRepeat(_ id: CommandID) -> [String] {
        var options = ["--id \(id)"]
        if call != nil { options.append("--revision \(item.expectedRevision)") }
        if let part { options.append("--part \(part.number)") }
        return options + fixedOptions
    }
}

extension ClientFailure {
    /// Whether a command that failed so may have been carried out all the same.
    fileprivate var leavesCommandOpen: Bool {
        switch self {
        case .unanswered, .unreachable: true
        case .sessionRefused: exitStatus == .unavailable || exitStatus == .tryAgain
        default: false
        }
    }
}

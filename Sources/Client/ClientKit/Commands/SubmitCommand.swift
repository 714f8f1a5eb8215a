package import GridCodec
package import GridModel

/// Files one call and, if asked, follows it to its end.
package struct SubmitCommand: ClientCommand {
    /// Polls while following: soon at first, then ever less often, in milliseconds.
    private static let firstPause: Int64 = 100
    private static let longestPause: Int64 = 2_000

    private let item: WireSubmitItem
    private let id: CallID
    private let isRepeat: Bool
    private let waits: Bool
    private let format: OutputFormat

    package var role: WirePeerRole { .terminal }

    /// A call to be filed under `id`, which was sent before if it `isRepeat`; with `waits` it is
    /// followed until it is closed.
    package init(
        _ item: WireSubmitItem, id: CallID, isRepeat: Bool = false, waits: Bool,
        format: OutputFormat
    ) {
        var item = item
        item.id = id.data
        item.texts.description_p = item.texts.description_p.normalized
        item.texts.address = item.texts.address.normalized
        self.item = item
        self.id = id
        self.isRepeat = isRepeat
        self.waits = waits
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        let problems = SubmitChecks().problems(of: item)
        guard problems.isEmpty else {
            throw .badInput(
                reason: problems.map { Phrase(verbatim: "\($0.field) ") + $0.reason }
                    .joined(separator: "\n"))
        }
        guard let filed = try file(in: session) else { return .tryAgain }
        if !(waits && format == .json) { session.console.write(receipt(filed, session)) }
        return waits ? try follow(in: session) : .done
    }

    /// Files the call, or stores it if the broker cannot take it now; `nil` if it was stored.
    private func file(in session: ClientSession) throws(ClientFailure) -> WireFiledCall? {
        do throws(ClientFailure) {
            let filed = try session.client.submit(item)
            session.spool?.keep(item, filed, session.client.welcome)
            return filed
        } catch {
            guard error.exitStatus == .unavailable || error.exitStatus == .tryAgain else {
                throw error
            }
            try store(in: session, because: error)
            return nil
        }
    }

    private func store(
        in session: ClientSession, because failure: ClientFailure
    ) throws(ClientFailure) {
        session.console.note("gridcall: \(session.language(failure.message))\n")
        do throws(ClientFailure) {
            guard let spool = session.spool else { throw failure }
            try spool.store(itemToStore(in: session))
        } catch {
            // It may have been filed all the same: only the same id makes a repeat harmless.
            session.console.note("gridcall: \(session.language(SpoolWords.tryAgain("\(id)")))\n")
            throw error
        }
        session.console.note("gridcall: \(session.language(SpoolWords.stored("\(id)")))\n")
        guard format == .json else { return }
        let output = JSONValue.object([
            .init("caseNumber", .null), .init("id", .text("\(id)")),
            .init("stored", .boolean(true)),
        ])
        session.console.write(output.rendered)
    }

    /// What was never sent was seen now, not when it will be filed. Once sent it must stay as it
    /// is: it may have been filed all the same, and the same id with other content is refused.
    private func itemToStore(in session: ClientSession) -> WireSubmitItem {
        var item = item
        if item.observedAt == 0, !isRepeat, session.client.welcome == nil {
            item.observedAt = Timestamp.now.milliseconds
        }
        return item
    }

    private func receipt(_ filed: WireFiledCall, _ session: ClientSession) -> String {
        guard format == .json else {
            if filed.clockSuspect {
                session.console.note(
                    "gridcall: the observed time is kept but marked: it is far from now\n")
            }
            if filed.repeated { session.console.note("gridcall: was filed before\n") }
            return filed.caseNumber.escapedForTerminal + "\n"
        }
        return JSONValue.object([
            .init("caseNumber", .text(filed.caseNumber)),
            .init("id", .text(id.description)),
            .init("filedAt", session.presentation.json(filed.filedAt)),
            .init("repeated", .boolean(filed.repeated)),
            .init("clockSuspect", .boolean(filed.clockSuspect)),
            .init("campaign", .optionalText(filed.campaign)),
            .init("stored", .boolean(false)),
        ]).rendered
    }

    /// Prints each new step until the call is at its end: done if it was closed, else refused.
    private func follow(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var shown = 0
        var pause = Self.firstPause
        while true {
            let call = try session.track(.id(id))
            if format != .json, call.steps.count > shown {
                session.console.write(lines(of: call, from: shown, session))
                pause = Self.firstPause
            }
            shown = max(shown, call.steps.count)
            if call.isFinal {
                if format == .json {
                    let output = CallOutput(call, session.presentation)
                    session.console.write(output.json(withSteps: true).rendered)
                }
                return call.state == "closed" ? .done : .refused
            }
            try session.client.pause(milliseconds: pause)
            pause = min(Self.longestPause, pause * 2)
        }
    }

    private func lines(of call: WireCallView, from first: Int, _ session: ClientSession) -> String {
        call.steps.dropFirst(first).map { step in
            let part = call.parts.first { $0.number == Int(step.ordinal) }
            let words = [
                session.presentation.text(step.at), step.step, part?.department ?? "", step.detail,
            ]
            return words.filter { !$0.isEmpty }.joined(separator: "  ").escapedForTerminal + "\n"
        }.joined()
    }
}

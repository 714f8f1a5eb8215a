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
    private let duplicates: DuplicateChoice
    private let waits: Bool
    private let format: OutputFormat

    /// A call to be filed under `id`, which was sent before if it `isRepeat`; `duplicates` says
    /// what is done if it may repeat another; with `waits` it is followed until it is closed.
    package init(
        _ item: WireSubmitItem, id: CallID, isRepeat: Bool = false,
        duplicates: DuplicateChoice = .ask, waits: Bool, format: OutputFormat
    ) {
        var item = item
        item.id = id.data
        item.texts.description_p = item.texts.description_p.normalized
        item.texts.address = item.texts.address.normalized
        self.item = item
        self.id = id
        self.isRepeat = isRepeat
        self.duplicates = duplicates
        self.waits = waits
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var item = try preparedOrAdvised(in: session)
        let problems = SubmitChecks().problems(of: item)
        guard problems.isEmpty else {
            throw .badInput(
                reason: problems.map { Phrase(verbatim: "\($0.field) ") + $0.reason }
                    .joined(separator: "\n"))
        }
        item = try DuplicateQuestion(item, session).answered(by: duplicates, isRepeat: isRepeat)
        guard let filed = try file(item, in: session) else { return .tryAgain }
        if !waits || format == .table { writeReceipt(filed, of: item, session) }
        if !filed.repeated { speakOfDuplicates(item, session) }
        return waits ? try follow(in: session) : .done
    }

    /// What is said of duplicates once the call is safe.
    private func speakOfDuplicates(_ item: WireSubmitItem, _ session: ClientSession) {
        let question = DuplicateQuestion(item, session)
        if !item.sameAs.isEmpty {
            question.confirmLink()
        } else if duplicates == .ask, !session.console.isInteractive {
            question.mention()
        }
    }

    /// As `prepared`. A terminal that never reached the broker does not know what the catalogue
    /// calls things: then a call with names cannot be stored, but one with ids can; that is said.
    private func preparedOrAdvised(
        in session: ClientSession
    ) throws(ClientFailure) -> WireSubmitItem {
        do throws(ClientFailure) {
            return try prepared(in: session)
        } catch {
            if error.exitStatus == .unavailable {
                session.console.note("gridcall: \(session.language(SpoolWords.needsIDs))\n")
            }
            throw error
        }
    }

    /// The call with ids in place of names, and with what a person was asked for.
    private func prepared(in session: ClientSession) throws(ClientFailure) -> WireSubmitItem {
        var item = item
        let named: [(CatalogueNames.Kind, WritableKeyPath<WireSubmitItem, String>)] = [
            (.category, \.category), (.grid, \.grid), (.campaign, \.campaign),
        ]
        for (kind, path) in named where !DeclaredID.isValid(item[keyPath: path]) {
            guard !item[keyPath: path].isEmpty else { continue }
            item[keyPath: path] = try session.id(kind, named: item[keyPath: path])
        }
        let missing = [
            ("--category", item.category), ("--grid", item.grid),
            ("--description", item.texts.description_p),
        ].filter { $0.1.isEmpty }.map { $0.0 }.joined(separator: " ")
        if missing.isEmpty { return item }
        guard session.console.isInteractive else {
            throw .badInput(
                reason: Phrase(
                    chinese: "缺少 \(missing)；在终端中运行时会逐项询问",
                    english: "\(missing) missing; at a terminal they would be asked for"))
        }
        return try SubmitForm(session).complete(item)
    }

    /// Files the call, or stores it if the broker cannot take it now; `nil` if it was stored.
    private func file(
        _ item: WireSubmitItem, in session: ClientSession
    ) throws(ClientFailure) -> WireFiledCall? {
        do throws(ClientFailure) {
            let filed = try session.client.submit(item)
            session.spool?.keep(item, filed, session.client.welcome)
            return filed
        } catch {
            guard error.exitStatus == .unavailable || error.exitStatus == .tryAgain else {
                throw error
            }
            try store(item, in: session, because: error)
            return nil
        }
    }

    private func store(
        _ item: WireSubmitItem, in session: ClientSession, because failure: ClientFailure
    ) throws(ClientFailure) {
        session.console.note("gridcall: \(session.language(failure.message))\n")
        do throws(ClientFailure) {
            guard let spool = session.spool else { throw failure }
            try spool.store(itemToStore(item, in: session))
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
    private func itemToStore(
        _ item: WireSubmitItem, in session: ClientSession
    ) -> WireSubmitItem {
        var item = item
        if item.observedAt == 0, !isRepeat, session.client.welcome == nil {
            item.observedAt = Timestamp.now.milliseconds
        }
        return item
    }

    private func writeReceipt(
        _ filed: WireFiledCall, of item: WireSubmitItem, _ session: ClientSession
    ) {
        let language = session.language
        if format != .json, !filed.repeated, !item.campaign.isEmpty,
            filed.campaign != item.campaign
        {
            let name = item.campaign.escapedForTerminal
            session.console.note(
                language(
                    chinese: "gridcall: 专项行动 \(name) 已关闭，呼叫未归入该行动\n",
                    english:
                        "gridcall: the campaign \(name) is closed; the call is filed without it\n"
                ))
        }
        if format != .json, filed.clockSuspect {
            session.console.note(
                language(
                    chinese: "gridcall: 发现时间与当前相差太远，已保留并标记\n",
                    english: "gridcall: the observed time is kept but marked: it is far from now\n")
            )
        }
        if format != .json, filed.repeated {
            session.console.note(
                language(chinese: "gridcall: 此前已立案\n", english: "gridcall: was filed before\n"))
        }
        let members: [(String, JSONValue)] = [
            ("caseNumber", .text(filed.caseNumber)), ("id", .text(id.description)),
            ("filedAt", session.presentation.json(filed.filedAt)),
            ("repeated", .boolean(filed.repeated)), ("clockSuspect", .boolean(filed.clockSuspect)),
            ("campaign", .optionalText(filed.campaign)), ("stored", .boolean(false)),
        ]
        session.write(
            as: format, json: .object(members.map { .init($0.0, $0.1) }),
            table: filed.caseNumber.escapedForTerminal + "\n", csv: csv(filed, session))
    }

    private func csv(_ filed: WireFiledCall, _ session: ClientSession) -> String {
        var table = TextTable(
            [
                ("案卷", "case"), ("标识", "id"), ("立案", "filed"), ("专项行动", "campaign"),
            ].map { TextTable.Column(session.language(chinese: $0.0, english: $0.1)) })
        table.add([
            filed.caseNumber, id.description, session.presentation.text(filed.filedAt),
            filed.campaign,
        ])
        return table.csv
    }

    /// Shows how the departments come along until the call is at its end: done if it was closed,
    /// else refused.
    private func follow(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var progress = CallProgress(session)
        var pause = Self.firstPause
        while true {
            let call = try session.track(.id(id))
            if format == .table, progress.show(call) { pause = Self.firstPause }
            if call.isFinal {
                let output = CallOutput(call, progress.presentation)
                if format != .table {
                    session.write(
                        as: format, json: output.json(withSteps: true), table: "",
                        csv: output.csv)
                }
                return call.state == "closed" ? .done : .refused
            }
            try session.client.pause(milliseconds: pause)
            pause = min(Self.longestPause, pause * 2)
        }
    }
}

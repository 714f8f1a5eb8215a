package import GridModel

/// Writes a line that can be kept elsewhere and held against the journal later.
package struct AnchorCommand: ClientCommand {
    private let format: OutputFormat

    /// An anchor of the journal as it is now.
    package init(format: OutputFormat) { self.format = format }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var anchor: JournalAnchor?
        var first: [UInt8] = []
        var facts: UInt64 = 0
        let damage = try session.readJournal { batch in
            if first.isEmpty { first = Array(batch.link.prefix(JournalAnchor.journalBytes)) }
            facts += batch.count
            anchor = JournalAnchor(
                journal: first, epoch: batch.epoch, seq: batch.seq, facts: facts,
                at: Timestamp(milliseconds: batch.at), link: batch.link)
        }
        if let damage {
            session.console.note(
                session.language(chinese: "日志不完整：", english: "NOT intact: ")
                    + session.language(damage) + "\n")
            return .refused
        }
        guard let anchor else { throw .unexpectedAnswer }
        session.console.write(
            format == .json ? json(anchor, session.presentation).rendered : anchor.text + "\n")
        guard format != .json else { return .done }
        let (seq, count) = (anchor.seq, anchor.facts)
        let time = session.presentation.text(anchor.at.milliseconds)
        session.console.note(
            session.language(
                chinese: "至 \(time)：\(seq) 批，\(count) 条事实。请另存他处，核对用 audit verify --anchor\n",
                english: "up to \(time): \(seq) batches, \(count) facts. Keep the line elsewhere; "
                    + "audit verify --anchor compares\n"))
        return .done
    }

    private func json(_ anchor: JournalAnchor, _ presentation: Presentation) -> JSONValue {
        .object([
            .init("anchor", .text(anchor.text)),
            .init("journal", .text(JournalAnchor.hexadecimal(anchor.journal))),
            .init("epoch", .count(anchor.epoch)), .init("batch", .count(anchor.seq)),
            .init("facts", .count(anchor.facts)),
            .init("at", presentation.json(anchor.at.milliseconds)),
            .init("chain", .text(JournalAnchor.hexadecimal(anchor.link))),
            .init("check", .text(anchor.check)),
        ])
    }
}

/// Holds the journal against anchors that were kept elsewhere.
package struct AnchorVerifyCommand: ClientCommand {
    private let anchors: [JournalAnchor]
    private let format: OutputFormat

    /// A check against at least one anchor.
    package init(_ anchors: [JournalAnchor], format: OutputFormat) {
        self.anchors = anchors
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var check = AnchorCheck(anchors)
        var facts: UInt64 = 0
        let damage = try session.readJournal { batch in
            facts += batch.count
            check.pass(seq: batch.seq, epoch: batch.epoch, facts: facts, link: batch.link)
        }
        let findings = check.findings
        let isIntact = damage == nil && findings.allSatisfy { $0.finding == .fits }
        if format == .json {
            session.console.write(json(damage, findings, isIntact, session.language).rendered)
        } else {
            var lines = findings.map { session.language($0.finding.words($0.anchor)) }
            if let damage {
                let head = session.language(chinese: "日志不完整：", english: "NOT intact: ")
                lines.insert(head + session.language(damage), at: 0)
            }
            session.console.write(lines.map { $0 + "\n" }.joined())
        }
        return isIntact ? .done : .refused
    }

    private func json(
        _ damage: Phrase?, _ findings: [(anchor: JournalAnchor, finding: AnchorCheck.Finding)],
        _ isIntact: Bool, _ language: Language
    ) -> JSONValue {
        .object([
            .init("intact", .boolean(isIntact)),
            .init("damage", damage.map { .text(language($0)) } ?? .null),
            .init(
                "anchors",
                .array(
                    findings.map { anchor, finding in
                        .object([
                            .init("batch", .count(anchor.seq)),
                            .init("fits", .boolean(finding == .fits)),
                            .init("finding", .text(language(finding.words(anchor)))),
                        ])
                    })),
        ])
    }
}

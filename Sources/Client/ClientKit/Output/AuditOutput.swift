package import GridCodec
package import GridModel

/// Writes what an audit of the journal found.
package struct AuditOutput: Sendable {
    private let audit: WireAuditView

    /// The output of `audit`.
    package init(_ audit: WireAuditView) { self.audit = audit }

    /// Everything, with stable keys; the last link of the chain in hexadecimal.
    package var json: JSONValue {
        .object([
            .init("intact", .boolean(audit.intact)),
            .init("epoch", .count(audit.epoch)),
            .init("batches", .count(audit.batches)),
            .init("facts", .count(audit.facts)),
            .init("firstBadSequence", audit.intact ? .null : .count(audit.firstBadSeq)),
            .init("reason", .optionalText(audit.reason)),
            .init("chain", .optionalText(chain)),
        ])
    }

    /// The finding in a line, and the last link to be written down elsewhere.
    package func table(in language: Language) -> String {
        guard audit.intact else {
            return language(
                chinese: "日志自第 \(audit.firstBadSeq) 批起不完整：",
                english: "NOT intact from batch \(audit.firstBadSeq) on: ")
                + "\(audit.reason.escapedForTerminal)\n"
        }
        return language(
            chinese: "日志完整：\(audit.batches) 批，\(audit.facts) 条事实，纪元 \(audit.epoch)\n末环 \(chain)\n",
            english: "intact: \(audit.batches) batches, \(audit.facts) facts, "
                + "epoch \(audit.epoch)\nlast link \(chain)\n")
    }

    private var chain: String { audit.chain.hexadecimal }
}

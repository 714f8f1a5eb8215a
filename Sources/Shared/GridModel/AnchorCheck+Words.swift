extension AnchorCheck.Finding {
    /// What became of the anchor, for people.
    package func words(_ anchor: JournalAnchor) -> Phrase {
        let seq = anchor.seq
        switch self {
        case .fits:
            return Phrase(
                chinese: "与锚相符：至第 \(seq) 批（\(anchor.facts) 条事实）没有改动",
                english: "as anchored: unchanged up to batch \(seq) (\(anchor.facts) facts)")
        case .otherJournal:
            return Phrase(
                chinese: "与锚不符：这是另一个日志，或其第 1 批已被改动",
                english: "NOT as anchored: this is another journal, or its batch 1 was changed")
        case .cutOff(let last):
            return Phrase(
                chinese: "与锚不符：日志止于第 \(last) 批，缺第 \(last + 1) 至 \(seq) 批",
                english: "NOT as anchored: the journal ends with batch \(last); batches "
                    + "\(last + 1) to \(seq) are missing")
        case .restored(let kept, let epoch):
            return Phrase(
                chinese: "与锚不符：日志在纪元 \(epoch) 由备份恢复，保留至第 \(kept) 批，"
                    + "此前的第 \(kept + 1) 至 \(seq) 批已丢失",
                english: "NOT as anchored: the journal was restored from a backup in epoch "
                    + "\(epoch), which kept it up to batch \(kept); what were batches \(kept + 1) "
                    + "to \(seq) is lost")
        case .differs(let fits):
            return Phrase(
                chinese: "与锚不符：第 \(fits + 1) 至 \(seq) 批之间有改动",
                english: "NOT as anchored: something in batches \(fits + 1) to \(seq) was changed")
        }
    }
}

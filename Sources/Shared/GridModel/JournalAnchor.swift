/// A place in a journal, written down elsewhere: everything up to it is as it was as long as the
/// journal still has the same link there.
///
/// One line that can be printed, read out and typed in again; `docs/audit.md` describes it for
/// programs that are not ours.
package struct JournalAnchor: Hashable, Sendable {
    /// The first 8 bytes of the journal's first link, which no other journal has.
    package var journal: [UInt8]
    package var epoch: UInt32
    /// The batch.
    package var seq: UInt64
    /// Facts up to there.
    package var facts: UInt64
    /// When the batch was closed.
    package var at: Timestamp
    /// The link of the chain there, 32 bytes.
    package var link: [UInt8]

    /// An anchor from its parts.
    package init(
        journal: [UInt8], epoch: UInt32, seq: UInt64, facts: UInt64, at: Timestamp, link: [UInt8]
    ) {
        self.journal = journal
        self.epoch = epoch
        self.seq = seq
        self.facts = facts
        self.at = at
        self.link = link
    }

    /// So many bytes of the first link name a journal.
    package static let journalBytes = 8
    private static let word = "gridcall-anchor"
    private static let linkBytes = 32
    private static let groupDigits = 8

    /// The anchor in `text`; `nil` if it is none, or was mistyped.
    package init?(parsing text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 9, words[0] == Self.word, words[1] == "1",
            let journal = Self.bytes(words[2]), journal.count == Self.journalBytes,
            let epoch = UInt32(words[3]), let seq = UInt64(words[4]), seq > 0,
            let facts = UInt64(words[5]), let at = Int64(words[6]),
            let link = Self.bytes(words[7]), link.count == Self.linkBytes
        else { return nil }
        self.init(
            journal: journal, epoch: epoch, seq: seq, facts: facts,
            at: Timestamp(milliseconds: at), link: link)
        guard words[8].lowercased() == check else { return nil }
    }

    /// The anchors in the lines of `text`; other lines are for people. `nil` if a line that begins
    /// as an anchor was mistyped, or none does.
    package static func all(in text: String) -> [JournalAnchor]? {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
            .filter { $0.drop(while: \.isWhitespace).hasPrefix(word) }
        let anchors = lines.compactMap { JournalAnchor(parsing: $0) }
        return anchors.isEmpty || anchors.count < lines.count ? nil : anchors
    }

    /// The line.
    package var text: String { "\(unchecked) \(check)" }

    /// The CRC-32 of what stands before it: what was mistyped is noticed, and not taken for a
    /// journal that was changed.
    package var check: String {
        let value = String(Self.checksum(Array(unchecked.utf8)), radix: 16)
        return String(repeating: "0", count: 8 - value.count) + value
    }

    /// The link in hexadecimal, in groups that a person can compare.
    package var groupedLink: String {
        let digits = Array(Self.hexadecimal(link))
        return stride(from: 0, to: digits.count, by: Self.groupDigits).map {
            String(digits[$0..<min($0 + Self.groupDigits, digits.count)])
        }.joined(separator: "-")
    }

    private var unchecked: String {
        "\(Self.word) 1 \(Self.hexadecimal(journal)) \(epoch) \(seq) \(facts) \(at.milliseconds) "
            + groupedLink
    }

    /// Bytes in lower-case hexadecimal.
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.filter { $0 != "-" }.map(\.hexDigitValue)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }

    /// ISO-HDLC, as `zlib.crc32` and `cksum -o 3` compute it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~sum
    }
}

/// Holds a journal that is read from its beginning against anchors.
package struct AnchorCheck: Sendable {
    /// What became of one anchor.
    package enum Finding: Hashable, Sendable {
        /// The journal is what it was up to there.
        case fits
        /// It is another journal's.
        case otherJournal
        /// The journal ends before it, after batch `last`.
        case cutOff(last: UInt64)
        /// The journal was restored from a backup: of the anchor's epoch batch `kept` is the last
        /// that is left, and what followed it is lost.
        case restored(kept: UInt64, epoch: UInt32)
        /// Something up to there was changed; up to batch `fits`, of an earlier anchor, it was not.
        case differs(fits: UInt64)
    }

    /// The anchors, the earliest first.
    package let anchors: [JournalAnchor]
    private var links: [UInt64: [UInt8]] = [:]
    private var facts: [UInt64: UInt64] = [:]
    private var firstLink: [UInt8] = []
    private var lastSeq: UInt64 = 0
    /// Each epoch with the first of its batches.
    private var epochs: [(epoch: UInt32, first: UInt64)] = []
    private let wanted: Set<UInt64>

    /// A check against these anchors.
    package init(_ anchors: [JournalAnchor]) {
        self.anchors = anchors.sorted { $0.seq < $1.seq }
        wanted = Set(anchors.map(\.seq))
    }

    /// The next batch: its number, epoch and link, and the number of facts up to it.
    package mutating func pass(seq: UInt64, epoch: UInt32, facts count: UInt64, link: [UInt8]) {
        if lastSeq == 0 { firstLink = link }
        lastSeq = seq
        if epochs.last?.epoch != epoch { epochs.append((epoch, seq)) }
        guard wanted.contains(seq) else { return }
        links[seq] = link
        facts[seq] = count
    }

    /// What became of each anchor, once the whole journal has passed.
    package var findings: [(anchor: JournalAnchor, finding: Finding)] {
        var lastFitting: UInt64 = 0
        return anchors.map { anchor in
            let finding = self.finding(anchor, after: lastFitting)
            if finding == .fits { lastFitting = anchor.seq }
            return (anchor, finding)
        }
    }

    private func finding(_ anchor: JournalAnchor, after fitting: UInt64) -> Finding {
        if links[anchor.seq] == anchor.link, facts[anchor.seq] == anchor.facts { return .fits }
        let name = firstLink.prefix(JournalAnchor.journalBytes)
        guard Array(name) == anchor.journal else {
            // A first batch that was changed has another link too, but then none can fit.
            return lastSeq == 0 ? .cutOff(last: 0) : .otherJournal
        }
        let later = epochs.first { $0.epoch > anchor.epoch }
        if let later, later.first <= anchor.seq {
            return .restored(kept: later.first - 1, epoch: later.epoch)
        }
        guard anchor.seq <= lastSeq else { return .cutOff(last: lastSeq) }
        return .differs(fits: fitting)
    }
}

import Foundation
import GridCodec
import GridModel

extension WatchFollower {
    /// The question of the phase. Without texts: what people wrote is for `track` to show.
    var query: WireQueryItem.OneOf_Query? {
        var query = WireExportQuery()
        switch phase {
        case .look: return .stats(.init())
        case .end: break
        case .search(let low, let high):
            query.position = next.isEmpty ? position(of: Self.middle(low, high)) : next
        case .pieces:
            let first = (last ?? 0) + (mustCompare ? 0 : 1)
            query.position = next.isEmpty ? position(of: first) : next
        }
        return .export(query)
    }

    private func position(of batch: UInt64) -> Data { end?.position(of: batch) ?? Data() }

    private static func middle(_ low: UInt64, _ high: UInt64) -> UInt64 { low + (high - low) / 2 }

    /// Begins again where the last batch ended.
    mutating func restart() {
        phase = .end
        rest = Data()
        next = Data()
    }

    /// Takes the answer to a question for a piece.
    mutating func take(_ reply: WireExportReply) {
        guard !reply.piece.isEmpty else { return fault() }
        rest.append(reply.piece)
        switch phase {
        case .end: takeEnd(reply)
        case .search(let low, let high): takeFound(reply, low: low, high: high)
        case .pieces: takePiece(reply)
        case .look: break
        }
    }

    /// An answer that does not fit the question: asked anew, a few times.
    private mutating func fault() {
        faultCount += 1
        if faultCount > Self.faults { failure = .unexpectedAnswer }
        restart()
    }

    private mutating func takeLine() -> Data? {
        guard let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = Data(rest[rest.startIndex..<lineEnd])
        rest = Data(rest[rest.index(after: lineEnd)...])
        return line
    }

    private mutating func takeEnd(_ reply: WireExportReply) {
        let header = takeLine()
        rest = Data()
        next = Data()
        guard let end = header.flatMap({ WatchEnd(header: $0) }),
            let own = end.position(of: 1)
        else { return fault() }
        // A broker whose positions have another form cannot be asked for what lies in the middle.
        guard reply.next.isEmpty || reply.next.prefix(18) == own.prefix(18) else {
            return failure = .unexpectedAnswer
        }
        self.end = end
        guard let last else { return begin(end) }
        guard end.seq >= last, end.seq > last || (lastChain ?? end.chain) == end.chain else {
            return failure = Self.otherJournal(last)
        }
        if end.seq == last { mustCompare = false }
        phase = end.seq == last ? .look : .pieces
    }

    /// Finds the place at which to begin in a journal that ends at `end`.
    private mutating func begin(_ end: WatchEnd) {
        switch start {
        case .now:
            last = end.seq
            lastChain = end.chain
            phase = .look
        case .batch(let first):
            guard first <= end.seq + 1 else {
                return failure = .badInput(
                    reason: Phrase(
                        chinese: "日志目前只到第 \(end.seq) 批",
                        english: "the journal ends with batch \(end.seq)"))
            }
            last = max(first, 1) - 1
            phase = first > end.seq ? .look : .pieces
        case .time: found(1, until: end.seq + 1)
        }
    }

    private mutating func takeFound(_ reply: WireExportReply, low: UInt64, high: UInt64) {
        guard let line = takeLine() else {
            next = reply.next
            if next.isEmpty { fault() }
            return
        }
        rest = Data()
        next = Data()
        let middle = Self.middle(low, high)
        guard let batch = WatchBatch(line), batch.seq == middle, case .time(let time) = start
        else { return fault() }
        let isLate = batch.at >= time.milliseconds
        found(isLate ? low : middle + 1, until: isLate ? middle : high)
    }

    /// Where the batch that is looked for may be; the end of a search where it is the only one.
    private mutating func found(_ low: UInt64, until high: UInt64) {
        guard low == high else { return phase = .search(low: low, high: high) }
        last = low - 1
        phase = low > end?.seq ?? 0 ? .look : .pieces
    }

    private mutating func takePiece(_ reply: WireExportReply) {
        while let line = takeLine() {
            guard let batch = WatchBatch(line), isTaken(batch) else {
                return failure == nil ? fault() : ()
            }
        }
        next = reply.next
        guard next.isEmpty else { return }
        guard rest.isEmpty, last == end?.seq else { return fault() }
        phase = .look
    }

    /// Whether the batch follows the last one, or is one that is known already.
    private mutating func isTaken(_ batch: WatchBatch) -> Bool {
        let last = last ?? 0
        if batch.seq == last, let lastChain, lastChain != batch.chain {
            failure = Self.otherJournal(last)
            return false
        }
        guard batch.seq > last else {
            mustCompare = false
            return true
        }
        // Without the batch that is to be compared nothing after it is believed.
        guard batch.seq == last + 1, !mustCompare else { return false }
        self.last = batch.seq
        lastChain = batch.chain
        faultCount = 0
        lines.append(batch)
        return true
    }

    private static func otherJournal(_ last: UInt64) -> ClientFailure {
        .badData(
            reason: Phrase(
                chinese: "服务端的日志与已显示的不符（第 \(last) 批）：可能由备份恢复；请重新运行 watch",
                english: "the broker's journal is not the one shown so far (batch \(last)): "
                    + "restored from a backup? run watch again"))
    }
}

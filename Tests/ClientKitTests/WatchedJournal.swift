import Foundation
import GridCodec

/// A journal of one fact a batch, asked as a broker's export is.
struct WatchedJournal {
    var count: UInt64
    /// What the links are made of: another journal has another.
    var salt: UInt64 = 7
    /// Bytes of a piece.
    var limit = 150

    func chain(_ seq: UInt64) -> String {
        let word = String(seq &* 1_000_003 &+ salt, radix: 16)
        return String(repeating: "0", count: 16 - word.count) + word
            + String(repeating: "ab", count: 24)
    }

    func line(_ seq: UInt64, end: UInt64) -> Data {
        guard seq > 0 else {
            let header = #"{"gridcallExport":1,"end":{"seq":\#(end),"epoch":1,"chain":"#
            return Data((header + "\"\(chain(end))\"}}\n").utf8)
        }
        let step = #"{"fact":"callClosed","call":\#(seq)}"#
        return Data(
            (#"{"seq":\#(seq),"epoch":1,"at":\#(seq * 1_000),"count":1,"chain":"#
                + "\"\(chain(seq))\",\"facts\":\"AA==\",\"steps\":[\(step)]}\n")
                .utf8)
    }

    /// The answer to a question.
    func answer(_ question: WireQueryItem) -> WireQueryReplyItem {
        var item = WireQueryReplyItem()
        item.correlation = question.correlation
        item.asOf = count
        guard case .export(let query) = question.query else {
            item.stats = WireStatsView()
            return item
        }
        var words = query.position.isEmpty ? [count, 0, 0, 0] : Self.words(query.position)
        let link = chain(words[0]).prefix(16)
        var reply = WireExportReply()
        while reply.piece.count < limit, words[2] <= words[0] {
            let rest = line(words[2], end: words[0]).dropFirst(Int(words[3]))
            let part = rest.prefix(limit - reply.piece.count)
            reply.piece.append(part)
            words[3] += UInt64(part.count)
            if part.count == rest.count { (words[2], words[3]) = (words[2] + 1, 0) }
        }
        if words[2] <= words[0] {
            let chain = UInt64(link, radix: 16) ?? 0
            reply.next = Self.position([words[0], chain, words[2], words[3]])
        }
        item.export = reply
        return item
    }

    private static func words(_ position: Data) -> [UInt64] {
        (0..<4).map { index in
            position.dropFirst(2 + index * 8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
    }

    private static func position(_ words: [UInt64]) -> Data {
        var bytes = Data([1, 0])
        for word in words { withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }
}

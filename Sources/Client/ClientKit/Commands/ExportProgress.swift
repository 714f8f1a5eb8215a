import Foundation
import GridModel

/// How far an export is, by its lines: the first says which batch will be the last.
struct ExportProgress {
    private let console: any Console
    private let language: Language
    private var drawnAt: Int64
    private var bytes = 0
    private var lines: UInt64 = 0
    private var header = Data()
    private var end: (batches: UInt64, chain: String)?

    /// Begins at `now`, in milliseconds of a clock that never goes back.
    init(_ console: any Console, _ language: Language, now: Int64) {
        self.console = console
        self.language = language
        drawnAt = now
    }

    /// Whether there was a line for every batch that the header promised.
    var isComplete: Bool { end.map { lines == $0.batches + 1 } ?? false }

    /// Counts a piece, and tells a person at the terminal now and then.
    mutating func add(_ piece: Data, now: Int64) {
        if end == nil { readHeader(piece) }
        bytes += piece.count
        lines += UInt64(piece.count { $0 == UInt8(ascii: "\n") })
        guard console.errorIsTerminal, now - drawnAt >= 200 else { return }
        drawnAt = now
        console.note("\r\u{1B}[K" + counts)
    }

    /// Says what there is now, and the link by which the export can be recognised.
    func finish() {
        let link = end?.chain ?? ""
        console.note(
            (console.errorIsTerminal ? "\r\u{1B}[K" : "") + counts
                + language(chinese: "\n末环 \(link)\n", english: "\nlast link \(link)\n"))
    }

    private var counts: String {
        let batches = max(lines, 1) - 1
        let size = Self.size(bytes)
        let total = end.map(\.batches) ?? 0
        return language(
            chinese: "已导出 \(batches)/\(total) 批，\(size)",
            english: "exported \(batches) of \(total) batches, \(size)")
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 1 << 20 ? "\(bytes / 1_024) KiB" : "\(bytes >> 20) MiB"
    }

    private mutating func readHeader(_ piece: Data) {
        header.append(piece.prefix { $0 != UInt8(ascii: "\n") })
        guard piece.contains(UInt8(ascii: "\n")) else { return }
        guard !JSONNesting.isTooDeep(header) else { return }
        if let read = try? JSONDecoder().decode(Header.self, from: header) {
            end = (read.end.seq, read.end.chain)
        }
    }

    /// What the first line says of the last.
    private struct Header: Decodable {
        struct End: Decodable {
            let seq: UInt64
            let chain: String
        }

        let end: End
    }
}

package import BrokerEngine
import Foundation
package import GridModel

/// The erasures of a journal, kept apart from it so that no older copy brings texts back.
///
/// A file of lines beside the secret, which outlives the data directory. An erasure is written
/// here, durably, before anything else of it happens: whatever stops the broker, the next start
/// finds it and does the rest, also over a journal that was restored from a backup of before. It
/// holds places and digests and nothing that people wrote. Not thread-safe for writing.
package struct ErasureList: Sendable {
    /// One erasure.
    package struct Entry: Hashable, Sendable {
        package var call: CallID
        package var serial: UInt64
        /// Who confirmed it, by name, and who had asked for it.
        package var actor: String
        package var requestedBy: String
        package var texts: [ErasedText]

        /// An entry from its parts.
        package init(
            call: CallID, serial: UInt64, actor: String, requestedBy: String,
            texts: [ErasedText]
        ) {
            self.call = call
            self.serial = serial
            self.actor = actor
            self.requestedBy = requestedBy
            self.texts = texts
        }
    }

    /// Where it lies.
    package let path: String
    private let journal: UniqueID

    /// The list of the journal with this id beside the secret at `secret`.
    package init(besideSecret secret: String, journal: UniqueID) {
        path = secret + ".erasures"
        self.journal = journal
    }

    /// The erasures of this journal, the oldest first.
    ///
    /// A last line without its end is what a stop leaves, and its erasure never began. Throws
    /// `JournalError.failed` for any other line that cannot be read: going on could bring back
    /// what was erased.
    package func entries() throws -> [Entry] {
        guard access(path, F_OK) == 0 else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PosixFile.failure("read \(path)")
        }
        let lines = data.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        return try lines.enumerated().compactMap { number, line in
            guard let line = try? JSONDecoder().decode(Line.self, from: Data(line)),
                let entry = line.entry
            else {
                throw JournalError.failed(
                    action: "read \(path)", reason: "line \(number + 1) is damaged")
            }
            return line.journal == journal.bytes.hexadecimal ? entry : nil
        }
    }

    /// Adds what is not in it yet, and returns when it is durable.
    package func add(_ entries: [Entry]) throws {
        let known = try self.entries()
        let added = entries.filter { !known.contains($0) }
        guard !added.isEmpty else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var bytes: [UInt8] = []
        for entry in added {
            bytes += try encoder.encode(Line(entry, of: journal))
            bytes.append(0x0A)
        }
        let file = try PosixFile(opening: path, flags: O_RDWR | O_CREAT)
        // What a stop left of a line is overwritten.
        let whole = FileManager.default.contents(atPath: path)?.lastIndex(of: 0x0A)
        try file.write(bytes, at: whole.map { $0 + 1 } ?? 0)
        guard ftruncate(file.descriptor, off_t((whole.map { $0 + 1 } ?? 0) + bytes.count)) == 0
        else { throw PosixFile.failure("write \(path)") }
        try file.synchronize()
        let directory = (path as NSString).deletingLastPathComponent
        try PosixFile.synchronizeDirectory(directory.isEmpty ? "." : directory)
    }

    /// One line, as JSON; all bytes in hexadecimal.
    private struct Line: Codable {
        var journal: String
        var call: String
        var serial: UInt64
        var actor: String
        var requestedBy: String
        var texts: [Text]

        struct Text: Codable {
            var batch: UInt64
            var offset: UInt32
            var length: UInt32
            var sha256: String
        }

        init(_ entry: Entry, of journal: UniqueID) {
            self.journal = journal.bytes.hexadecimal
            call = entry.call.bytes.hexadecimal
            serial = entry.serial
            actor = entry.actor
            requestedBy = entry.requestedBy
            texts = entry.texts.map {
                Text(
                    batch: $0.seq, offset: $0.place.offset, length: $0.place.length,
                    sha256: $0.place.digest.bytes.hexadecimal)
            }
        }

        var entry: Entry? {
            guard let id = UniqueID(bytes: Self.bytes(call)) else { return nil }
            var places: [ErasedText] = []
            for text in texts {
                guard let digest = Digest(bytes: Self.bytes(text.sha256)) else { return nil }
                places.append(
                    ErasedText(
                        seq: text.batch,
                        place: TextPlace(
                            offset: text.offset, length: text.length, digest: digest)))
            }
            return Entry(
                call: id, serial: serial, actor: actor, requestedBy: requestedBy, texts: places)
        }

        private static func bytes(_ text: String) -> [UInt8] {
            let digits = text.compactMap(\.hexDigitValue)
            guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return [] }
            return stride(from: 0, to: digits.count, by: 2).map {
                UInt8(digits[$0] << 4 | digits[$0 + 1])
            }
        }
    }
}

extension [UInt8] {
    /// The bytes in lower-case hexadecimal.
    fileprivate var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}

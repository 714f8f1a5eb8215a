import Crypto
import Foundation
import GridCodec
import GridModel

/// The broker's journal, batch by batch, each compared with the chain: what a terminal finds out
/// itself and need not believe.
struct JournalStream {
    /// One batch of an export.
    struct Batch {
        let seq: UInt64
        let epoch: UInt32
        let at: Int64
        let count: UInt64
        let link: [UInt8]
        /// The facts as objects of JSON.
        let steps: [[String: Any]]
    }

    /// What of the journal is not as it was written.
    struct Damage: Error {
        let reason: Phrase
    }

    /// The link after the last batch.
    private(set) var link = [UInt8](repeating: 0, count: 32)
    private(set) var seq: UInt64 = 0
    private var epoch: UInt32 = 0
    private var rest = Data()
    private var hasHeader = false

    /// Takes the next bytes of an export and gives the batches that are complete with them.
    mutating func take(_ bytes: Data) throws -> [Batch] {
        rest.append(bytes)
        var batches: [Batch] = []
        while let end = rest.firstIndex(of: 0x0A) {
            let line = rest[rest.startIndex..<end]
            rest = rest[rest.index(after: end)...]
            guard hasHeader else {
                hasHeader = true
                continue
            }
            batches.append(try batch(Data(line)))
        }
        rest = Data(rest)
        return batches
    }

    private mutating func batch(_ line: Data) throws -> Batch {
        let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any]
        guard let object, let seq = (object["seq"] as? NSNumber)?.uint64Value,
            let epoch = (object["epoch"] as? NSNumber)?.uint32Value,
            let at = (object["at"] as? NSNumber)?.int64Value,
            let count = (object["count"] as? NSNumber)?.uint32Value,
            let facts = (object["facts"] as? String).flatMap({ Data(base64Encoded: $0) }),
            let chain = object["chain"] as? String,
            let steps = object["steps"] as? [[String: Any]]
        else { throw damage("不可读", "cannot be read") }
        guard seq == self.seq + 1, epoch >= self.epoch else {
            throw damage("不在应在之处", "is not the one that follows")
        }
        var hash = SHA256()
        hash.update(data: link)
        for part in [
            Self.bytes(seq), Self.bytes(epoch), Self.bytes(at), Self.bytes(count),
        ] { hash.update(data: part) }
        hash.update(data: facts)
        link = Array(hash.finalize())
        guard JournalAnchor.hexadecimal(link) == chain else {
            throw damage("与链不符", "is not the one that its chain tells of")
        }
        (self.seq, self.epoch) = (seq, epoch)
        return Batch(
            seq: seq, epoch: epoch, at: at, count: UInt64(count), link: link, steps: steps)
    }

    private func damage(_ chinese: String, _ english: String) -> Damage {
        Damage(
            reason: Phrase(
                chinese: "第 \(seq + 1) 批\(chinese)", english: "batch \(seq + 1) \(english)"))
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian, Array.init)
    }
}

extension ClientSession {
    /// Reads the whole journal and gives every batch to `body`; `hasTexts` asks for what people
    /// wrote too. Returns what is wrong with it; `nil` if the chain is whole.
    func readJournal(
        hasTexts: Bool = false, _ body: (JournalStream.Batch) -> Void
    ) throws(ClientFailure) -> Phrase? {
        var stream = JournalStream()
        var position = Data()
        repeat {
            let reply = try ExportCommand.piece(at: position, hasTexts: hasTexts, self)
            guard !reply.piece.isEmpty else { throw .unexpectedAnswer }
            do {
                for batch in try stream.take(reply.piece) { body(batch) }
            } catch let damage as JournalStream.Damage {
                return damage.reason
            } catch {
                throw .unexpectedAnswer
            }
            position = reply.next
        } while !position.isEmpty
        return nil
    }
}

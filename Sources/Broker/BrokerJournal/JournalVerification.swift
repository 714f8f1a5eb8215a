import BrokerEngine
import Foundation
import GRDB

/// What an examination of a whole journal found.
package struct JournalVerification: Hashable, Sendable {
    /// How far the chain is intact.
    package var intact = Position.start
    /// Batches, facts and texts read up to there.
    package var batches: UInt64 = 0
    package var facts: UInt64 = 0
    package var texts: UInt64 = 0
    /// Texts that were erased; that is lawful and breaks nothing.
    package var erasedTexts: UInt64 = 0
    /// The first batches whose texts are not those the facts tell of; at most `maximumNamed`.
    package var damagedTexts: [DamagedText] = []
    /// The first batch that is not the one that was written; nothing behind it was examined.
    package var failure: JournalError?

    /// Whether everything is as it was written.
    package var isIntact: Bool { failure == nil && damagedTexts.isEmpty }

    /// A text that was changed.
    package struct DamagedText: Hashable, Sendable {
        /// The batch.
        package var seq: UInt64
        /// Its place in the batch's texts.
        package var offset: UInt32
    }

    /// So many damaged texts are named; more would tell nothing new.
    package static let maximumNamed = 100

    /// Examines the journal of `directory`: schema, head, chain, and every text's digest.
    ///
    /// Works beside a running broker and without one, changes nothing, and calls `progress` after
    /// every batch. Throws only if the journal cannot be looked at; what is wrong with it is in
    /// the result.
    package static func run(
        _ directory: DataDirectory, progress: (JournalVerification) -> Void = { _ in }
    ) throws -> JournalVerification {
        try JournalCheckout.look(into: directory) { queue in
            run(queue, directory.journal, headAt: directory.head, progress) {
                try HeadFile.content(of: directory.head)
            }
        }
    }

    /// Examines the journal at `path`, whose head lies at `headPath` and says what `head` gives.
    ///
    /// The head is read before the journal: a running broker moves both, the journal first.
    static func run(
        _ queue: DatabaseQueue, _ path: String, applicationID: Int = JournalSchema.applicationID,
        headAt headPath: String, _ progress: (JournalVerification) -> Void,
        head: () throws -> HeadFile.Content
    ) -> JournalVerification {
        var result = JournalVerification()
        do {
            let head = try head()
            try queue.read { database in
                _ = try JournalSchema.meta(database, path: path, applicationID: applicationID)
                try StoredBatch.forEach(database, after: 0) { row in
                    try result.examine(row, head: head)
                    progress(result)
                    return true
                }
            }
            try result.compare(with: head, path: headPath)
        } catch let error as JournalError {
            result.failure = error
        } catch {
            result.failure = .damaged(seq: result.intact.seq + 1, reason: "\(error)")
        }
        return result
    }

    private mutating func examine(_ row: StoredBatch, head: HeadFile.Content) throws {
        let position = try row.verified(after: intact)
        let batch = try row.decoded()
        if case .position(let head) = head, head.seq == position.seq, head != position {
            throw JournalError.differsFromHead(seq: position.seq)
        }
        intact = position
        batches += 1
        facts += UInt64(batch.facts.count)
        for place in batch.facts.lazy.compactMap(\.textPlace) {
            examine(place, in: row)
        }
    }

    private mutating func examine(_ place: TextPlace, in row: StoredBatch) {
        texts += 1
        switch StoredText(in: row.texts, offset: Int(place.offset), length: Int(place.length)) {
        case .erased: erasedTexts += 1
        case .present(let range)
        where Digest(hashing: UnsafeRawBufferPointer(rebasing: row.texts[range])) == place.digest:
            break
        case .present, .outside:
            guard damagedTexts.count < Self.maximumNamed else { return }
            damagedTexts.append(DamagedText(seq: row.seq, offset: place.offset))
        }
    }

    private func compare(with head: HeadFile.Content, path: String) throws {
        switch head {
        case .position(let head) where intact < head:
            throw JournalError.belowHead(journal: intact, head: head)
        case .missing where intact.seq > 0:
            throw JournalError.headLost(path: path, journal: intact, reason: "is missing")
        case .unreadable where intact.seq > 0:
            throw JournalError.headLost(path: path, journal: intact, reason: "is damaged")
        case .position, .missing, .unreadable: break
        }
    }
}

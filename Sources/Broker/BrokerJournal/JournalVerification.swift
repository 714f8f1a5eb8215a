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
    /// Texts that were erased; that is lawful and breaks nothing where a fact says so.
    package var erasedTexts: UInt64 = 0
    /// Texts that are gone though no fact tells of their erasure; at most `maximumNamed`.
    package var unexplainedErasures: [DamagedText] = []
    /// Texts that a fact says were erased and that are still there; the next start ends that.
    package var unfinishedErasures: [DamagedText] = []
    private var gone: Set<DamagedText> = []
    private var told: Set<DamagedText> = []
    /// The first batches whose texts are not those the facts tell of; at most `maximumNamed`.
    package var damagedTexts: [DamagedText] = []
    /// The first batch that is not the one that was written; nothing behind it was examined.
    package var failure: JournalError?

    /// Whether everything is as it was written.
    package var isIntact: Bool {
        failure == nil && damagedTexts.isEmpty && unexplainedErasures.isEmpty
    }

    /// What is not as it was written, in one sentence for people; `nil` if all is.
    package var complaint: String? {
        if let failure { return "\(failure)" }
        if let text = damagedTexts.first {
            return "\(damagedTexts.count) texts differ from their digests, the first in batch "
                + "\(text.seq) at \(text.offset), the text of fact \(text.fact)"
        }
        guard let text = unexplainedErasures.first else { return nil }
        return "\(unexplainedErasures.count) texts are gone and no fact says that they were "
            + "erased, the first in batch \(text.seq) at \(text.offset)"
    }

    /// A text that was changed.
    package struct DamagedText: Hashable, Sendable {
        /// The batch.
        package var seq: UInt64
        /// Its place in the batch's texts.
        package var offset: UInt32
        /// The fact it belongs to, by its place in the batch, from 1; 0 if that is not known.
        package var fact = 0
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
                var damaged: DamagedField?
                try StoredBatch.forEach(database, after: 0) { row in
                    guard result.follows(row) else {
                        damaged = DamagedField(row)
                        return false
                    }
                    try result.examine(row, head: head)
                    progress(result)
                    return true
                }
                if let damaged {
                    let field = try damaged.name(after: result.intact, head: head, database)
                    throw JournalError.damaged(
                        seq: result.intact.seq + 1,
                        reason: "its hash is not the one that follows batch "
                            + "\(result.intact.seq): its field \(field) was changed")
                }
            }
            result.compareErasures()
            try result.compare(with: head, path: headPath)
        } catch let error as JournalError {
            result.failure = error
        } catch {
            result.failure = .damaged(seq: result.intact.seq + 1, reason: "\(error)")
        }
        return result
    }

    /// Whether a row's hash is the one that follows; a row that is missing is examined as it is.
    private func follows(_ row: StoredBatch) -> Bool {
        guard row.seq == intact.seq + 1 else { return true }
        let next = intact.advanced(
            seq: row.seq, epoch: row.epoch, at: row.at, count: row.count, facts: row.facts)
        return next.chain == row.chain
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
        for (index, fact) in batch.facts.enumerated() {
            if let place = fact.textPlace { examine(place, in: row, ofFact: index + 1) }
            guard case .personalDataErased(let erased) = fact else { continue }
            for text in erased.texts {
                told.insert(DamagedText(seq: text.seq, offset: text.place.offset))
            }
        }
    }

    /// An erasure is told of by a later batch, so this can be said only at the end.
    private mutating func compareErasures() {
        func first(_ texts: Set<DamagedText>) -> [DamagedText] {
            Array(
                texts.sorted { ($0.seq, $0.offset) < ($1.seq, $1.offset) }
                    .prefix(Self.maximumNamed))
        }
        unexplainedErasures = first(gone.subtracting(told))
        unfinishedErasures = first(told.subtracting(gone))
    }

    private mutating func examine(
        _ place: TextPlace, in row: StoredBatch, ofFact fact: Int
    ) {
        texts += 1
        switch StoredText(in: row.texts, offset: Int(place.offset), length: Int(place.length)) {
        case .erased:
            erasedTexts += 1
            gone.insert(DamagedText(seq: row.seq, offset: place.offset))
        case .present(let range)
        where Digest(hashing: UnsafeRawBufferPointer(rebasing: row.texts[range])) == place.digest:
            break
        case .present, .outside:
            guard damagedTexts.count < Self.maximumNamed else { return }
            damagedTexts.append(
                DamagedText(seq: row.seq, offset: place.offset, fact: fact))
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

package import GridCodec
import GridModel

/// The books of one import: what is under way, what came of the rest. No I/O, no clock of its own.
package struct ImportRun: Sendable {
    /// A row the broker has no room for is sent again after this long (docs/protocol.md, 400).
    package static let retryMilliseconds: Int64 = 5_000

    /// What became of the rows so far.
    package private(set) var tally = ImportTally()
    private var underWay: [CallID: ImportItem] = [:]
    /// Rows with the id of one that is under way: they are sent after its answer.
    private var behind: [CallID: [ImportItem]] = [:]
    private var later: [(dueAt: Int64, item: ImportItem)] = []

    /// An import at its beginning.
    package init() {}

    /// What an answer means for the rows.
    package struct Settled: Sendable {
        /// The next call under the same id, if a row waited for the answer.
        package var next: WireSubmitItem?
        /// The row's call, if it was filed, and its case number.
        package var filed: (item: ImportItem, caseNumber: String)?
        /// The row, if it was refused, and why.
        package var refused: (item: ImportItem, problem: RowProblem)?
    }

    /// Rows without an answer, in the order of the file.
    package var unsettled: [ImportItem] {
        (Array(underWay.values) + behind.values.joined()).sorted { $0.line < $1.line }
    }

    /// Rows without an answer.
    package var unsettledCount: Int { tally.read - tally.settled }

    /// Takes a row; returns the call if it is to be sent now.
    package mutating func take(_ entry: ImportEntry) -> WireSubmitItem? {
        tally.noteRead()
        switch entry {
        case .refused(let problems):
            tally.noteRefused(problems.list)
            return nil
        case .item(let item):
            return begin(item)
        }
    }

    /// Takes an answer.
    package mutating func settle(_ receipt: ReceiptItem, now: Int64) -> Settled {
        var settled = Settled()
        let id = receipt.id
        guard let item = underWay[id] else { return settled }
        switch receipt.answer {
        case .filed(let filed):
            tally.noteFiled(repeated: filed.repeated)
            settled.filed = (item, filed.caseNumber)
        case .refused(let refusal) where RefusalCode(wire: refusal.code) == .tooManyOpenCalls:
            later.append((now + Self.retryMilliseconds, item))
            return settled
        case .refused(let refusal):
            let problem = Self.problem(item, refusal)
            tally.noteRefused([problem])
            settled.refused = (item, problem)
        case nil: return settled
        }
        underWay[id] = nil
        guard var waiting = behind.removeValue(forKey: id) else { return settled }
        let next = waiting.removeFirst()
        if !waiting.isEmpty { behind[id] = waiting }
        underWay[id] = next
        settled.next = next.call
        return settled
    }

    /// Notes that a row was read only to be stored.
    package mutating func takeForLater(_ entry: ImportEntry) {
        tally.noteRead()
        if case .refused(let problems) = entry { tally.noteRefused(problems.list) }
    }

    /// Notes that rows without an answer were stored.
    package mutating func noteStored(_ count: Int) { tally.noteStored(count) }

    /// The calls the broker had no room for and whose time has come.
    package mutating func retries(now: Int64) -> [WireSubmitItem] {
        guard later.contains(where: { $0.dueAt <= now }) else { return [] }
        let due = later.filter { $0.dueAt <= now }
        later.removeAll { $0.dueAt <= now }
        return due.map(\.item.call)
    }

    private mutating func begin(_ item: ImportItem) -> WireSubmitItem? {
        guard underWay[item.id] == nil else {
            behind[item.id, default: []].append(item)
            return nil
        }
        underWay[item.id] = item
        return item.call
    }

    private static func problem(_ item: ImportItem, _ refusal: WireRefusal) -> RowProblem {
        let name = ClientFailure.codeName(refusal.code)
        return RowProblem(
            line: item.line, field: refusal.field,
            reason: Phrase(verbatim: "\(name): \(refusal.reason)"))
    }
}

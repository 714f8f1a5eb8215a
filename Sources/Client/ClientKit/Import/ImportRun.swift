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

    /// Takes an answer; returns the next call under the same id, if a row waited for that.
    package mutating func settle(_ receipt: WireReceiptItem, now: Int64) -> WireSubmitItem? {
        guard let id = CallID(bytes: receipt.id), let item = underWay[id] else { return nil }
        switch receipt.answer {
        case .filed(let filed): tally.noteFiled(repeated: filed.repeated)
        case .refused(let refusal) where RefusalCode(wire: refusal.code) == .tooManyOpenCalls:
            later.append((now + Self.retryMilliseconds, item))
            return nil
        case .refused(let refusal): tally.noteRefused([Self.problem(item, refusal)])
        case nil: return nil
        }
        underWay[id] = nil
        guard var waiting = behind.removeValue(forKey: id) else { return nil }
        let next = waiting.removeFirst()
        if !waiting.isEmpty { behind[id] = waiting }
        underWay[id] = next
        return next.call
    }

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
            line: item.line, field: refusal.field, reason: "\(name): \(refusal.reason)")
    }
}

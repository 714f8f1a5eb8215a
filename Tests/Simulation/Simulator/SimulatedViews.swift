import BrokerEngine
import BrokerJournal
import BrokerViews
import Foundation
import GRDB
import GridModel

/// The views, built by the real projection in a real file: what they say of each call and part is
/// held against what the auditor knows.
final class SimulatedViews {
    private let path: String
    private var store: ViewStore

    /// Empty views in a file of their own.
    init() throws {
        path = NSTemporaryDirectory() + "gridcall-simulate-" + UUID().uuidString
        store = try ViewStore(path: path)
    }

    deinit {
        try? store.close()
        try? ViewStore.remove(path)
    }

    /// Brings the views level with the journal's rows, which may tell another history than before.
    func catchUp(_ rows: [SimulatedDisk.Row]) throws {
        let known = Int(store.seq)
        if known > rows.count || (known > 0 && rows[known - 1].chain != store.chain) {
            try store.close()
            try ViewStore.remove(path)
            store = try ViewStore(path: path)
        }
        let new = rows[Int(store.seq)...]
        guard let last = new.last else { return }
        let orphans = try store.project(
            new.map(\.stored), chain: last.chain)
        guard orphans == 0 else { throw Violation("\(orphans) facts name a call nobody filed") }
    }

    /// Throws if a call or a part is in another state than the auditor knows.
    func compare(with auditor: Auditor) throws {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        try queue.read { database in
            try compareCalls(database, auditor)
            try compareParts(database, auditor)
            try compareCampaigns(database, auditor)
            try compareErasures(database, auditor)
        }
    }

    private func compareCalls(_ database: Database, _ auditor: Auditor) throws {
        let rows = try Row.fetchAll(database, sql: "SELECT serial, state FROM call")
        guard rows.count == auditor.filings.count else {
            throw Violation("the views show \(rows.count) of \(auditor.filings.count) calls")
        }
        for row in rows {
            let serial = UInt64(row[0] as Int64)
            guard var state = CallState(rawValue: UInt8(row[1] as Int64)) else {
                throw Violation("the views show a state that is none")
            }
            if state == .filed { state = .working }
            let known = auditor.open[serial]?.state ?? auditor.ended[serial]
            guard state == known else {
                throw Violation("the views show call \(serial) as \(state), not \(known as Any)")
            }
        }
    }

    private func compareErasures(_ database: Database, _ auditor: Auditor) throws {
        for id in auditor.erased.keys {
            let bytes = try Int.fetchOne(
                database, sql: "SELECT length(texts) FROM call WHERE serial = ?",
                arguments: [Int64(auditor.filings[id]?.serial ?? 0)])
            guard bytes == 0 else { throw Violation("the views show texts that were erased") }
        }
    }

    private func compareParts(_ database: Database, _ auditor: Auditor) throws {
        for (serial, call) in auditor.open {
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT state, attempts, is_suspended, department FROM part
                    WHERE number BETWEEN ? AND ? ORDER BY number
                    """,
                arguments: [Int64(serial) * 64, Int64(serial) * 64 + 63])
            let shown = rows.map { row -> [Int64] in
                let isOpen = AssignmentState(rawValue: UInt8(row[0] as Int64))?.isOpen ?? false
                return [row[0], row[1], isOpen ? row[2] : 0, row[3]]
            }
            let known = call.parts.map {
                [
                    Int64($0.state.rawValue), Int64($0.attempt),
                    $0.isSuspended && $0.state.isOpen ? 1 : 0,
                    Int64($0.department),
                ]
            }
            guard shown == known else {
                throw Violation("the views show parts \(shown) of call \(serial), not \(known)")
            }
        }
    }

    private func compareCampaigns(_ database: Database, _ auditor: Auditor) throws {
        // Holder 0 is a grid: a call lies in one.
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT campaign, sum(found), sum(closed) FROM campaign_share
                WHERE holder = 0 GROUP BY campaign
                """)
        let shown = Dictionary(
            uniqueKeysWithValues: rows.map { (Int($0[0] as Int64), [$0[1], $0[2]] as [Int64]) })
        for (number, counts) in auditor.campaignCounts.enumerated() {
            let known = [Int64(counts.found), Int64(counts.closed)]
            guard shown[number] ?? [0, 0] == known else {
                throw Violation(
                    "the views count \(shown[number] ?? []) of a campaign, not \(known)")
            }
        }
    }
}

extension Simulation {
    /// Holds the views against the facts; false while a batch is on its way to the journal.
    func lookAtViews() throws -> Bool {
        guard broker != nil, !disk.isAsked else { return false }
        try checkViews()
        return true
    }

    /// The views of all rows that are written say what the auditor knows.
    func checkViews() throws {
        try views?.catchUp(disk.rows)
        try views?.compare(with: auditor)
        checked(.views)
    }
}

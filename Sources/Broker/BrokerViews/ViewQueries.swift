import BrokerEngine
import Foundation
import GRDB
import GridCodec
import GridModel
import SwiftProtobuf

/// The answers, read in the transaction that is open.
struct ViewQueries {
    let database: Database
    let names: ViewNames
    let limits: ProtocolLimits
    let index: TextIndexSnapshot?
    let sizes: ListSizes
    let loader: RecordLoader

    /// Answers from `database`, whose numbers `names` explains; texts are found through `index`.
    init(
        _ database: Database, names: ViewNames, limits: ProtocolLimits,
        index: TextIndexSnapshot?, sizes: ListSizes
    ) throws {
        self.database = database
        self.names = names
        self.limits = limits
        self.index = index
        self.sizes = sizes
        loader = try RecordLoader(database)
    }

    /// The reply; throws a `Refusal` for a query that makes no sense or finds nothing.
    func reply(to query: ViewQuery) throws -> WireQueryReplyItem.OneOf_Reply {
        switch query {
        case .track(let query, let scope, let now): try track(query, scope, now)
        case .tasks(let query, let now): .list(try tasks(query, now: now))
        case .calls(let serials, let state, let now):
            .list(try calls(serials, partsIn: state, now: now))
        case .list(let query, let now, let scope):
            .list(try list(query, now: now, scope: scope))
        case .campaigns(let now): .campaigns(try campaigns(now: now))
        case .campaign(let id, let now): .campaign(try campaign(id, now: now))
        case .activities(let query): .activities(try activities(query))
        }
    }

    /// Bytes a reply may have: a frame less some room for its envelope.
    var replyBytes: Int { limits.frameBytes - 4_096 }

    private func track(
        _ query: WireTrackQuery, _ scope: QueryScope, _ now: Timestamp
    ) throws -> WireQueryReplyItem.OneOf_Reply {
        switch query.key {
        case .id(let bytes): .call(try story(row(id: bytes), scope, now))
        case .caseNumber(let text): .call(try story(row(caseNumber: text), scope, now))
        case .fragment(let text):
            switch try finding(text) {
            case .call(let serial): .call(try story(row(serial: serial), scope, now))
            case .candidates(let serials): .list(try candidates(serials, scope, now))
            case .nothing: .call(try story(nil, scope, now))
            }
        case nil:
            throw Refusal(
                .missingField, field: "key",
                reason: "give the call's id, its case number or a part of one")
        }
    }

    /// The call in `row` with its steps.
    private func story(
        _ row: Row?, _ scope: QueryScope, _ now: Timestamp
    ) throws -> WireCallView {
        // What somebody may not see is not there for them.
        guard let row, case let record = try loader.record(from: row), scope.includes(record)
        else { throw Refusal(.notFound, field: "key", reason: "no call was filed under it") }
        var view = try CallComposer(self).view(
            of: record, texts: RecordLoader.texts(from: row), now: now)
        let steps = try CallComposer(self).steps(of: record)
        view.steps = newest(steps, within: replyBytes - (try view.serializedBytes() as Data).count)
        return view
    }

    private func finding(_ text: String) throws -> CallFinder.Finding {
        guard let spoken = SpokenCall(text) else {
            throw Refusal(
                .malformedCaseNumber, field: "fragment",
                reason: "a case number looks like GL-2026-000123-7, an id has hexadecimal digits")
        }
        let composer = try CallComposer(self)
        return try CallFinder(database) { serial in
            try loader.record(serial).map { composer.caseNumber(of: $0.filing) }
        }.find(spoken)
    }

    private func candidates(
        _ serials: [UInt64], _ scope: QueryScope, _ now: Timestamp
    ) throws -> WireListReply {
        let composer = try CallComposer(self)
        var reply = WireListReply()
        for row in try serials.compactMap(row(serial:)) {
            let record = try loader.record(from: row)
            guard scope.includes(record) else { continue }
            reply.calls.append(
                try composer.view(
                    of: record, texts: RecordLoader.texts(from: row), now: now))
        }
        return reply
    }

    private func row(serial: UInt64) throws -> Row? {
        try Row.fetchOne(
            database, sql: "SELECT \(RecordLoader.callColumns) FROM call WHERE serial = ?",
            arguments: [Int64(truncatingIfNeeded: serial)])
    }

    private func row(id bytes: Data) throws -> Row? {
        guard let id = UniqueID(bytes: bytes) else {
            throw Refusal(.malformedID, field: "id", reason: "an id has 16 bytes, not all zero")
        }
        return try Row.fetchOne(
            database,
            sql: """
                SELECT \(RecordLoader.callColumns) FROM call
                WHERE id_high = ? AND id_low = ?
                """,
            arguments: [Int64(bitPattern: id.high), Int64(bitPattern: id.low)])
    }

    private func row(caseNumber text: String) throws -> Row? {
        let number: CaseNumber
        do {
            number = try CaseNumber(parsing: text)
        } catch {
            let hint =
                switch error {
                case .malformed: "a case number looks like GL-2026-000123-7"
                case .wrongCheckDigit: "its last digit does not fit the others: a slip of the pen?"
                }
            throw Refusal(.malformedCaseNumber, field: "case_number", reason: hint)
        }
        guard let row = try row(serial: number.serial) else { return nil }
        let record = try loader.record(from: row)
        return try CallComposer(self).caseNumber(of: record.filing) == number ? row : nil
    }

    /// The last steps that fit; a story too long for a frame loses its beginning.
    private func newest(_ steps: [WireStepView], within bytes: Int) -> [WireStepView] {
        var room = bytes
        var kept = steps.count
        while kept > 0 {
            // Tag and length of the step, its fixed fields and its texts.
            let step = steps[kept - 1]
            room -= 32 + step.step.utf8.count + step.actor.utf8.count + step.detail.utf8.count
            guard room >= 0 else { break }
            kept -= 1
        }
        return Array(steps[kept...])
    }
}

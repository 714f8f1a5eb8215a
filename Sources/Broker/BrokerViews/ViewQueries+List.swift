import BrokerEngine
import Foundation
import GRDB
import GridCodec
import GridModel
import SwiftProtobuf

extension ViewQueries {
    /// Calls in a list that asks for none in particular.
    static let defaultPage = 50

    /// A page of calls, the newest first: at most as many as asked for and as a frame holds.
    func list(_ query: WireListQuery, now: Timestamp) throws -> WireListReply {
        guard query.limit <= limits.listItems else {
            throw Refusal(
                .valueOutOfRange, field: "limit",
                reason: "a list has at most \(limits.listItems) items")
        }
        let limit = query.limit == 0 ? min(Self.defaultPage, limits.listItems) : Int(query.limit)
        let statement = try ListStatement(query, now: now, names: names)
        let rows = try Row.fetchCursor(
            database, sql: statement.sql, arguments: statement.arguments)
        let composer = try CallComposer(self)
        var reply = WireListReply()
        var room = replyBytes
        var last: UInt64 = 0
        while let row = try rows.next() {
            let record = try loader.record(from: row)
            // A department may have several parts of one call; its rows follow one another.
            guard record.filing.serial != last else { continue }
            let view = try composer.view(of: record, texts: RecordLoader.texts(from: row))
            room -= (try view.serializedBytes() as Data).count + 8
            guard reply.calls.count < limit, room >= 0 || reply.calls.isEmpty else {
                reply.nextBeforeSerial = last
                break
            }
            last = record.filing.serial
            reply.calls.append(view)
        }
        return reply
    }

    /// Every campaign any catalogue named, with what the newest one that names it says.
    func campaigns(now: Timestamp) throws -> WireCampaignsReply {
        let counts = try Row.fetchAll(
            database, sql: "SELECT number, found, closed FROM campaign")
        let byNumber = Dictionary(uniqueKeysWithValues: counts.map { ($0[0] as UInt16, $0) })
        let overdue = try overdueByCampaign(now: now)
        var reply = WireCampaignsReply()
        for (number, id) in names.campaigns.names.enumerated() {
            var view = WireCampaignView()
            view.id = id
            if let names = names.campaign(id) {
                view.chinese = names.name.chinese
                view.english = names.name.english
                view.lead = names.lead
                view.from = names.from.milliseconds
                view.until = names.until.milliseconds
                view.target = UInt64(max(0, names.target))
            }
            let row = byNumber[UInt16(number)]
            view.found = row.map { UInt64(bitPattern: $0[1]) } ?? 0
            view.closed = row.map { UInt64(bitPattern: $0[2]) } ?? 0
            view.overdue = overdue[UInt16(number)] ?? 0
            reply.campaigns.append(view)
        }
        return reply
    }

    /// Calls, not parts: a call with two overdue parts counts once.
    private func overdueByCampaign(now: Timestamp) throws -> [UInt16: UInt64] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT campaign, count(*) FROM call
                WHERE campaign IS NOT NULL AND serial IN
                    (SELECT number >> 6 FROM part WHERE is_open = 1 AND resolve_due < ?)
                GROUP BY campaign
                """, arguments: [now.milliseconds])
        return Dictionary(
            uniqueKeysWithValues: rows.map { ($0[0] as UInt16, UInt64(bitPattern: $0[1])) })
    }
}

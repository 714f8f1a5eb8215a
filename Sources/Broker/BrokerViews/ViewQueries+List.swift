import BrokerEngine
import Foundation
import GRDB
import GridCodec
import GridModel
import SwiftProtobuf

extension ViewQueries {
    /// A page of calls: at most as many as asked for and as a frame holds.
    ///
    /// Throws a `Refusal` for a value that makes no sense, and `TextIndexBehind`.
    func list(_ query: WireListQuery, now: Timestamp) throws -> WireListReply {
        let request = try ListRequest(query, now: now, names: names, limits: limits)
        let page = try ListRun(request, in: database, index: index, sizes: sizes).page()
        let composer = try CallComposer(self)
        var reply = WireListReply()
        var room = replyBytes
        for (number, place) in page.places.enumerated() {
            guard let (record, texts) = try loader.recordAndTexts(UInt64(place.serial)) else {
                continue
            }
            let view = try composer.view(of: record, texts: texts)
            room -= (try view.serializedBytes() as Data).count + 8
            guard number < request.limit, room >= 0 || reply.calls.isEmpty else {
                let last = page.places[number - 1]
                reply.nextPage = last.page(digest: request.digest)
                if query.order == .unspecified { reply.nextBeforeSerial = UInt64(last.serial) }
                break
            }
            reply.calls.append(view)
        }
        if let total = page.total {
            reply.total = UInt64(total.count)
            reply.totalIsMinimum = total.isMinimum
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

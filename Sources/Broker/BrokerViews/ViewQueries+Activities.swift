import BrokerEngine
import Foundation
import GRDB
import GridCodec
import GridModel
import SwiftProtobuf

extension ViewQueries {
    /// Activities of a page that asks for no number.
    private static let defaultActivities = 50

    /// Outreach and training, the newest first; at most as many as asked for and a frame holds.
    func activities(_ query: WireActivitiesQuery) throws -> WireActivitiesReply {
        let limit =
            query.limit == 0
            ? Self.defaultActivities : min(Int(query.limit), limits.listItems)
        let digest = ActivityPage.digest(of: query)
        let position = try query.page.isEmpty ? nil : ListPosition(page: query.page, digest: digest)
        let composer = try CallComposer(self)
        var reply = WireActivitiesReply()
        var room = replyBytes
        var last: ListPosition?
        let rows = try Row.fetchCursor(
            database, sql: ActivityPage.sql,
            arguments: [
                query.from, query.until == 0 ? .max : query.until, position?.key ?? .max,
                position?.serial ?? .max, limit + 1,
            ])
        while let row = try rows.next() {
            let view = try activity(row, composer)
            room -= (try view.serializedBytes() as Data).count + 8
            guard reply.activities.count < limit, room >= 0 || reply.activities.isEmpty else {
                reply.nextPage = last?.page(digest: digest) ?? Data()
                break
            }
            reply.activities.append(view)
            last = ListPosition(key: row[1], serial: row[0])
        }
        return reply
    }

    private func activity(_ row: Row, _ composer: CallComposer) throws -> WireActivityView {
        var view = WireActivityView()
        view.heldAt = row[1]
        view.kind = WireActivityKind(rawValue: Int(row[2] as Int64)) ?? .unspecified
        view.sessions = row[3]
        view.people = row[4]
        view.recordedBy = try composer.name(of: row[5])
        view.recordedAt = row[6]
        view.theme = String(decoding: row[7] as Data, as: UTF8.self)
        return view
    }
}

/// How a page of activities is found.
enum ActivityPage {
    /// Two that were held at once stand in the order of being recorded, the later first.
    static let sql = """
        SELECT number, held_at, kind, sessions, people, recorded_by, recorded_at, theme
        FROM activity INDEXED BY activity_held
        WHERE held_at >= ? AND held_at < ? AND (held_at, number) < (?, ?)
        ORDER BY held_at DESC, number DESC LIMIT ?
        """

    /// Tells the pages of one span from those of another.
    static func digest(of query: WireActivitiesQuery) -> UInt32 {
        // FNV-1a; it tells mistakes, not attacks: a page only says where to go on.
        var hash: UInt32 = 2_166_136_261
        for value in [query.from, query.until] {
            for shift in stride(from: Int64(0), to: 64, by: 8) {
                hash = (hash ^ UInt32(truncatingIfNeeded: value >> shift & 255)) &* 16_777_619
            }
        }
        return hash
    }
}

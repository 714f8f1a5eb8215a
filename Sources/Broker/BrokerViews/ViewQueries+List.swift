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
    func list(
        _ query: WireListQuery, now: Timestamp, scope: QueryScope
    ) throws -> WireListReply {
        let request = try ListRequest(
            query, scope: scope, now: now, names: names, limits: limits)
        let page = try ListRun(request, in: database, index: index, sizes: sizes).page()
        let composer = try CallComposer(self)
        var reply = WireListReply()
        var room = replyBytes
        for (number, place) in page.places.enumerated() {
            guard let (record, texts) = try loader.recordAndTexts(UInt64(place.serial)) else {
                continue
            }
            let view = try composer.view(of: record, texts: texts, now: now)
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

    /// Calls of a page of tasks that asks for no number.
    private static let defaultTasks: UInt32 = 500

    /// What a department has to do: a list of its open calls, of each only its open parts. Pages go
    /// by filing, so that nothing without a limit is left out; on a page the nearest deadline is
    /// first.
    func tasks(_ query: WireTasksQuery, now: Timestamp) throws -> WireListReply {
        var list = WireListQuery()
        list.department = query.department
        list.limit =
            query.limit == 0 ? min(Self.defaultTasks, UInt32(limits.listItems)) : query.limit
        list.page = query.page
        list.openOnly = true
        list.overdueOnly = query.overdueOnly
        list.order = .byFiled
        var reply = try self.list(list, now: now, scope: .street)
        for index in reply.calls.indices {
            reply.calls[index].parts.removeAll {
                $0.department != query.department || ["completed", "withdrawn"].contains($0.state)
            }
        }
        reply.calls.removeAll { $0.parts.isEmpty }
        reply.calls.sort { Self.due($0) < Self.due($1) }
        return reply
    }

    private static func due(_ call: WireCallView) -> Int64 {
        call.parts.map(\.resolveDue).filter { $0 > 0 }.min() ?? .max
    }

    /// Calls in the order given, of each only the parts in one state if one is given, as many as a
    /// frame holds.
    func calls(
        _ serials: [UInt64], partsIn state: AssignmentState?, now: Timestamp
    ) throws -> WireListReply {
        let composer = try CallComposer(self)
        var reply = WireListReply()
        var room = replyBytes
        for serial in serials {
            guard let (record, texts) = try loader.recordAndTexts(serial) else { continue }
            var view = try composer.view(of: record, texts: texts, now: now)
            if let state {
                view.parts.removeAll { $0.state != "\(state)" }
                guard !view.parts.isEmpty else { continue }
            }
            room -= (try view.serializedBytes() as Data).count + 8
            guard room >= 0 || reply.calls.isEmpty else { break }
            reply.calls.append(view)
        }
        return reply
    }

    /// Every campaign any catalogue named, with what the newest one that names it says.
    func campaigns(now: Timestamp) throws -> WireCampaignsReply {
        let counts = try Row.fetchAll(
            database,
            sql: """
                SELECT campaign, sum(found), sum(closed) FROM campaign_share
                WHERE holder = ? GROUP BY campaign
                """, arguments: [CampaignShare.Holder.grid.rawValue])
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

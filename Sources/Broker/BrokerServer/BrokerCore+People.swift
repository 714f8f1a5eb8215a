import Access
import BrokerEngine
import GridCodec
import GridModel

import struct Foundation.Data

extension BrokerCore {
    /// The department a question is about: the one that is named, or the only one of the key.
    func department(
        _ id: String, _ session: SessionHandle, _ action: AccessAction
    ) throws(Refusal) -> String {
        guard reach(session, action) == .own, let key = identities[Int(session.rawValue)]?.key
        else {
            guard !id.isEmpty else {
                throw Refusal(.missingField, field: "department", reason: "say whose tasks")
            }
            return id
        }
        let own = id.isEmpty && key.departments.count == 1 ? key.departments[0] : id
        guard key.departments.contains(own) else {
            if !id.isEmpty { refuse(AccessRefusal.Action(action), .forbidden, of: session) }
            throw Refusal(
                id.isEmpty ? .missingField : .forbidden, field: "department",
                reason: "this key asks about \(key.departments.joined(separator: ", "))")
        }
        return own
    }

    /// Who works for a department.
    func workers(
        _ query: WireWorkersQuery, _ session: SessionHandle
    ) throws(Refusal) -> WireWorkersReply {
        let names = engine.record.symbols
        var reply = WireWorkersReply()
        let wanted = try numbers(of: query.department, session, .workers)
        reply.workers = engine.workers(of: wanted).prefix(settings.limits.listItems).map { worker in
            let name = engine.record.actors[Int(worker.actor)]
            var view = WireWorkerView()
            view.session = worker.session.data
            // An actor of a worker is its department, a slash, its name.
            view.name = name.split(separator: "/", maxSplits: 1).last.map(String.init) ?? name
            view.department = names.departments.name(of: worker.department)
            view.credit = UInt32(worker.credit)
            view.inHand = UInt32(worker.held)
            view.silentSeconds = Double(worker.silentMilliseconds) / 1_000
            view.order = WireWorkerOrder(rawValue: Int(worker.order?.rawValue ?? 0)) ?? .unspecified
            view.grids = worker.grids.map(names.grids.name(of:))
            view.categories = worker.categories.map(names.categories.name(of:))
            return view
        }
        return reply
    }

    /// Open calls that a new one may repeat.
    func similar(_ query: WireSimilarQuery) throws(Refusal) -> WireSimilarReply {
        let place =
            query.hasCoordinates
            ? Coordinates(
                latitude: query.coordinates.latitude, longitude: query.coordinates.longitude) : nil
        if let place { try validation.check(place) }
        var reply = WireSimilarReply()
        reply.calls = try engine.similar(
            category: query.category, grid: query.grid, at: place
        ).map { similar in
            let call = engine.call(at: similar.slot)
            var view = WireSimilarCall()
            view.id = call.id.data
            view.caseNumber = engine.caseNumber(call.serial, year: call.year).description
            view.grid = engine.record.symbols.grids.name(of: call.grid)
            view.filedAt = call.filedAt.milliseconds
            if let metres = similar.metres { view.metres = metres }
            return view
        }
        return reply
    }

    /// The calls whose proposals wait for review.
    func underReview(
        _ query: WireReviewsQuery, _ session: SessionHandle
    ) throws(Refusal) -> [UInt64] {
        let numbers = try numbers(of: query.department, session, .reviews)
        let limit = query.limit == 0 ? 50 : Int(query.limit)
        return Array(engine.underReview(numbers).prefix(min(limit, settings.limits.listItems)))
    }

    /// The calls whose reporters took them for another.
    func duplicates(_ query: WireDuplicatesQuery) throws(Refusal) -> [UInt64] {
        let most = settings.limits.listItems
        guard query.limit <= most else {
            throw Refusal(
                .valueOutOfRange, field: "limit", reason: "a list has at most \(most) calls")
        }
        return Array(
            engine.suggestedDuplicates().prefix(query.limit == 0 ? 50 : Int(query.limit)))
    }

    /// A worker hears at once what an operator wants of it, and again with every Heartbeat.
    func direct(_ session: SessionHandle, _ order: WorkerOrder) {
        var beat = WireHeartbeat()
        beat.tag = durableTag
        beat.serverTime = moment.wall.milliseconds
        beat.order = WireWorkerOrder(rawValue: Int(order.rawValue)) ?? .unspecified
        forming.add(to: session) { $0.frames.append(Frame.encode(.heartbeat(beat))) }
    }

    /// The numbers of the departments a question is about: of one, or of all that the peer may see.
    private func numbers(
        of id: String, _ session: SessionHandle, _ action: AccessAction
    ) throws(Refusal) -> [UInt16] {
        var ids = id.isEmpty ? [] : [id]
        if reach(session, action) == .own, let key = identities[Int(session.rawValue)]?.key {
            ids = id.isEmpty ? key.departments : [try department(id, session, action)]
        }
        let numbers = ids.compactMap(engine.record.symbols.departments.number(of:))
        guard numbers.count == ids.count || id.isEmpty else {
            throw Refusal(
                .unknownDepartment, field: "department",
                reason: "no catalogue declares this department")
        }
        // A key whose departments are all unknown must not see everybody's.
        return numbers.isEmpty && !ids.isEmpty ? [.max] : numbers
    }
}

import Access
import BrokerEngine
import BrokerViews
package import GridCodec
package import GridModel
import Histogram

extension BrokerCore {
    /// Answers what memory knows; the rest goes to the views.
    func query(_ wire: WireQueryItem, from session: SessionHandle) {
        guard let query = wire.query else {
            work += WorkPrice.refusedItem
            answer(
                wire.correlation,
                .refused(
                    WireRefusal(
                        Refusal(.missingField, field: "query", reason: "say what is asked"))),
                to: session)
            return
        }
        let action = AccessAction(query)
        do throws(Refusal) {
            work += action.isAnsweredFromMemory ? WorkPrice.memoryQuery : WorkPrice.viewQuery
            guard reach(session, action) != .none else { throw forbidden(action, session) }
            try checkReading(session)
            try answer(query, action, wire.correlation, to: session)
        } catch {
            answer(wire.correlation, .refused(WireRefusal(error)), to: session)
        }
    }

    private func answer(
        _ query: WireQueryItem.OneOf_Query, _ action: AccessAction, _ correlation: UInt64,
        to session: SessionHandle
    ) throws(Refusal) {
        switch query {
        case .stats: answer(correlation, .stats(statistics(for: session)), to: session)
        case .campaigns:
            var reply = WireCampaignsReply()
            reply.campaigns = campaignViews()
            answer(correlation, .campaigns(reply), to: session)
        case .catalogue: answer(correlation, .catalogue(catalogueReply()), to: session)
        case .workers(let query):
            answer(correlation, .workers(try workers(query, session)), to: session)
        case .similar(let query): answer(correlation, .similar(try similar(query)), to: session)
        case .track, .list, .audit, .tasks, .reviews, .campaign, .activities, .export, .duplicates:
            guard let id = engine.sessionID(of: session) else { return }
            let own = try ofOwnDepartment(query, session)
            var serials: [UInt64] = []
            if case .reviews(let query) = own { serials = try underReview(query, session) }
            if case .duplicates(let query) = own { serials = try duplicates(query) }
            let waiting = WaitingQuery(session: id, correlation: correlation)
            // Asked again before its answer: the one under way answers both.
            guard try enqueue(waiting, action, session) else { return }
            queries.append(
                PendingQuery(
                    session: id, correlation: correlation, minimumSeq: durableSeq,
                    query: own, scope: scope(session, action), serials: serials))
        }
    }

    /// Questions for the views since the last call.
    package func takeQueries() -> [PendingQuery] {
        defer { queries.removeAll() }
        return queries
    }

    /// The views have answered; the answer goes to the session if it is still there.
    package func answer(_ item: WireQueryReplyItem, session id: SessionID) {
        var reply = WireQueryReply()
        reply.items = [item]
        let frame = Frame.encode(.queryReply(reply))
        answered(WaitingQuery(session: id, correlation: item.correlation), bytes: frame.count)
        guard let session = engine.session(id) else { return }
        sendDirectly(frame, to: routes[Int(session.rawValue)])
    }

    private func answer(
        _ correlation: UInt64, _ reply: WireQueryReplyItem.OneOf_Reply,
        to session: SessionHandle
    ) {
        var item = WireQueryReplyItem()
        item.correlation = correlation
        item.asOf = hasFormingFacts ? formingSeq : formingSeq - 1
        item.reply = reply
        var message = WireQueryReply()
        message.items = [item]
        let frame = Frame.encode(.queryReply(message))
        work += frame.count / WorkPrice.replyBytesPerUnit
        forming.add(to: session) { $0.frames.append(frame) }
    }

    /// The statistics as a peer may see them: a department's own machines see that department.
    private func statistics(for session: SessionHandle) -> WireStatsView {
        var stats = statistics()
        if reach(session, .stats) == .own, let key = identities[Int(session.rawValue)]?.key {
            stats.departments.removeAll { !key.departments.contains($0.id) }
        }
        return stats
    }

    /// A list for a department's machine or officer is of one of its departments: the one asked
    /// for, or the only one.
    private func ofOwnDepartment(
        _ query: WireQueryItem.OneOf_Query, _ session: SessionHandle
    ) throws(Refusal) -> WireQueryItem.OneOf_Query {
        if case .tasks(var tasks) = query {
            tasks.department = try department(tasks.department, session, .tasks)
            return .tasks(tasks)
        }
        guard case .list(var list) = query, reach(session, .list) == .own,
            let key = identities[Int(session.rawValue)]?.key, !key.departments.isEmpty
        else { return query }
        if list.department.isEmpty, key.departments.count == 1 {
            list.department = key.departments[0]
        }
        guard key.departments.contains(list.department) else {
            refuse(.list, .forbidden, of: session)
            throw Refusal(
                .forbidden, field: "department",
                reason: "this key lists for \(key.departments.joined(separator: ", "))")
        }
        return .list(list)
    }

    /// Which calls a question may be about.
    private func scope(_ session: SessionHandle, _ action: AccessAction) -> QueryScope {
        guard reach(session, action) == .own, let key = identities[Int(session.rawValue)]?.key
        else { return .street }
        let departments = key.departments.compactMap {
            engine.record.symbols.departments.number(of: $0)
        }
        return key.role == .terminal
            ? .filed(by: engine.actor(of: session)) : .departments(departments)
    }

    /// The time by which the figures are to be read: that of the newest facts, where the wall clock
    /// was set back behind them. By an earlier one a recount would leave those facts out.
    private var now: Timestamp { max(moment.wall, engine.record.now) }

    private func statistics() -> WireStatsView {
        let record = engine.record
        var stats = WireStatsView()
        stats.departments = record.departments.indices.map { departmentView($0, record) }
        stats.campaigns = campaignViews()
        stats.callsFiled = record.street.filed
        stats.callsClosed = record.street.closed
        stats.callsVoided = record.street.voided
        stats.callsOpen = UInt64(record.calls.count - record.street.mergedNow)
        stats.callsMerged = UInt64(record.street.mergedNow)
        stats.callsDispatched = record.street.dispatched
        stats.callsMisdispatched = record.street.misdispatched
        stats.callsPassedOn = record.street.passedOn
        stats.clockUnconfirmed = !record.isClockConfirmed
        stats.sessions = UInt64(engine.sessionCount)
        stats.submitsRepeated = counters.submitsRepeated
        stats.itemsRefused = counters.itemsRefused
        stats.framesRefused = counters.framesRefused
        stats.outcomesLost = counters.outcomesLost
        stats.journalBatches = durableSeq
        stats.viewsLagBatches = settings.viewsLag()
        stats.at = now.milliseconds
        stats.framesOverRate = counters.framesOverRate
        stats.framesUnsent = counters.framesUnsent
        stats.accessRefused = counters.accessRefused
        return stats
    }

    private func departmentView(_ index: Int, _ record: Record) -> WireDepartmentView {
        let counters = record.departments[index]
        let id = record.symbols.departments.name(of: UInt16(index))
        var view = WireDepartmentView()
        view.id = id
        if let name = record.name(ofDepartment: id) {
            view.chinese = name.chinese
            view.english = name.english
        }
        view.queued = UInt64(counters.queued)
        view.received = counters.received
        view.dispatched = counters.dispatched
        view.accepted = counters.accepted
        view.completed = counters.completed
        view.returned = counters.returned
        view.stuck = UInt64(counters.stuck)
        view.overdue = UInt64(counters.overdue)
        view.inHand = UInt64(counters.inHand)
        if counters.pausedUntil > now {
            view.pausedUntil = counters.pausedUntil.milliseconds
        }
        view.workers = UInt32(engine.workers(of: UInt16(index)))
        if let since = engine.oldestWaiting(UInt16(index)) {
            view.oldestQueuedSeconds = max(
                0, Double(now.milliseconds(since: since)) / 1_000)
        }
        if let live = live.histogram(of: index) {
            view.dispatch = WireLatencyView(live, unitsPerSecond: 1e6)
        }
        view.accept = WireLatencyView(counters.latencies.accept.values, unitsPerSecond: 1e3)
        view.resolve = WireLatencyView(counters.latencies.resolve.values, unitsPerSecond: 1e3)
        return view
    }

    private func campaignViews() -> [WireCampaignView] {
        let record = engine.record
        let declared = record.catalogue?.catalogue.campaigns ?? []
        return declared.compactMap { campaign in
            guard let number = record.symbols.campaigns.number(of: campaign.id) else { return nil }
            let counters = record.campaigns[Int(number)]
            var view = WireCampaignView()
            view.id = campaign.id
            view.chinese = campaign.name.chinese
            view.english = campaign.name.english
            view.target = UInt64(campaign.target)
            view.found = counters.found
            view.closed = counters.closed
            view.overdue = UInt64(counters.overdue)
            view.lead = campaign.lead
            let window = record.campaignWindows[Int(number)]
            view.from = window.from.milliseconds
            view.until = window.until == .distantFuture ? 0 : window.until.milliseconds
            view.state = WireCampaignState(window.state(at: now))
            view.rectified = UInt64(counters.rectified)
            view.closedOnTime = counters.closedOnTime
            return view
        }
    }

    private func catalogueReply() -> WireCatalogueReply {
        var reply = WireCatalogueReply()
        guard let catalogue = engine.record.catalogue?.catalogue else { return reply }
        reply.street = catalogue.street.id
        reply.zone = catalogue.calendar.zone.name
        reply.departments = catalogue.departments.map { WireNamedID($0.id, $0.name) }
        reply.grids = catalogue.grids.map { WireNamedID($0.id, $0.name) }
        reply.categories = catalogue.categories.map { WireNamedID($0.id, $0.name) }
        reply.campaigns = catalogue.campaigns.map { WireNamedID($0.id, $0.name) }
        return reply
    }
}

extension WireNamedID {
    init(_ id: String, _ name: LocalizedName) {
        self.init()
        self.id = id
        chinese = name.chinese
        english = name.english
    }
}

extension WireLatencyView {
    /// The quantiles of a histogram in seconds.
    init(_ histogram: Histogram<UInt64>, unitsPerSecond: Double) {
        self.init()
        count = histogram.totalCount
        guard count > 0 else { return }
        func seconds(_ percentile: Double) -> Double {
            Double(histogram.valueAtPercentile(percentile)) / unitsPerSecond
        }
        p50 = seconds(50)
        p90 = seconds(90)
        p99 = seconds(99)
        p999 = seconds(99.9)
        max = Double(histogram.max) / unitsPerSecond
    }
}

extension AccessAction {
    /// What a question asks for.
    init(_ query: WireQueryItem.OneOf_Query) {
        self =
            switch query {
            case .track: .track
            case .list: .list
            case .stats: .stats
            case .campaigns: .campaigns
            case .catalogue: .catalogue
            case .audit: .audit
            case .tasks: .tasks
            case .reviews: .reviews
            case .workers: .workers
            case .similar: .similar
            case .campaign: .campaign
            case .activities: .activities
            case .export: .export
            case .duplicates: .duplicates
            }
    }
}

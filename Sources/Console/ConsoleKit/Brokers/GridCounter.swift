import GridCodec

/// Counts the open and overdue calls of a street's grids, for all pages that ask at once.
///
/// No message says them: where there are few open calls they are looked through, where there are
/// many each grid is counted by the broker. What was counted is good until something changed, but
/// for two seconds in any case.
package actor GridCounter {
    private struct Known {
        let generation: UInt64
        let at: Int64
        let counts: GridCounts
    }

    /// Up to so many open calls are looked through.
    private static let fewCalls: UInt64 = 5_000
    /// Milliseconds for which counts are good whatever happens.
    private static let goodFor: Int64 = 2_000
    /// Grids that are counted at once.
    private static let atOnce = 4

    private var known: [Int: Known] = [:]
    private var underWay: [Int: Task<Result<GridCounts, BrokerWatch.Failure>, Never>] = [:]

    /// A counter that knows nothing.
    package init() {}

    /// The counts of a street at `now`.
    package func counts(
        _ street: Snapshot.Street, _ watch: BrokerWatch, _ now: Int64
    ) async -> Result<GridCounts, BrokerWatch.Failure> {
        let generation = street.broker.generation
        if let known = known[street.index],
            known.generation == generation || now - known.at < Self.goodFor
        {
            return .success(known.counts)
        }
        if let task = underWay[street.index] { return await task.value }
        let task = Task { await Self.count(street.broker, watch) }
        underWay[street.index] = task
        let result = await task.value
        underWay[street.index] = nil
        if case .success(let counts) = result {
            known[street.index] = Known(generation: generation, at: now, counts: counts)
        }
        return result
    }

    private static func count(
        _ broker: BrokerState, _ watch: BrokerWatch
    ) async -> Result<GridCounts, BrokerWatch.Failure> {
        do throws(BrokerWatch.Failure) {
            let isFew = (broker.stats?.callsOpen ?? 0) <= fewCalls
            return .success(
                isFew ? try await looked(watch) : try await asked(broker, watch))
        } catch {
            return .failure(error)
        }
    }

    private static func looked(
        _ watch: BrokerWatch
    ) async throws(BrokerWatch.Failure) -> GridCounts {
        var counts = GridCounts()
        var page: WireListReply?
        for _ in 0..<GridCounts.maximumPages {
            let reply = try await list(GridCounts.query(page: page), watch)
            counts.add(reply)
            guard !reply.nextPage.isEmpty else { return counts }
            page = reply
        }
        counts.markPartial()
        return counts
    }

    private static func asked(
        _ broker: BrokerState, _ watch: BrokerWatch
    ) async throws(BrokerWatch.Failure) -> GridCounts {
        var counts = GridCounts()
        var rest = broker.catalogue.grids.map(\.id)[...]
        while !rest.isEmpty {
            let some = rest.prefix(atOnce)
            rest = rest.dropFirst(atOnce)
            let answers = await withTaskGroup(
                of: Result<(String, UInt64, UInt64), BrokerWatch.Failure>.self
            ) { group in
                for grid in some { group.addTask { await count(grid, watch) } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for answer in answers {
                let (grid, open, overdue) = try answer.get()
                counts.set(grid, open: open, overdue: overdue)
            }
        }
        return counts
    }

    private static func count(
        _ grid: String, _ watch: BrokerWatch
    ) async -> Result<(String, UInt64, UInt64), BrokerWatch.Failure> {
        var query = WireListQuery()
        query.grid = grid
        query.limit = 1
        query.count = true
        query.openOnly = true
        do throws(BrokerWatch.Failure) {
            let open = try await list(query, watch).total
            guard open > 0 else { return .success((grid, 0, 0)) }
            query.overdueOnly = true
            return .success((grid, open, try await list(query, watch).total))
        } catch {
            return .failure(error)
        }
    }

    private static func list(
        _ query: WireListQuery, _ watch: BrokerWatch
    ) async throws(BrokerWatch.Failure) -> WireListReply {
        guard case .list(let reply) = try await watch.ask(.list(query)) else { throw .unexpected }
        return reply
    }
}

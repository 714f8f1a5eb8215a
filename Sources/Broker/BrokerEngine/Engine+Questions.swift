package import GridModel

/// A worker that is there, as operators see it.
package struct PresentWorker: Sendable {
    package let session: SessionID
    package let actor: ActorID
    package let department: UInt16
    package let credit: Int
    package let held: Int
    package let silentMilliseconds: Int64
    package let order: WorkerOrder?
    /// Numbers; empty for all.
    package let grids: [UInt16]
    package let categories: [UInt16]
}

extension Engine {
    /// The workers of departments, of all if none is given, in the order of their sessions.
    package func workers(of departments: [UInt16]) -> [PresentWorker] {
        presence.open.map { presence[$0] }.filter {
            $0.role == .worker && (departments.isEmpty || departments.contains($0.department))
        }.map { worker in
            let profile = presence.crews[Int(worker.department)].profiles[worker.profile]
            return PresentWorker(
                session: worker.id, actor: worker.actor, department: worker.department,
                credit: worker.credit, held: worker.held,
                silentMilliseconds: moment.monotonicMilliseconds - worker.lastHeard,
                order: worker.order, grids: profile.grids, categories: profile.categories)
        }
    }

    /// The serials of calls with a part under review, of departments or of all if none is given,
    /// the nearest deadline first.
    package mutating func underReview(_ departments: [UInt16]) -> [UInt64] {
        schedule.reviews = schedule.reviews.filter {
            record.assignments[$0].state == .underReview
        }
        let parts = schedule.reviews.map { record.assignments[$0] }.filter {
            departments.isEmpty || departments.contains($0.department)
        }.sorted { ($0.resolve.dueAt, $0.number) < ($1.resolve.dueAt, $1.number) }
        var seen: Set<UInt64> = []
        return parts.map(\.number.serial).filter { seen.insert($0).inserted }
    }
}

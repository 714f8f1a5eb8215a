/// `gridcall stats --format json`, every key that scripts may rely on.
package struct StatsReport: Decodable, Sendable {
    package struct Latency: Decodable, Sendable {
        package let count: Int
        package let p50, p90, p99, p999, max: Double
    }

    package struct Latencies: Decodable, Sendable {
        package let dispatch, accept, resolve: Latency
    }

    package struct Department: Decodable, Sendable {
        package let id: String
        package let queued, dispatched, accepted, completed, returned, stuck, overdue: Int
        package let inHand, workers: Int
        package let oldestQueuedSeconds: Double
        package let latency: Latencies
    }

    package struct Campaign: Decodable, Sendable {
        package let id: String
        package let target, found, closed, overdue: Int
    }

    package struct Calls: Decodable, Sendable {
        package let filed, closed, voided, open: Int
    }

    package struct Broker: Decodable, Sendable {
        package let sessions, submitsRepeated, itemsRefused, framesRefused, outcomesLost: Int
        package let journalBatches, viewsLagBatches: Int
    }

    package let departments: [Department]
    package let campaigns: [Campaign]
    package let calls: Calls
    package let broker: Broker

    /// The row of a department; an empty one traps.
    package func department(_ id: String) -> Department { departments.first { $0.id == id }! }
}

/// `gridcall track --format json`, the keys that the tests look at.
package struct CallReport: Decodable, Hashable, Sendable {
    package struct Part: Decodable, Hashable, Sendable {
        package let part: Int
        package let department, role, state: String
        package let attempts: Int
        package let worker, reason: String?
    }

    package struct Step: Decodable, Hashable, Sendable {
        package let step: String
        package let part: Int?
        package let actor, detail: String?
    }

    package let id, caseNumber, state, category, grid: String
    package let campaign, description: String?
    package let revision: Int
    package let parts: [Part]
    package let steps: [Step]?

    /// How often a step happened.
    package func count(_ step: String) -> Int { steps?.count { $0.step == step } ?? 0 }
}

/// `gridcall list --format json`.
struct ListReport: Decodable {
    let calls: [CallReport]
    let nextPage: String?
}

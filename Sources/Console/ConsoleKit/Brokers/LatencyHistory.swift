package import GridCodec

/// What each department's dispatch latency was over the last hour, a point every ten seconds.
///
/// Bounded: 360 points for each department the broker names.
package struct LatencyHistory: Sendable {
    /// The quantiles at one moment, in seconds.
    package struct Point: Hashable, Sendable {
        /// Milliseconds of the caller's clock.
        package var at: Int64
        package var p50: Double
        package var p90: Double
        package var p99: Double
    }

    /// Milliseconds that are kept.
    package static let window: Int64 = 3_600_000
    /// Milliseconds between two points.
    package static let step: Int64 = 10_000

    private var points: [String: [Point]] = [:]
    /// When the last points were taken; `nil` before the first.
    package private(set) var lastAt: Int64?

    /// No points.
    package init() {}

    /// The points of a department, the oldest first.
    package subscript(department: String) -> [Point] { points[department] ?? [] }

    /// Takes a point of every department if it is time for one. A department without hand-overs has
    /// none, and what the broker no longer names is forgotten.
    package mutating func add(_ stats: WireStatsView, at now: Int64) {
        if let lastAt, now - lastAt < Self.step { return }
        lastAt = now
        let named = Set(stats.departments.map(\.id))
        points = points.filter { named.contains($0.key) }
        for department in stats.departments where department.dispatch.count > 0 {
            let latency = department.dispatch
            points[department.id, default: []].append(
                Point(at: now, p50: latency.p50, p90: latency.p90, p99: latency.p99))
        }
        for department in points.keys {
            points[department]?.removeAll { now - $0.at > Self.window }
        }
    }
}

/// How many requests each client may make: a bucket for each that fills again with time.
///
/// Pure; times are handed in, in milliseconds of a clock that never goes back. Bounded: of too many
/// clients the ones that were quiet longest are forgotten, which gives them a full bucket.
package struct RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: Int64
    }

    private let perSecond: Double
    private let burst: Double
    private let maximumClients: Int
    private var buckets: [String: Bucket] = [:]

    /// A limit of `perSecond` in the long run and `burst` at once.
    package init(perSecond: Double, burst: Double, maximumClients: Int = 4_096) {
        self.perSecond = perSecond
        self.burst = burst
        self.maximumClients = maximumClients
    }

    /// Takes one request of `client` into account; `false` if it is too many.
    package mutating func allows(_ client: String, now: Int64) -> Bool {
        if buckets[client] == nil, buckets.count >= maximumClients { forgetQuietest() }
        var bucket = buckets[client] ?? Bucket(tokens: burst, at: now)
        let passed = Double(max(0, now - bucket.at)) / 1_000
        bucket.tokens = min(burst, bucket.tokens + passed * perSecond)
        bucket.at = max(now, bucket.at)
        let isAllowed = bucket.tokens >= 1
        if isAllowed { bucket.tokens -= 1 }
        buckets[client] = bucket
        return isAllowed
    }

    /// How many clients are known.
    package var clientCount: Int { buckets.count }

    /// Half of them at once, so that a flood of addresses does not cost a search each.
    private mutating func forgetQuietest() {
        let kept = buckets.sorted { $0.value.at > $1.value.at }.prefix(maximumClients / 2)
        buckets = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}

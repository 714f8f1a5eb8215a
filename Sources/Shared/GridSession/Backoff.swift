import GridModel

/// Waits between attempts that double up to a maximum, each with ± 20 % of jitter.
///
/// The randomness keeps thousands of terminals from coming back in the same instant. Seeded, so
/// that a simulation repeats itself.
struct Backoff {
    private let first: Int64
    private let maximum: Int64
    private var failures = 0
    private var randomness: SplitMix64

    init(firstMilliseconds: Int64, maximumMilliseconds: Int64, seed: UInt64) {
        first = firstMilliseconds
        maximum = maximumMilliseconds
        randomness = SplitMix64(state: seed)
    }

    /// Milliseconds to wait before the next attempt.
    mutating func next() -> Int64 {
        var wait = min(first, maximum)
        for _ in 0..<failures where wait < maximum { wait = min(maximum, wait * 2) }
        failures = min(failures + 1, 62)
        return wait + Int64.random(in: -wait / 5...wait / 5, using: &randomness)
    }

    /// An attempt went well.
    mutating func reset() { failures = 0 }
}

/// The generator of Steele, Lea and Flood (2014): one word of state, good enough for jitter.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(state: UInt64) { self.state = state }

    mutating func next() -> UInt64 {
        state &+= .splitMixStep
        return state.scrambled
    }
}

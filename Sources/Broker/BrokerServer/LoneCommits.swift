/// Whether the loop writes a batch itself, which saves two hand-overs between threads.
///
/// It may where nothing else is to be done meanwhile and the disk is quick: while it writes, nobody
/// is heard, and heartbeats and figures wait. After a write that took long the journal's thread
/// writes for a second, and for twice as long with each that follows, until one is short.
struct LoneCommits {
    /// With more facts in a batch there are others on their way, to be decided about meanwhile.
    static let mostFacts = 32
    /// A write that took longer makes the next ones the journal's thread's.
    static let longNanoseconds: UInt64 = 5_000_000
    /// So long they are at first.
    static let pauseNanoseconds: UInt64 = 1_000_000_000
    /// And at most.
    static let longestPauseNanoseconds: UInt64 = 64_000_000_000

    private var pause = Self.pauseNanoseconds
    private var pausedUntil: UInt64 = 0

    /// Whether a batch of so many facts is the loop's own to write; monotonic nanoseconds.
    func allow(facts: Int, now: UInt64) -> Bool { facts <= Self.mostFacts && now >= pausedUntil }

    /// The loop wrote from `start` to `end`, in monotonic nanoseconds.
    mutating func wrote(from start: UInt64, to end: UInt64) {
        if end - start > Self.longNanoseconds {
            pausedUntil = end + pause
            pause = min(2 * pause, Self.longestPauseNanoseconds)
        } else {
            pause = Self.pauseNanoseconds
        }
    }
}

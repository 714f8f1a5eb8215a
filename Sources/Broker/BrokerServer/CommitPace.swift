/// When what was decided is written: at once if a peer waits for it.
///
/// What nobody waits for, the end of a piece of work or a clock that rang, waits a moment
/// for company: where calls come one after the other, the next one is then written with the end of
/// the last, and two fsyncs are one.
struct CommitPace {
    /// How long what nobody waits for is kept.
    static let patienceNanoseconds: UInt64 = 300_000

    private var since: UInt64?

    /// How long to wait yet, 0 to write now. `mayWait` says that there is something to write and
    /// that nobody waits for it.
    mutating func nanosecondsToWait(mayWait: Bool, now: UInt64) -> UInt64 {
        guard mayWait else {
            since = nil
            return 0
        }
        let begun = since ?? now
        let waited = now - begun
        guard waited < Self.patienceNanoseconds else {
            since = nil
            return 0
        }
        since = begun
        return Self.patienceNanoseconds - waited
    }
}

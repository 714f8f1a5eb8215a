/// When a snapshot is made: once a start would have to apply many facts, and then as soon as the
/// broker is quiet, so that it disturbs nobody and the start after a rush is short.
///
/// Times are monotonic milliseconds.
struct SnapshotPace {
    /// Batches are small or large; what a start would have to apply is facts.
    private let facts: Int
    private let milliseconds: Int64
    private var factsSince: Int
    private var lastAt: Int64
    private var second: (endsAt: Int64, factsBefore: Int)
    private var wasQuiet = false

    /// A broker under full load writes so many times `facts` in some seconds: it does not wait.
    private static let mostTimesFacts = 4
    /// A second with fewer than this part of `facts` is quiet.
    private static let quietPart = 1_000

    /// One is made when `facts` facts would have to be applied: after a quiet second, or when
    /// `milliseconds` have passed since the last one, or when they are four times as many;
    /// `factsSince` are there already.
    init(facts: Int, milliseconds: Int64, now: Int64, factsSince: Int) {
        self.facts = facts
        self.milliseconds = milliseconds
        self.factsSince = factsSince
        lastAt = now - milliseconds
        second = (now + 1_000, factsSince)
    }

    /// So many facts were handed to the journal.
    mutating func note(facts count: Int) { factsSince += count }

    /// Whether it is time for another; asked many times a second. `isArchived` says that the index
    /// of old ids knows whatever ended: a snapshot reaches no further than that does.
    mutating func isDue(now: Int64, isArchived: Bool = true) -> Bool {
        let isQuietNow = (factsSince - second.factsBefore) * Self.quietPart < facts
        if now >= second.endsAt {
            wasQuiet = isQuietNow
            second = (now + 1_000, factsSince)
        }
        guard factsSince >= facts else { return false }
        return wasQuiet && isQuietNow && isArchived || now - lastAt >= milliseconds
            || factsSince / Self.mostTimesFacts >= facts
    }

    /// One is being made of what there is.
    mutating func began(now: Int64) {
        (factsSince, lastAt) = (0, now)
        second = (now + 1_000, 0)
    }
}

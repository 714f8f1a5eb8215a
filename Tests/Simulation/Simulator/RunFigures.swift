/// What happened in one run or in many, in numbers.
package struct RunFigures: Sendable, Equatable {
    /// Runs that came to their end.
    package var runs = 0
    /// Steps drawn, those included that found nothing to do.
    package var steps = 0
    /// How often each step was taken with effect.
    package var taken: [Step: Int] = [:]
    /// Faults, and what was done about them.
    package var happened: [Happening: Int] = [:]
    /// What was checked, and how often.
    package var checks: [Check: Int] = [:]
    /// Calls that were confirmed to a terminal.
    package var confirmed = 0
    /// Calls that were closed, voided, or ended with the one they were merged into.
    package var ended = 0
    /// Commands that were carried out.
    package var commands = 0
    /// Batches that the journal holds at the end.
    package var batches = 0

    /// Nothing yet.
    package init() {}

    /// Adds what another run did.
    package mutating func add(_ other: RunFigures) {
        runs += other.runs
        steps += other.steps
        taken.merge(other.taken, uniquingKeysWith: +)
        happened.merge(other.happened, uniquingKeysWith: +)
        checks.merge(other.checks, uniquingKeysWith: +)
        confirmed += other.confirmed
        ended += other.ended
        commands += other.commands
        batches += other.batches
    }
}

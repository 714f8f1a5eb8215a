package import GridCodec
package import GridModel

/// The end of a handler's work on one assignment.
package struct FinishedWork: Hashable, Sendable {
    /// How it ended.
    package enum Ending: Hashable, Sendable {
        /// By itself, with something to say.
        case outcome(WorkOutcome)
        /// Because the worker stopped it.
        case stopped
    }

    /// The claim the work was done under.
    package var claim: Claim
    /// How it ended.
    package var ending: Ending

    /// The end of the work under `claim`.
    package init(_ claim: Claim, _ ending: Ending) {
        self.claim = claim
        self.ending = ending
    }
}

/// Does the work of assignments.
///
/// All methods are called on the worker's loop thread and return at once. Every assignment that
/// was started is reported as finished exactly once, stopped ones too, when nothing of the work
/// runs any more. Times are milliseconds of a clock that never goes back.
package protocol Handler: AnyObject, Sendable {
    /// Has `wake` called, from any thread, whenever `takeFinished` has something new that no
    /// `nextDue` announced.
    func attach(wake: @escaping @Sendable () -> Void)

    /// Begins work on assignments that are not in work.
    func start(_ assignments: [AssignItem], now: Int64)

    /// Ends work that was started and not yet taken as finished, as soon as can be.
    func stop(_ claims: [Claim])

    /// The worker takes nothing new from now on: what only waits to be tried again is better given
    /// back at once, so it ends as if it were stopped.
    func drain()

    /// What has finished since the last call.
    func takeFinished(now: Int64) -> [FinishedWork]

    /// When `takeFinished` is to be called next without a `wake`; `nil`: not before.
    var nextDue: Int64? { get }
}

extension Handler {
    package func drain() {}
}

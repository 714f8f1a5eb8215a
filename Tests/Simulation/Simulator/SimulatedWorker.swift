import GridCodec
import GridModel
import GridSession
import WorkerKit

/// A department's worker: the real session and the real machine, and a team that completes,
/// returns or fails by chance. A crash leaves it with nothing.
final class SimulatedWorker: Peer {
    private struct Job {
        let claim: Claim
        let due: Int64
        let outcome: WorkOutcome
    }

    /// Assignments it takes at once.
    static let capacity = 3

    let department: String
    /// It has said goodbye; its process may be replaced.
    private(set) var hasLeft = false
    private let settings: WorkerMachine.Settings
    private let grids: [String]
    private var machine: WorkerMachine
    private var jobs: [Job] = []
    /// What was put into the department's inbox, or is on its way there.
    private var delivering: Set<Claim> = []

    init(
        index: Int, name: String, department: String, grids: [String], accepts: Bool,
        simulation: Simulation
    ) {
        self.department = department
        self.grids = grids
        settings = WorkerMachine.Settings(
            capacity: Self.capacity, accepts: accepts, graceMilliseconds: 2_000)
        machine = WorkerMachine(settings: settings)
        super.init(index: index, name: name, simulation: simulation)
    }

    override var crashes: Happening { .workerCrashed }

    override func introduce(_ configuration: inout SessionConfiguration) {
        configuration.role = .worker
        configuration.department = department
        configuration.grids = grids
        configuration.credit = UInt32(settings.capacity)
    }

    override func hasStarted() {
        machine = WorkerMachine(settings: settings)
        jobs = []
        delivering = []
        hasLeft = false
    }

    override func handle(_ event: SessionEvent) {
        switch event {
        case .assigned(let items): turn(.assigned(items.filter { !deliver($0) }))
        case .withdrawn(let items):
            turn(.claimsLost(items.map(\.claim.model), reason: "withdrawn"))
        case .claimsLost(let claims): turn(.claimsLost(claims, reason: "lost"))
        case .outcomeReceipts(let items):
            // What the machine itself leaves to people it asks about itself.
            let rest = items.filter { item in
                guard item.step == .deliver, delivering.remove(item.claim) != nil else {
                    return true
                }
                release([item.claim])
                return false
            }
            turn(.answered(rest.map(answer)))
        case .brokerError(let error)
        where error.code == UInt32(RefusalCode.unknownDepartment.rawValue):
            // The office took the department out; the session goes on trying until it is back.
            break
        case .brokerError(let error) where isPassing(error): break
        case .brokerError, .unreadable: simulation.fail("\(name) was told: \(event)")
        default: break
        }
    }

    override func tick() {
        guard isUp else { return }
        let now = simulation.clock.now
        if let due = machine.nextTick, due <= now { turn(.tick(now: now)) }
        let finished = jobs.filter { $0.due <= now }
        guard !finished.isEmpty else { return }
        jobs.removeAll { $0.due <= now }
        turn(.finished(finished.map { FinishedWork($0.claim, .outcome($0.outcome)) }))
    }

    /// Whether an item goes to people instead of the team.
    private func deliver(_ item: AssignItem) -> Bool {
        let claim = item.claim
        if delivering.contains(claim) { return true }
        guard simulation.isFaulty, !jobs.contains(where: { $0.claim == claim }),
            simulation.random.chance(perMille: 200)
        else { return false }
        delivering.insert(claim)
        send([Parcel(progress(claim, .deliver))])
        return true
    }

    /// SIGTERM.
    func drain() { turn(.drainRequested(now: simulation.clock.now)) }

    private func turn(_ event: WorkerMachine.Event) {
        let actions = machine.handle(event)
        for item in actions.starts { begin(item) }
        let steps =
            actions.accepts.map { progress($0, .accept) }
            + actions.giveBacks.map { progress($0, .giveBack) }
            + actions.deliveries.map { progress($0, .deliver) }
        send(steps.map { Parcel($0) })
        send(actions.outcomes.map { Parcel($0) })
        release(actions.releases)
        if let credit = actions.credit { setCredit(credit) }
        if actions.isDone, !hasLeft {
            hasLeft = true
            end("drained")
        }
        let stopped = jobs.filter { actions.stops.contains($0.claim) }
        guard !stopped.isEmpty else { return }
        jobs.removeAll { actions.stops.contains($0.claim) }
        turn(.finished(stopped.map { FinishedWork($0.claim, .stopped) }))
    }

    private func begin(_ item: AssignItem) {
        let faults = simulation.plan
        let isGated = item.message.map { SimulatedStreet.gated.contains($0.category) } ?? false
        // When everything must come to its end, nobody tries what is not approved.
        let fine = simulation.isFaulty ? simulation.random.pick(["", "1", "60000", "70000"]) : "1"
        var outcome = WorkOutcome(
            .completed, measures: isGated && !fine.isEmpty ? [WorkMeasure("fine", fine)] : [])
        if simulation.isFaulty, simulation.random.chance(perMille: faults.returns) {
            outcome = WorkOutcome(.returned, reason: "not ours")
        } else if simulation.isFaulty, simulation.random.chance(perMille: faults.failures) {
            outcome = WorkOutcome(.failed, reason: "the team could not get there")
        }
        let time = Int64(simulation.random.below(faults.workMilliseconds))
        jobs.append(
            Job(claim: item.claim, due: simulation.clock.now + time, outcome: outcome))
    }

    private func progress(_ claim: Claim, _ step: WireProgressStep) -> WireProgressItem {
        var item = WireProgressItem()
        item.claim = WireClaim(claim)
        item.step = step
        return item
    }

    private func answer(_ item: OutcomeReceiptItem) -> WorkAnswer {
        var refusal: Refusal?
        if let refused = item.refused,
            let code = RefusalCode(rawValue: UInt16(clamping: refused.code))
        {
            refusal = Refusal(code, field: refused.field, reason: refused.reason)
        }
        return WorkAnswer(item.claim, item.step, refusal: refusal)
    }
}

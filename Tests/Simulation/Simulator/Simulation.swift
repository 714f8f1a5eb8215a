import BrokerEngine
import BrokerServer
import GridCodec
import GridModel

import struct Foundation.Data

/// A whole street in one thread: broker, terminals, workers and an operator over a simulated
/// clock, network and disk, every choice from one seed.
///
/// The code under test is the real one: engine, turn, codec, sessions, worker machine, fact codec,
/// chain, replay. Simulated is only what touches the world. After every step the promises of the
/// design are checked by `Witness` (what leaves the broker) and `Auditor` (what is written).
package final class Simulation {
    var random: Randomness
    var clock = SimulatedClock()
    var network = SimulatedNetwork()
    var disk = SimulatedDisk()
    let archive = SimulatedArchive()
    var auditor = Auditor()
    var witness = Witness()
    var log = EventLog()
    let plan: FaultPlan
    /// The broker's process; `nil` while it is down.
    var broker: SimulatedBroker?
    private(set) var terminals: [Terminal] = []
    private(set) var workers: [SimulatedWorker] = []
    private(set) var operators: [SimulatedOperator] = []
    /// Two operators with keys, who ask for erasures and confirm each other's.
    private(set) var erasers: [SimulatedEraser] = []
    /// Faults still happen.
    var isFaulty = true
    /// What the catalogue's file holds: a place in `SimulatedStreet.variants`.
    var catalogueFile = 0
    private var happened: [Happening: Int] = [:]
    private var checks: [Check: Int] = [:]
    /// How often each step was taken with effect.
    private var tally: [Step: Int] = [:]
    private(set) var stepCount = 0
    /// The record as the written batches say it.
    var shadow = Record()
    var leases = LeaseWatch()
    /// The highest batch the broker ever took for durable.
    var highestDurable: UInt64 = 0
    var batchesSinceComparison = 0
    /// The views' file.
    var views: SimulatedViews?
    private var highestEpoch: UInt32 = 0
    /// Hears every event as it happens.
    package var tell: ((String) -> Void)?
    private let options: RunOptions
    private var failure: String?

    /// A street at its beginning.
    package init(_ options: RunOptions) {
        self.options = options
        random = Randomness(seed: options.seed)
        plan = FaultPlan(&random, seed: options.seed, without: options.without)
        makePeers()
    }

    /// Everybody, in the order of their numbers.
    var peers: [Peer] { terminals + workers + operators + erasers }

    /// Runs so many steps with faults, then stops the faults and waits until everything is done.
    package func run() throws(FailedRun) {
        do {
            try startBroker()
            views = try SimulatedViews()
            for peer in peers { peer.start() }
            while stepCount < options.steps { try takeStep() }
            try settle()
        } catch {
            throw FailedRun(
                options: options, step: stepCount, reason: "\(error)", events: log.last)
        }
    }

    /// The highest epoch and serial that were ever given out.
    var highest: (epoch: UInt32, serial: UInt64) { (highestEpoch, witness.highestSerial) }

    /// Something happened that figures tell of.
    func happens(_ happening: Happening) { happened[happening, default: 0] += 1 }

    /// Something was checked, so many times, and held.
    func checked(_ check: Check, _ count: Int = 1) { checks[check, default: 0] += count }

    /// What happened so far, in numbers.
    package var figures: RunFigures {
        var figures = RunFigures()
        figures.runs = 1
        figures.steps = stepCount
        figures.taken = tally
        figures.happened = happened
        figures.checks = checks
        figures.confirmed = witness.receipts.count
        figures.ended = Int(auditor.closed + auditor.voided + auditor.settled)
        figures.commands = auditor.commands.count
        figures.batches = disk.rows.count
        return figures
    }

    /// A hash over everything that happened: two runs with one hash did the same.
    package var story: UInt64 { log.hash }

    /// A peer saw something it must not see.
    func fail(_ reason: String) { failure = failure ?? reason }

    /// Throws what a peer has reported.
    func throwFailure() throws { if let failure { throw Violation(failure) } }

    func note(_ event: @autoclosure () -> String) {
        let line = "\(stepCount) \(clock.now)ms \(event())"
        log.note(line)
        tell?(line)
    }

    private func takeStep() throws {
        stepCount += 1
        let step = plan.next(&random)
        if try take(step) { tally[step, default: 0] += 1 }
        try throwFailure()
        highestEpoch = max(highestEpoch, auditor.epoch)
        if stepCount % 256 == 0 { try checkConfirmed() }
    }

    private func makePeers() {
        for number in 0..<3 {
            terminals.append(
                Terminal(index: number, name: "terminal-\(number)", simulation: self))
        }
        let crews = [(0, []), (0, ["north"]), (1, []), (2, []), (2, ["river"]), (3, [])]
        for (department, grids) in crews {
            let index = terminals.count + workers.count
            workers.append(
                SimulatedWorker(
                    index: index, name: "worker-\(index)",
                    department: SimulatedStreet.departments[department], grids: grids,
                    accepts: index % 2 == 0, simulation: self))
        }
        operators.append(
            SimulatedOperator(
                index: terminals.count + workers.count, name: "operator", simulation: self))
        guard plan.erases else { return }
        for key in SimulatedEraser.keys {
            erasers.append(
                SimulatedEraser(index: peers.count, key: key, simulation: self))
        }
    }
}

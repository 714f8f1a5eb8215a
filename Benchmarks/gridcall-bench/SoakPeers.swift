import Foundation
import GridModel

/// The peers of a soak: terminals and workers that come, go and are killed.
struct SoakPeers {
    private enum Kind {
        case terminal
        case worker
    }

    private struct Peer {
        let kind: Kind
        /// What it is started with again.
        let executable: String
        let arguments: [String]
        var process: ChildProcess
    }

    private static let categories = "litter,shop-front,fire-exit,dispute"
    private static let departments = ["urban", "market", "safety", "judicial"]
    private static let terminals = 8
    private static let workersOfDepartment = 2

    private let bench: Bench
    private let endpoint: String
    private var chance: SeededChance
    private var peers: [Peer] = []
    /// Those told to end, which finish what they have in hand, and those killed.
    private var leaving: [(process: ChildProcess, mustSucceed: Bool)] = []
    private(set) var started = 0
    private(set) var killed = 0
    /// Peers that were told to end and could not end well: a receipt never came, say.
    private(set) var failed = 0

    /// Starts them all; the terminals submit `rate` calls a second together.
    init(_ bench: Bench, endpoint: String, rate: Double, seed: UInt64) throws {
        self.bench = bench
        self.endpoint = endpoint
        chance = SeededChance(seed: seed)
        for department in Self.departments {
            for _ in 0..<Self.workersOfDepartment {
                try start(
                    .worker, "gridcall-worker",
                    [
                        "--department", department, "--broker", endpoint, "--simulate", "100ms",
                        "--credit", "256", "--log-level", "critical",
                    ])
            }
        }
        for _ in 0..<Self.terminals {
            try start(
                .terminal, "gridcall-bench",
                [
                    "pace", "--broker", endpoint, "--rate", "\(rate / Double(Self.terminals))",
                    "--categories", Self.categories,
                ])
        }
    }

    /// One of them is killed or told to end, and another takes its place at once; now and then
    /// somebody asks something with a command.
    mutating func churn() throws {
        takeLeave { !$0.isRunning }
        guard chance.below(3) > 0 else { return try ask() }
        let index = chance.below(peers.count)
        let old = peers[index]
        let isKilled = chance.below(2) == 0
        old.process.signal(isKilled ? SIGKILL : SIGTERM)
        killed += isKilled ? 1 : 0
        leaving.append((old.process, mustSucceed: !isKilled))
        peers[index].process = try ChildProcess(
            "a peer", old.executable, old.arguments, silent: true)
        started += 1
    }

    private mutating func ask() throws {
        let questions = [["list", "--limit", "20"], ["stats"], ["list", "--open"], ["campaigns"]]
        let command = try ChildProcess(
            "a command", bench.executable("gridcall"),
            questions[chance.below(questions.count)] + ["--broker", endpoint], silent: true)
        leaving.append((command, mustSucceed: true))
        started += 1
    }

    /// Takes note of how those ended that have, or are waited for.
    private mutating func takeLeave(of whom: (ChildProcess) -> Bool) {
        let gone = leaving.filter { whom($0.process) }
        leaving.removeAll { leaver in gone.contains { $0.process === leaver.process } }
        for (process, mustSucceed) in gone {
            let isBad = Self.isBad(process.wait())
            if isBad && mustSucceed { failed += 1 }
        }
    }

    /// Peers that ended though nobody told them to.
    var lost: Int { peers.count { !$0.process.isRunning } }

    /// Ends the terminals, which wait for their receipts first.
    mutating func stopTerminals() { stop(.terminal) }

    /// Ends the workers, which finish their work first.
    mutating func stopWorkers() {
        stop(.worker)
        takeLeave { _ in true }
    }

    /// Whether somebody who was told to end had a reason to complain; whoever was told before it
    /// listened to signals simply ended.
    private static func isBad(_ status: Int32) -> Bool { status != 0 && status != SIGTERM }

    private mutating func stop(_ kind: Kind) {
        for peer in peers where peer.kind == kind { peer.process.signal(SIGTERM) }
        for peer in peers where peer.kind == kind && Self.isBad(peer.process.wait()) { failed += 1 }
        peers.removeAll { $0.kind == kind }
    }

    private mutating func start(_ kind: Kind, _ program: String, _ arguments: [String]) throws {
        let executable = bench.executable(program)
        let process = try ChildProcess("a \(program)", executable, arguments, silent: true)
        peers.append(
            Peer(kind: kind, executable: executable, arguments: arguments, process: process))
        started += 1
    }
}

/// Random numbers that are the same again for the same seed.
struct SeededChance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= .splitMixStep
        return state.scrambled
    }

    /// A number from 0 on below a limit.
    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}

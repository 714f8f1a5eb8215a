import ArgumentParser
import Foundation
import GridCodec
import GridModel
import GridSession
import ZeroMQ

struct CrowdPeers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crowd-peers",
        abstract: "Many terminals or workers in one process, each with a connection of its own.",
        discussion: """
            Prints "ready" when all are welcomed. Terminals file their calls from SIGUSR1 on, an \
            open loop, and print as JSON what came of it; workers complete each call at once and \
            print theirs at SIGTERM, which ends both. Exits 69 if the system allows too few files.
            """)

    enum Part: String, ExpressibleByArgument, CaseIterable {
        case terminals, workers
    }

    @Argument(help: "terminals or workers.")
    var part: Part

    @Option(help: "The broker's endpoint.")
    var broker = "tcp://127.0.0.1:5570"

    @Option(help: "How many of them.")
    var sessions = 1_000

    @Option(help: "Sessions to open a second.")
    var openRate = 500.0

    @Option(help: "The workers' department.")
    var department = "bench"

    @Option(help: "The number of the first call.")
    var firstNumber: UInt64 = 1

    @Option(help: "Calls to file; for workers, calls that will come.")
    var calls: UInt64 = 1_000

    @Option(help: "Calls to file a second.")
    var rate = 100.0

    @Option(help: "Seconds of calls before anything is counted.")
    var warmUp = 1.0

    /// Calls a worker takes at once.
    private static let credit: UInt32 = 64

    func validate() throws {
        guard (1...100_000).contains(sessions), openRate > 0, openRate <= 1_000_000, rate > 0,
            rate <= 1_000_000, warmUp >= 0, calls <= 100_000_000
        else { throw ValidationError("numbers and rates must be positive") }
    }

    func run() throws {
        try SignalSource.block(CrowdLoop.signals)
        try DescriptorLimit.raise(toHold: DescriptorLimit.peers(sessions))
        let loop = try CrowdLoop(endpoint: broker, watchesAll: part == .workers)
        try loop.open(sessions, perSecond: openRate) { peer($0) }
        Progress.tell(Progress.ready)
        switch part {
        case .terminals: try CrowdTerminals(self, loop).run()
        case .workers: try CrowdWorkers(calls: calls, loop).run()
        }
        try loop.leave()
    }

    private func peer(_ index: Int) -> SessionConfiguration {
        var generator = SystemRandomNumberGenerator()
        var configuration = SessionConfiguration(
            session: SessionID(high: generator.next(), low: generator.next()),
            role: part == .workers ? .worker : .terminal, software: "gridcall-bench",
            name: "crowd-\(index)")
        if part == .workers {
            configuration.department = department
            configuration.credit = Self.credit
        }
        return configuration
    }
}

/// The descriptors a process may have (getrlimit(2)).
enum DescriptorLimit {
    /// What a process holds besides its connections.
    private static let others = 300

    /// What so many peers need: a socket of libzmq has a descriptor beside its connection's.
    static func peers(_ sessions: Int) -> Int { 2 * sessions + others }

    /// What a broker with so many sessions needs.
    static func broker(_ sessions: Int) -> Int { sessions + others }

    /// Raises the limit as far as the system allows, for processes started later too. Ends the
    /// program where that is too low.
    static func raise(toHold needed: Int) throws {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(resource, &limit) == 0, limit.rlim_cur >= rlim_t(needed) else {
            let text =
                "\(needed) open files are needed and the system allows \(limit.rlim_max): "
                + "raise the hard limit (ulimit -Hn), or take fewer sessions or more processes\n"
            FileHandle.standardError.write(Data(text.utf8))
            throw ExitCode(EX_UNAVAILABLE)
        }
    }
}

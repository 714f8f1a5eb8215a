import Foundation
import GridCodec

/// What a crowd showed.
struct CrowdFigures: Encodable {
    let terminals: Int
    let workers: Int
    /// Until all had sessions.
    let connectSeconds: Double
    /// As the statistics say; one of them is that of whoever asks.
    let sessions: UInt64
    /// The broker's memory before they connected, with all of them, and after their calls.
    let residentBytesBefore: UInt64
    let residentBytesConnected: UInt64
    let residentBytesAfter: UInt64
    /// The broker's open files with all of them.
    let descriptors: Int
    let calls: UInt64
    /// Calls without a receipt, calls that no worker was handed, and calls handed out again.
    let unreceipted: UInt64
    let lost: UInt64
    let repeated: UInt64
    /// Sessions that had to connect anew.
    let disconnects: UInt64
    /// Quantiles from the moment a call was due to its receipt.
    let receiptMicroseconds: [String: UInt64]
}

/// Measures crowds, one after the other, before one broker.
struct CrowdRun {
    let street: ScaleStreet
    let broker: ChildProcess
    let probe: StatisticsProbe
    let options: ScaleCrowd

    /// A process of terminals: how many, and which calls are theirs.
    private struct Share {
        let terminals: Int
        let firstNumber: UInt64
        let calls: UInt64
        let rate: Double
    }

    /// Connects so many, has them file and complete calls, and lets them go.
    func measure(terminals: Int, workers: Int) throws -> CrowdFigures {
        let before = residentBytes(of: broker.processID)
        let began = monotonicNanoseconds()
        let worker = try start(workers: workers)
        defer { worker.endAtOnce() }
        let crowd = try shares(of: terminals).map { try start($0, ofTerminals: terminals) }
        defer { for process in crowd { process.endAtOnce() } }
        for process in [worker] + crowd {
            guard process.nextLine() == Progress.ready else {
                throw BenchFailure.processFailed(process.name)
            }
        }
        let connectSeconds = Double(monotonicNanoseconds() - began) / 1e9
        let sessions = try probe.statistics().sessions
        let connected = ProcessFigures(of: broker.processID)
        let receipts = try load(crowd)
        let after = residentBytes(of: broker.processID)
        let deliveries = try end(worker, crowd)
        return CrowdFigures(
            terminals: terminals, workers: workers, connectSeconds: connectSeconds,
            sessions: sessions, residentBytesBefore: before,
            residentBytesConnected: connected.residentBytes, residentBytesAfter: after,
            descriptors: connected.descriptors, calls: calls,
            unreceipted: calls - receipts.reduce(0) { $0 + $1.receipted },
            lost: calls - deliveries.distinct, repeated: deliveries.repeated,
            disconnects: receipts.reduce(deliveries.disconnects) { $0 + $1.disconnects },
            receiptMicroseconds: Self.quantiles(receipts.flatMap(\.microseconds)))
    }

    /// Has the terminals file their calls, and waits until nothing is open.
    private func load(_ crowd: [ChildProcess]) throws -> [CrowdReceipts] {
        for process in crowd { process.signal(SIGUSR1) }
        let receipts = try crowd.map { try $0.nextValue(CrowdReceipts.self) }
        // Calls that are lost show in the figures; nobody waits for them for ever.
        try? probe.wait { $0.callsOpen == 0 }
        return receipts
    }

    private func end(
        _ worker: ChildProcess, _ crowd: [ChildProcess]
    ) throws -> CrowdDeliveries {
        worker.signal(SIGTERM)
        let deliveries = try worker.result(CrowdDeliveries.self)
        for process in crowd {
            guard process.stop() == 0 else { throw BenchFailure.processFailed(process.name) }
        }
        return deliveries
    }

    private var calls: UInt64 { UInt64(options.rate * (options.warmUp + options.seconds)) }

    /// The terminals in as many processes as there may be, with calls in proportion.
    private func shares(of terminals: Int) -> [Share] {
        let count = min(options.processes, terminals)
        return (0..<count).map { index in
            let (first, next) = (terminals * index / count, terminals * (index + 1) / count)
            let (begin, end) = (
                calls * UInt64(first) / UInt64(terminals),
                calls * UInt64(next) / UInt64(terminals)
            )
            return Share(
                terminals: next - first, firstNumber: begin + 1, calls: end - begin,
                rate: options.rate * Double(next - first) / Double(terminals))
        }
    }

    private func start(_ share: Share, ofTerminals all: Int) throws -> ChildProcess {
        let openRate = options.openRate * Double(share.terminals) / Double(all)
        return try start(
            "the terminals",
            [
                "terminals", "--sessions", "\(share.terminals)", "--open-rate", "\(openRate)",
                "--first-number", "\(share.firstNumber)", "--calls", "\(share.calls)", "--rate",
                "\(share.rate)", "--warm-up", "\(options.warmUp)",
            ])
    }

    private func start(workers: Int) throws -> ChildProcess {
        try start(
            "the workers",
            [
                "workers", "--sessions", "\(workers)", "--open-rate", "\(options.openRate)",
                "--department", ScaleStreet.department, "--calls", "\(calls)",
            ])
    }

    private func start(_ name: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            name, street.bench.executable("gridcall-bench"),
            ["crowd-peers"] + arguments + ["--broker", street.endpoint])
    }

    private static func quantiles(_ microseconds: [UInt32]) -> [String: UInt64] {
        let sorted = microseconds.sorted()
        guard let last = sorted.last else { return [:] }
        func quantile(_ part: Double) -> UInt64 {
            UInt64(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))])
        }
        return [
            "p50": quantile(0.5), "p90": quantile(0.9), "p99": quantile(0.99),
            "p999": quantile(0.999), "max": UInt64(last),
        ]
    }
}

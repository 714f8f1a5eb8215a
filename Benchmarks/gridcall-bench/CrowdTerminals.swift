import Foundation
import GridCodec
import GridModel
import GridSession

/// What a process of terminals saw, as a line on standard output.
struct CrowdReceipts: Codable {
    /// Calls with a receipt.
    var receipted: UInt64 = 0
    /// From the moment a call was due to its receipt, microseconds, in no order.
    var microseconds: [UInt32] = []
    /// Sessions that had to connect anew.
    var disconnects: UInt64 = 0
}

/// Files calls at fixed moments, each through the next terminal of a crowd.
final class CrowdTerminals {
    /// Nanoseconds for the last receipts.
    private static let patience: UInt64 = 60_000_000_000

    private let options: CrowdPeers
    private let loop: CrowdLoop
    private let call = BenchCall(observedAt: CrowdTerminals.wallMilliseconds)
    private var result = CrowdReceipts()
    private var problem: String?
    /// Begins when the terminals are told to.
    private var schedule: Schedule

    /// Terminals whose sessions are open.
    init(_ options: CrowdPeers, _ loop: CrowdLoop) {
        self.options = options
        self.loop = loop
        schedule = Schedule(startedAt: monotonicNanoseconds(), perSecond: options.rate)
    }

    /// Waits for the beginning, files, tells what it saw, and stays until it is told to end.
    func run() throws {
        while !loop.hasBegun, !loop.isEnding { try turn() }
        schedule = Schedule(startedAt: monotonicNanoseconds(), perSecond: options.rate)
        try file()
        if let problem { throw BenchFailure.processFailed(problem) }
        Progress.tell(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
        while !loop.isEnding { try turn() }
    }

    private func file() throws {
        let limit = schedule.due(options.calls) + Self.patience
        var filed: UInt64 = 0
        while result.receipted < options.calls, problem == nil, !loop.isEnding {
            let now = monotonicNanoseconds()
            guard now < limit else { return }
            let due = min(schedule.dueCount(at: now), options.calls)
            while filed < due {
                filed += 1
                try submit(filed)
            }
            try turn(until: filed < options.calls ? schedule.due(filed + 1) : limit)
        }
    }

    /// Submits the call with this number of the schedule.
    private func submit(_ number: UInt64) throws {
        let parcel = call.parcel(
            options.firstNumber + number - 1, sentAt: Self.wallMilliseconds)
        try loop.send([parcel], through: Int(number % UInt64(loop.count)))
    }

    private func turn(until limit: UInt64 = .max) throws {
        try loop.turn(until: limit)
        let now = monotonicNanoseconds()
        for (_, event) in loop.takeEvents() {
            switch event {
            case .receipts(let items): received(items, now)
            case .disconnected: result.disconnects += 1
            case .brokerError(let error): note("the broker says: \(error.reason)")
            case .unreadable(let refusal): note("unreadable: \(refusal.reason)")
            default: break
            }
        }
    }

    private func received(_ items: [ReceiptItem], _ now: UInt64) {
        let countedFrom = schedule.startedAt + UInt64(options.warmUp * 1e9)
        for item in items {
            if let code = item.refusalCode {
                note("a call was refused with code \(code)")
                continue
            }
            result.receipted += 1
            let due = schedule.due(BenchCall.number(of: item.id) - options.firstNumber + 1)
            guard due >= countedFrom else { continue }
            result.microseconds.append(UInt32(clamping: (now - min(due, now)) / 1_000))
        }
    }

    private func note(_ problem: String) { self.problem = self.problem ?? problem }

    private static var wallMilliseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
}

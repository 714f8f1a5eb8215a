import Foundation
import GridCodec
import GridModel
import GridSession

/// What a process of workers was handed, as its last line on standard output.
struct CrowdDeliveries: Codable {
    /// Calls that were handed out, each counted once.
    var distinct: UInt64 = 0
    /// Times a call came that had come before.
    var repeated: UInt64 = 0
    /// Sessions that had to connect anew.
    var disconnects: UInt64 = 0
}

/// The workers of a crowd, which complete every call in the moment it comes.
final class CrowdWorkers {
    private let loop: CrowdLoop
    /// By the calls' numbers, which count from 1.
    private var hasCome: [Bool]
    private var result = CrowdDeliveries()
    private var problem: String?

    /// Workers whose sessions are open, for calls with the numbers 1 to `calls`.
    init(calls: UInt64, _ loop: CrowdLoop) {
        self.loop = loop
        hasCome = [Bool](repeating: false, count: Int(calls) + 1)
    }

    /// Works until it is told to end, and tells what came.
    func run() throws {
        while !loop.isEnding {
            try loop.turn()
            for (member, event) in loop.takeEvents() { try handle(event, of: member) }
            if let problem { throw BenchFailure.processFailed(problem) }
        }
        Progress.tell(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    private func handle(_ event: SessionEvent, of member: Int) throws {
        switch event {
        case .assigned(let items):
            for item in items { arrived(item) }
            let outcomes = items.map { item in
                var outcome = WireOutcomeItem()
                outcome.claim = WireClaim(item.claim)
                outcome.result = .completed
                return Parcel(outcome)
            }
            try loop.send(outcomes, through: member)
        case .outcomeReceipts(let items):
            if let refused = items.lazy.compactMap(\.refused).first {
                problem = "an outcome was refused: \(refused.reason)"
            }
        case .disconnected: result.disconnects += 1
        case .brokerError(let error): problem = "the broker says: \(error.reason)"
        default: break
        }
    }

    private func arrived(_ item: AssignItem) {
        guard let data = item.message?.call, let id = CallID(data: data) else {
            problem = "an assignment without its call"
            return
        }
        let number = BenchCall.number(of: id)
        guard number > 0, number < UInt64(hasCome.count) else {
            problem = "a call came that nobody filed"
            return
        }
        if hasCome[Int(number)] { result.repeated += 1 } else { result.distinct += 1 }
        hasCome[Int(number)] = true
    }
}

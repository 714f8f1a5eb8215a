import BrokerEngine
import GridModel

/// The durations of a department's work, counted again from facts alone (compare
/// Examples/audit/recount.py): the histograms must say the same.
struct RecountedTimes {
    private struct Marks {
        let department: Int
        var queuedAt: Timestamp
        var handedAt: Timestamp
    }

    private var marks: [AssignmentNumber: Marks] = [:]
    private var accepts = [Latency](repeating: Latency(), count: SimulatedStreet.departments.count)
    private var resolves = [Latency](repeating: Latency(), count: SimulatedStreet.departments.count)

    /// Reads a fact that happened at `now`.
    mutating func read(_ fact: Fact, at now: Timestamp) {
        switch fact {
        case .assignmentQueued(let fact):
            marks[fact.number] = Marks(
                department: Int(fact.department), queuedAt: now, handedAt: now)
        case .assignmentReworked(let number, _, _): marks[number]?.queuedAt = now
        case .assignmentDispatched(let fact): marks[fact.number]?.handedAt = now
        case .assignmentAccepted(let fact):
            guard let mark = marks[fact.number] else { return }
            accepts[mark.department].record(
                milliseconds: now.milliseconds(since: mark.handedAt))
        case .assignmentCompleted(let fact):
            guard let mark = marks[fact.number] else { return }
            resolves[mark.department].record(
                milliseconds: now.milliseconds(since: mark.queuedAt))
        default: return
        }
    }

    /// Throws if a histogram of the record is another.
    func compare(with record: Record) throws {
        for (number, counters) in record.departments.enumerated() {
            guard counters.latencies.accept == accepts[number],
                counters.latencies.resolve == resolves[number]
            else {
                throw Violation(
                    "the histograms of \(SimulatedStreet.departments[number]) differ from a recount"
                )
            }
        }
    }
}

import Crypto
import GridModel

/// Draws closed calls by a rule that everybody can follow: those whose SHA-256 over seed and id is
/// the smallest.
///
/// Nobody can choose the calls: the ids were made when the calls were filed, by the terminals, and
/// the seed is agreed on in public. Two people with one journal and one seed draw the same.
struct SampleDraw {
    /// What is known of a call while the journal is read.
    struct Call {
        let serial: UInt64
        let id: [UInt8]
        let caseNumber: String
        let campaign: String
        var departments: [String] = []
        var closedAt: Timestamp?
        /// The order in which calls are drawn.
        var rank: [UInt8] = []
    }

    private var calls: [UInt64: Call] = [:]
    private var now = Timestamp.zero

    /// Takes what a step says of the calls that may be drawn.
    mutating func read(_ step: [String: Any]) {
        switch step["fact"] as? String {
        case "turnBegan": now = Timestamp(milliseconds: JournalStep.integer(step["at"]) ?? 0)
        case "callFiled": file(step)
        case "assignmentQueued":
            guard let serial = JournalStep.serial(step),
                let department = step["department"] as? String,
                calls[serial]?.departments.contains(department) == false
            else { return }
            calls[serial]?.departments.append(department)
        case "callClosed":
            if let serial = JournalStep.serial(step) { calls[serial]?.closedAt = now }
        case "callVoided", "mergeSettled":
            // Never to be drawn: an ended call stays as it ended.
            if let serial = JournalStep.serial(step) { calls[serial] = nil }
        default: break
        }
    }

    /// The calls drawn, in their order, and how many they were drawn from.
    func draw(
        _ wanted: SampleCommand.Wanted, from: Timestamp?, to: Timestamp?
    ) -> (calls: [Call], population: Int) {
        let population = calls.values.filter { call in
            guard let closedAt = call.closedAt else { return false }
            return (from.map { closedAt >= $0 } ?? true) && (to.map { closedAt < $0 } ?? true)
                && (wanted.campaign.map { call.campaign == $0 } ?? true)
                && (wanted.department.map { call.departments.contains($0) } ?? true)
        }
        let ranked = population.map { call in
            var call = call
            call.rank = Self.rank(seed: wanted.seed, id: call.id)
            return call
        }.sorted { $0.rank.lexicographicallyPrecedes($1.rank) }
        return (Array(ranked.prefix(wanted.count)), population.count)
    }

    /// SHA-256 over the seed in UTF-8, a zero byte and the 16 bytes of the id.
    static func rank(seed: String, id: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: Array(seed.utf8) + [0] + id))
    }

    private mutating func file(_ step: [String: Any]) {
        guard let serial = JournalStep.serial(step), let id = step["id"] as? String,
            let bytes = CallID(text: id)?.bytes
        else { return }
        calls[serial] = Call(
            serial: serial, id: bytes, caseNumber: step["caseNumber"] as? String ?? "",
            campaign: step["campaign"] as? String ?? "")
    }
}

import GridModel

/// How many open calls depend on each thing that catalogues declare.
///
/// Counted from the record, one look at every open call, when somebody wants to know what another
/// catalogue would do to them.
package struct OpenCalls: Sendable {
    /// Open calls.
    package private(set) var total = 0
    /// Parts with a clock that runs past the published calendar.
    package private(set) var provisionalParts = 0
    private let symbols: Symbols
    // By number.
    private var categories: [Int]
    private var grids: [Int]
    private var campaigns: [Int]
    private var parts: [Int]
    private var laterCalls: [Int]

    /// Counts what `record` holds.
    package init(_ record: Record) {
        symbols = record.symbols
        categories = [Int](repeating: 0, count: symbols.categories.names.count)
        grids = [Int](repeating: 0, count: symbols.grids.names.count)
        campaigns = [Int](repeating: 0, count: symbols.campaigns.names.count)
        parts = [Int](repeating: 0, count: symbols.departments.names.count)
        laterCalls = parts
        for slot in 0..<Slot(record.calls.capacity) where record.calls[slot].serial != 0 {
            count(slot, record)
        }
    }

    /// Open calls of a category.
    package func calls(category id: String) -> Int {
        symbols.categories.number(of: id).map { categories[Int($0)] } ?? 0
    }

    /// Open calls in a grid.
    package func calls(grid id: String) -> Int {
        symbols.grids.number(of: id).map { grids[Int($0)] } ?? 0
    }

    /// Open calls tied to a campaign.
    package func calls(campaign id: String) -> Int {
        symbols.campaigns.number(of: id).map { campaigns[Int($0)] } ?? 0
    }

    /// Parts of a department that are neither completed nor withdrawn.
    package func parts(department id: String) -> Int {
        symbols.departments.number(of: id).map { parts[Int($0)] } ?? 0
    }

    /// Open calls that come to a department in a stage that has not begun.
    package func laterCalls(department id: String) -> Int {
        symbols.departments.number(of: id).map { laterCalls[Int($0)] } ?? 0
    }

    private mutating func count(_ slot: Slot, _ record: Record) {
        let call = record.calls[slot]
        total += 1
        categories[Int(call.category)] += 1
        grids[Int(call.grid)] += 1
        if call.campaign != CallFiled.noCampaign { campaigns[Int(call.campaign)] += 1 }
        var part = call.firstAssignment
        while part != .none {
            let assignment = record.assignments[part]
            if assignment.state.isOpen {
                parts[Int(assignment.department)] += 1
                if assignment.hasProvisionalClock { provisionalParts += 1 }
            }
            part = assignment.next
        }
        for department in Self.laterDepartments(of: call, record) {
            laterCalls[Int(department)] += 1
        }
    }

    /// The departments of the stages to come. A call that waits to be verified, or that was merged
    /// and may be taken apart again, has the stage at hand before it too.
    private static func laterDepartments(of call: CallSlot, _ record: Record) -> Set<UInt16> {
        let version = Int(call.catalogueVersion) - 1
        guard record.catalogues.indices.contains(version),
            let plan = record.catalogues[version].plan(of: call.category)
        else { return [] }
        let isStageAhead = call.state == .verifying || call.state == .merged
        let stages = plan.stages.dropFirst(Int(call.stage) + (isStageAhead ? 0 : 1))
        return stages.isEmpty ? [] : Set(stages.joined().map(\.department))
    }
}

extension AssignmentSlot {
    /// Whether a clock of it runs past the published calendar, and was not missed yet.
    fileprivate var hasProvisionalClock: Bool {
        (resolve.isProvisional && !flags.contains(.resolveMissed))
            || (stepClock != nil && step.isProvisional && !flags.contains(.stepMissed))
    }
}

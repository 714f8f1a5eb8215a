package import GridCodec

/// What a watch knows of calls, by the facts that it has seen and the calls it looked up.
///
/// Most facts name only a call and a part; what the call is about and whose the part is stand in
/// the facts before them.
package struct WatchMemory: Sendable {
    /// A call as far as it is known.
    struct Call: Sendable {
        var caseNumber = ""
        var category = ""
        var grid = ""
        var campaign = ""
        /// The departments of the parts, by their places from 0.
        var departments: [Int64: String] = [:]
    }

    private var calls: [UInt64: Call] = [:]

    /// Knows nothing yet.
    package init() {}

    /// A call; `nil` if nothing is known of it.
    subscript(serial: UInt64) -> Call? { calls[serial] }

    /// Whether the call of an event was filed before anything was seen of it.
    package func lacks(_ event: WatchEvent) -> Bool {
        guard let serial = event.call else { return false }
        return calls[serial] == nil && event.kind != "callFiled"
    }

    /// Takes note of what an event says of its call.
    package mutating func see(_ event: WatchEvent) {
        guard let serial = event.call else { return }
        switch event.kind {
        case "callFiled":
            var call = Call()
            call.caseNumber = event.text("caseNumber") ?? ""
            call.category = event.text("category") ?? ""
            call.grid = event.text("grid") ?? ""
            call.campaign = event.text("campaign") ?? ""
            calls[serial] = call
        case "assignmentQueued":
            guard let part = event.part, let department = event.text("department") else { return }
            calls[serial]?.departments[part] = department
        default: break
        }
    }

    /// Takes note of a call that was looked up; `nil` if nothing was found.
    package mutating func note(_ view: WireCallView?, serial: UInt64) {
        var call = Call()
        if let view {
            call.caseNumber = view.caseNumber
            call.category = view.category
            call.grid = view.grid
            call.campaign = view.campaign
            for part in view.parts { call.departments[Int64(part.number - 1)] = part.department }
        }
        calls[serial] = call
    }

    /// The departments that an event concerns: that of its part, else those that have one.
    func departments(of event: WatchEvent) -> [String] {
        if let department = event.text("department") { return [department] }
        guard let call = event.call.flatMap({ calls[$0] }) else { return [] }
        guard let part = event.part else { return Array(Set(call.departments.values)) }
        return call.departments[part].map { [$0] } ?? []
    }
}

/// Which events are shown: all that is given must fit, of several values of one kind any.
package struct WatchFilter: Sendable {
    /// Names of facts.
    package var kinds: Set<String> = []
    /// Serials of calls; also that of another call that an event names.
    package var calls: Set<UInt64> = []
    /// Ids of the catalogue.
    package var departments: Set<String> = []
    package var categories: Set<String> = []
    package var grids: Set<String> = []
    package var campaigns: Set<String> = []

    /// Everything.
    package init() {}

    /// Whether more must be known of a call than an event tells.
    var needsCalls: Bool {
        !(departments.isEmpty && categories.isEmpty && grids.isEmpty && campaigns.isEmpty)
    }

    /// Whether the event may fit, as far as can be said without knowing its call.
    package func mayPass(_ event: WatchEvent) -> Bool {
        guard kinds.isEmpty || kinds.contains(event.kind) else { return false }
        guard !calls.isEmpty else { return true }
        let others = ["into", "of"].compactMap { event.number($0) }.compactMap {
            UInt64(exactly: $0)
        }
        return !calls.isDisjoint(with: others + (event.call.map { [$0] } ?? []))
    }

    /// Whether the event is shown.
    package func passes(_ event: WatchEvent, _ memory: WatchMemory) -> Bool {
        guard mayPass(event) else { return false }
        let call = event.call.flatMap { memory[$0] }
        return Self.fits(departments, memory.departments(of: event))
            && Self.fits(categories, [event.text("category") ?? call?.category ?? ""])
            && Self.fits(grids, [event.text("grid") ?? call?.grid ?? ""])
            && Self.fits(campaigns, [event.text("campaign") ?? call?.campaign ?? ""])
    }

    private static func fits(_ wanted: Set<String>, _ values: [String]) -> Bool {
        wanted.isEmpty || !wanted.isDisjoint(with: values)
    }
}

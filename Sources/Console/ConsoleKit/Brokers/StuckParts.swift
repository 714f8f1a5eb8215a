package import GridCodec

/// Finds the parts that are stuck: no message lists them, so that the open calls of the departments
/// that have any are looked through, a page at a time.
///
/// Bounded: as many parts as are shown, and as many pages as a busy street has. The department's
/// count of stuck parts, which is exact, is shown beside.
package struct StuckParts: Sendable {
    /// One part that is stuck, with its call.
    package struct Part: Sendable {
        package let call: WireCallView
        package let part: WirePartView
    }

    /// How many are shown at most.
    package static let maximum = 50
    /// How many pages of a department are looked through.
    static let maximumPages = 8
    /// Calls on a page.
    static let pageCalls: UInt32 = 500

    /// What the last search found, the one that waits longest first.
    package private(set) var parts: [Part] = []
    private var found: [Part] = []
    private var departments: [String] = []
    private var page = WireTasksQuery()
    private var pages = 0
    private var isSearching = false

    /// Nothing found yet.
    package init() {}

    /// Begins a search in these departments unless one is under way; `true` if there is a question.
    mutating func begin(_ departments: [String]) -> Bool {
        if isSearching { return !self.departments.isEmpty }
        guard !departments.isEmpty else {
            parts = []
            return false
        }
        isSearching = true
        found = []
        self.departments = departments
        beginDepartment()
        return true
    }

    /// The question for the next page.
    var query: WireTasksQuery { page }

    /// Takes a page; `true` if there is another one to be asked for.
    mutating func take(_ reply: WireListReply) -> Bool {
        guard isSearching else { return false }
        for call in reply.calls {
            found += call.parts.filter { $0.state == "stuck" }.map { Part(call: call, part: $0) }
        }
        pages += 1
        page.page = reply.nextPage
        if page.page.isEmpty || pages >= Self.maximumPages || found.count >= Self.maximum {
            departments.removeFirst()
            beginDepartment()
        }
        guard departments.isEmpty || found.count >= Self.maximum else { return true }
        let ordered = found.sorted { $0.part.queuedAt < $1.part.queuedAt }
        parts = Array(ordered.prefix(Self.maximum))
        abandon()
        return false
    }

    /// Ends a search without a result.
    mutating func abandon() {
        isSearching = false
        found = []
        departments = []
    }

    private mutating func beginDepartment() {
        page = WireTasksQuery()
        page.department = departments.first ?? ""
        page.limit = Self.pageCalls
        pages = 0
    }
}

/// What is open in a street, by the ids of its catalogue; an id that is not there has none.
package struct OpenCallFigures: Sendable {
    /// Open calls.
    package var total = 0
    /// Whether a call was ever filed.
    package var hasFiled = false
    /// Open calls by category, grid and campaign.
    package var categories: [String: Int] = [:]
    package var grids: [String: Int] = [:]
    package var campaigns: [String: Int] = [:]
    /// Parts not done, by department.
    package var parts: [String: Int] = [:]
    /// Open calls that come to a department in a later stage.
    package var laterCalls: [String: Int] = [:]
    /// Parts with a clock that runs past the published calendar.
    package var provisionalParts = 0

    /// Nothing is open.
    package init() {}
}

package import GridModel

/// The transition table as an array, for the loop that asks it with every message.
///
/// Built once from `Transitions`; a test compares the two cell by cell.
package struct AssignmentRules: Sendable {
    /// The rules of `Transitions.assignment`.
    package static let shared = AssignmentRules()

    private let allowed: [UInt32]

    private init() {
        var allowed = [UInt32](repeating: 0, count: 16)
        for (state, inputs) in Transitions.assignment {
            for input in inputs.keys {
                allowed[Int(state.rawValue)] |= 1 << UInt32(input.rawValue)
            }
        }
        self.allowed = allowed
    }

    /// Whether an assignment in `state` accepts `input`.
    package func allows(_ input: AssignmentInput, in state: AssignmentState) -> Bool {
        allowed[Int(state.rawValue)] & (1 << UInt32(input.rawValue)) != 0
    }
}

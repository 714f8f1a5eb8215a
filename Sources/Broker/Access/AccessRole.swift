/// What the holder of a key is to the street; one key has one role.
package enum AccessRole: String, CaseIterable, Sendable {
    /// Files calls and follows its own.
    case terminal
    /// A department's machine: takes the department's assignments.
    case worker
    /// A person of a department.
    case officer
    /// The judicial office's legal reviewer.
    case reviewer
    /// Runs the street: sees and commands everything.
    case `operator`
    /// Reads and verifies everything, changes nothing.
    case auditor
}

package import GridModel
package import WorkerKit

/// What is known of a department beside what the catalogue says.
package struct DepartmentProfile: Sendable {
    /// Its id in the sample catalogues.
    package let id: String
    /// Its name in the worker's log.
    package let name: LocalizedName
    /// How its simulated team behaves.
    package let team: SimulatedTeam

    init(id: String, name: LocalizedName, team: SimulatedTeam) {
        self.id = id
        self.name = name
        self.team = team
    }

    /// The departments with a file of their own.
    package static let known: [DepartmentProfile] = [
        urbanManagement, marketSupervision, safetyEnvironment, judicialOffice,
    ]

    /// The profile of the department `id`.
    ///
    /// The catalogue decides which departments there are: one without a file is called by its id,
    /// and its simulated team reports nothing but that it is done.
    package static func of(_ id: String) -> DepartmentProfile {
        known.first { $0.id == id }
            ?? DepartmentProfile(
                id: id, name: LocalizedName(chinese: id, english: id), team: SimulatedTeam())
    }
}

extension DepartmentProfile {
    /// What every team says in the sample catalogues where it mediates: that it was successful.
    static func mediated(_ categories: String...) -> [String: [WorkMeasure]] {
        Dictionary(
            uniqueKeysWithValues: categories.map { ($0, [WorkMeasure("resolved", "yes")]) })
    }
}

extension DepartmentProfile: CustomStringConvertible {
    /// The name in both languages, for logs; the bare id if nothing else is known.
    package var description: String {
        name.english == name.chinese ? name.english : "\(name.english) (\(name.chinese))"
    }
}

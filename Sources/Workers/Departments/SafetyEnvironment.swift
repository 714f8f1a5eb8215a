import GridModel
import WorkerKit

extension DepartmentProfile {
    /// Safety and environment (安全环保): fire exits, dust, noise, hazards at work.
    static let safetyEnvironment = DepartmentProfile(
        id: "safety",
        name: LocalizedName(chinese: "安全环保", english: "Safety and environment"),
        team: SimulatedTeam(
            measures: [WorkMeasure("disposal", "hazard removed")],
            measuresByCategory: mediated("unpaid-wages")))
}

import GridModel
import WorkerKit

extension DepartmentProfile {
    /// Urban management (城管): streets, pavements, illegal construction, litter.
    static let urbanManagement = DepartmentProfile(
        id: "urban", name: LocalizedName(chinese: "城市管理", english: "Urban management"),
        team: SimulatedTeam(
            measures: [WorkMeasure("disposal", "rectified on site")],
            measuresByCategory: mediated("dispute", "property-management")))
}

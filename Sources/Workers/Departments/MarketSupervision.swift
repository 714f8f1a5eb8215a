import GridModel
import WorkerKit

extension DepartmentProfile {
    /// Market supervision (市场监管): shops, food, prices, measures.
    static let marketSupervision = DepartmentProfile(
        id: "market", name: LocalizedName(chinese: "市场监管", english: "Market supervision"),
        team: SimulatedTeam(
            measures: [WorkMeasure("disposal", "ordered to correct")],
            measuresByCategory: mediated("prepaid-cards", "administrative-mediation")))
}

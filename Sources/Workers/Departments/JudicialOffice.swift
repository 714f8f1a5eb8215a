import GridModel
import WorkerKit

extension DepartmentProfile {
    /// The judicial office (司法所): mediation, legal review, supervision of the others.
    static let judicialOffice = DepartmentProfile(
        id: "judicial", name: LocalizedName(chinese: "司法所", english: "Judicial office"),
        team: SimulatedTeam(
            measures: [WorkMeasure("disposal", "mediated")],
            measuresByCategory: mediated(
                "dispute", "people-mediation", "judicial-mediation", "administrative-mediation",
                "neighbour-dispute", "property-management", "unpaid-wages", "prepaid-cards"
            ).merging(
                ["policy-legality", "document-legality"].map {
                    ($0, [WorkMeasure("opinion", "lawful")])
                }, uniquingKeysWith: { first, _ in first })))
}

import Departments
import Testing
import WorkerKit

@Suite("DepartmentProfile")
struct DepartmentProfileTests {
    @Test("knows the four departments of the sample catalogues")
    func knownDepartments() {
        #expect(DepartmentProfile.known.map(\.id) == ["urban", "market", "safety", "judicial"])
        #expect(
            DepartmentProfile.of("safety").description == "Safety and environment (安全环保)")
        #expect(DepartmentProfile.of("market").team.measures.map(\.name) == ["disposal"])
    }

    @Test("a department without a file works under its id")
    func unknownDepartment() {
        let profile = DepartmentProfile.of("fire-brigade")
        #expect(profile.description == "fire-brigade")
        #expect(profile.team.measures.isEmpty)
    }
}

import TestSupport
import Testing

/// Half a minute of `make chaos`: everything that can happen to real processes, from one seed.
@Suite("Chaos")
struct ChaosTests {
    @Test("whatever happens to processes, disks, networks and clocks, no confirmed call is lost")
    func halfMinute() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let chaos = try street.start(
            PythonProgram.interpreter,
            [
                "-B", "\(Places.root)/Tests/Chaos/chaos.py", Places.executables, "--seconds", "30",
                "--seed", "11", "--terminals", "3", "--rate", "15",
            ], name: "chaos")
        let done = try await FinishedProgram(chaos, within: .seconds(600))
        #expect(done.end == .exited(0), "\(done.output) \(done.errors)")
        #expect(done.output.contains("every confirmed call is accounted for"))
    }
}

import TestSupport
import Testing

/// A street's day with people at the commands, in small; `make street-day` is the whole one.
@Suite("A street's day")
struct StreetDayTests {
    @Test("everybody works with the commands, and the statistics equal a recount from the export")
    func smallDay() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let day = try street.start(
            PythonProgram.interpreter,
            [
                "-B", "\(Places.root)/Tests/StreetDay/street_day.py", Places.executables,
                "--reporters", "6", "--officers", "1", "--calls", "14", "--sweep", "1",
                "--at-once", "3", "--seed", "5",
            ], name: "street-day")
        let done = try await FinishedProgram(day, within: .seconds(600))
        #expect(done.end == .exited(0), "\(done.errors)")
        #expect(done.output.contains("the same: "))
        #expect(done.output.contains("calls: 20 "), "\(done.output)")
    }
}

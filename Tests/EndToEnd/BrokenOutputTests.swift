import Foundation
import TestSupport
import Testing

/// Results that find nobody to read them, or no room.
@Suite(.serialized)
struct BrokenOutputTests {
    private func street() async throws -> Street {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        for _ in 0..<3 { _ = try await street.submit("one") }
        return street
    }

    private func shell(_ street: Street, _ script: String) async throws -> FinishedProgram {
        let shell = try street.start(
            "/bin/sh", ["-c", script], name: "shell",
            environment: ["PATH": "\(Places.executables):/usr/bin:/bin"])
        return try await FinishedProgram(shell, within: .seconds(60))
    }

    @Test(
        "A reader that goes away ends the program in silence, also where SIGPIPE is ignored",
        arguments: [
            "gridcall list | head -1", "gridcall list --format json | head -1",
            "gridcall stats --watch 0.1 | head -1", "gridcall top --batch --interval 0.1 | head -1",
        ])
    func brokenPipe(line: String) async throws {
        let street = try await street()
        for prefix in ["", "trap '' PIPE; "] {
            let done = try await shell(street, prefix + line)
            #expect(done.end == .exited(0) && done.errors.isEmpty, "\(done.errors)")
            #expect(done.output.split(separator: "\n").count == 1)
        }
    }

    @Test("A result that cannot be written is no success")
    func fullDevice() async throws {
        let street = try await street()
        let full = try await shell(street, "gridcall list > /dev/full")
        #expect(full.end == .exited(74) && full.errors.contains("standard output"))
        _ = try await shell(
            street,
            "gridcall --broker tcp://127.0.0.1:1 --timeout 1 submit --category one "
                + "--grid g1 --description x")
        let offline = try await shell(
            street, "gridcall --broker tcp://127.0.0.1:1 spool list > /dev/full")
        #expect(offline.end == .exited(74) && offline.errors.contains("standard output"))
        let closed = try await shell(street, "gridcall --lang zh list >&-")
        #expect(closed.end == .exited(74) && closed.errors.contains("标准输出"))
    }
}

import TestSupport
import Testing

/// A peer in another language, written from docs/protocol.md alone.
@Suite(.serialized)
struct PythonPeerTests {
    @Test(
        "A Python peer files calls, works as a department and finds the protocol kept",
        .enabled(if: PythonProgram.isPrepared, "run Tests/EndToEnd/prepare.sh first"))
    func smoke() async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        _ = try await street.startBroker()
        let peer = try street.start(
            PythonProgram.interpreter,
            [
                Places.root + "/Examples/python/smoke_test.py", "--broker", street.endpoint,
                "--department", "urban", "--category", "one", "--grid", "g-1",
            ], name: "python", environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        let done = try await FinishedProgram(peer, within: .seconds(120))
        #expect(done.end == .exited(0), "\(done.output)\n\(done.errors)")
        #expect(done.output.split(separator: "\n").count > 10)
        #expect(try await street.stats().calls.filed > 100)
    }
}

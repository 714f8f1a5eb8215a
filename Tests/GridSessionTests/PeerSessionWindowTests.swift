import GridCodec
import GridModel
import Testing

@testable import GridSession

@Suite("PeerSession: what is kept from one step to the next")
struct PeerSessionWindowTests {
    @Test("A full window sends nothing, however many steps there are")
    func fullWindow() {
        var harness = SessionHarness.ready(window: 4)
        harness.submit(1...3)
        harness.submit(4...6)
        #expect(harness.submitted == [[4]])
        harness.advance(1)
        #expect(harness.submitted.isEmpty && harness.session.inFlightCount == 4)
        harness.receive(receipt([1, 3]))
        #expect(harness.submitted == [[5, 6]])
    }

    @Test("After a Welcome a loss waits as short as the first, however long the waits before were")
    func shortWaitAgain() throws {
        var harness = SessionHarness.ready()
        let first = SessionTimes().reconnectMilliseconds
        var waits: [Int64] = []
        for _ in 0..<4 {
            waits.append(try lose(&harness))
            harness.advance(waits[waits.count - 1])
        }
        #expect(waits[3] > first * 6)
        harness.receive(.welcome(WireWelcome()))
        let again = try lose(&harness)
        #expect((first * 4 / 5...first * 6 / 5).contains(again))
    }

    /// Loses the connection; how long the session waits then.
    private func lose(_ harness: inout SessionHarness) throws -> Int64 {
        harness.session.connectionLost(now: harness.now)
        harness.step()
        return try #require(harness.retryWait)
    }
}

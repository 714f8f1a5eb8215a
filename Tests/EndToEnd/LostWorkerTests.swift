import GridCodec
import TestSupport
import Testing

/// A worker whose machine or line is gone, without a Goodbye.
@Suite(.serialized)
struct LostWorkerTests {
    @Test("A worker that is gone takes no more along than was on its way to it")
    func gone() async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        _ = try await street.startBroker()
        let terminal = try await WirePeer.terminal(street.endpoint)
        do { _ = try await WirePeer.worker(street.endpoint, department: "urban", credit: 1_000) }
        // The system may not know for a moment that nobody is there any more; that the worker is
        // silent the broker would find after ten seconds.
        var lost: UInt64 = 0
        try await street.until("no call is handed to nobody any more", within: .seconds(5)) {
            _ = try await terminal.submit([.call()])
            let urban = try await terminal.stats().departments.first { $0.id == "urban" }
            lost = UInt64(urban?.dispatched ?? 0)
            return (urban?.queued ?? 0) > 0
        }
        for _ in 0..<5 { _ = try await terminal.submit([.call()]) }
        let urban = try await terminal.stats().departments.first { $0.id == "urban" }
        #expect(urban.map { UInt64($0.dispatched) } == lost)
        #expect((urban?.queued ?? 0) >= 6)
    }
}

import GridCodec
import TestSupport
import Testing

/// The broker gets another key while its peers learn it one by one.
@Suite(.serialized)
struct KeyRotationTests {
    @Test("Peers that know the former key go on at its endpoint until it is given up")
    func rotation() async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        let former = try await street.makeKeys("former")
        let reporter = try await street.admit("reporter", role: "terminal")
        let urban = try await street.admit("urban", role: "worker", "--departments", "urban")
        var broker = try await street.startBroker(street.keyed(by: former))
        // It keeps what it knows for the whole of the rotation.
        let worker = try await street.startWorker(
            "urban",
            ["--key", urban.secretFile, "--server-key", former.publicFile, "--simulate", "0"])

        broker.send(15)
        _ = try await broker.wait()
        let next = try await street.makeKeys("next")
        let newEndpoint = Street.freeEndpoint()
        broker = try await street.startBroker(
            [
                "--key", next.secretFile, "--authorized-keys", street.authorizedKeys,
                "--former-key",
                former.secretFile, "--bind-former", street.endpoint, "--bind-local",
                street.localEndpoint,
            ], at: newEndpoint)
        let old = try await WirePeer.terminal(
            street.endpoint, keys: try street.keys(reporter, to: former))
        let new = try await WirePeer.terminal(
            newEndpoint, keys: try street.keys(reporter, to: next))
        for terminal in [old, new] {
            #expect(try await terminal.submit([.call()]).allSatisfy(\.isFiled))
        }
        let office = try await WirePeer.terminal(street.localEndpoint)
        try await street.until("the worker under the former key did both") {
            try await office.stats().callsClosed == 2
        }
        #expect(worker.end == nil)

        broker.send(15)
        _ = try await broker.wait()
        broker = try await street.startBroker(street.keyed(by: next))
        let late = try WirePeer(street.endpoint, keys: try street.keys(reporter, to: former))
        late.send(.hello(late.complete(WireHello())))
        let good = try await WirePeer.terminal(
            street.endpoint, keys: try street.keys(reporter, to: next))
        #expect(try await good.submit([.call()]).allSatisfy(\.isFiled))
        #expect(try late.takeAll().isEmpty, "the former key proves nothing any more")
    }
}

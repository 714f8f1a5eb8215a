import Access
import BrokerEngine
import GridCodec
import GridModel
import Testing
import ZeroMQ

@testable import BrokerServer

/// A session is its key's: it lasts no longer, and nobody else speaks for it.
@Suite("Sessions under keys")
struct KeyedSessionTests {
    private static let one = String(repeating: "a", count: 40)
    private static let two = String(repeating: "b", count: 40)
    private let office = RoutingID([1])!
    private let first = RoutingID([2])!
    private let second = RoutingID([3])!

    @Test("the work of a key that was taken out goes to another worker at once")
    func takenOut() throws {
        let staying = "\(Self.two) role=worker name=urban-2 departments=urban\n"
        let bench = try CoreBench(
            office,
            keys: AuthorizedKeys(
                text: "\(Self.one) role=worker name=urban-1 departments=urban\n" + staying))
        bench.hello(from: first, role: .worker, user: Self.one)
        bench.receive(.submit(bench.call(1)), from: office)
        bench.commit()
        #expect(attempts(bench) == [1])
        bench.hello(from: second, role: .worker, user: Self.two)
        bench.commit()
        #expect(attempts(bench) == [])

        bench.core.replaceKeys(try AuthorizedKeys(text: staying))
        var heartbeat = WireHeartbeat()
        heartbeat.credit = 8
        bench.receive(.heartbeat(heartbeat), from: second, user: Self.two)
        bench.commit()
        #expect(attempts(bench) == [2])
    }

    @Test("a frame under another key is not the session's whose connection it comes on")
    func otherKey() throws {
        let bench = try CoreBench(
            office,
            keys: AuthorizedKeys(
                text: """
                    \(Self.one) role=terminal name=reporter-1
                    \(Self.two) role=terminal name=reporter-2

                    """))
        bench.hello(from: first, role: .terminal, user: Self.one)
        bench.commit()
        _ = bench.released()
        bench.receive(.submit(bench.call(1)), from: first, user: Self.two)
        bench.receive(.heartbeat(WireHeartbeat()), from: first, user: Self.two)
        let code = UInt32(RefusalCode.helloRequired.rawValue)
        #expect(bench.released().errorCodes == [code, code])
        #expect(bench.core.engine.record.street.filed == 0)
        bench.receive(.submit(bench.call(1)), from: first, user: Self.one)
        #expect(bench.core.engine.record.street.filed == 1)
    }

    /// The attempts of the work that is handed out now.
    private func attempts(_ bench: CoreBench) -> [UInt32] {
        bench.released().assigns.flatMap(\.items).map(\.claim.attempt)
    }
}

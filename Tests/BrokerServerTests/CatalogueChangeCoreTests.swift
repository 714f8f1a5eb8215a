import BrokerEngine
import Catalogue
import GridCodec
import GridModel
import Testing
import ZeroMQ

@testable import BrokerServer

/// When peers hear of a new catalogue.
@Suite("BrokerCore, with a new catalogue")
struct CatalogueChangeCoreTests {
    private let terminal = RoutingID([1])!
    private let worker = RoutingID([2])!

    private func retiring(_ bench: CoreBench) throws -> StreetCatalogue {
        var next = try #require(bench.core.engine.record.catalogue?.catalogue)
        let name = LocalizedName(chinese: "新", english: "New")
        next.departments = [Department(id: "market", name: name)]
        next.categories[0].stages = [Stage(parts: [.init(department: "market", role: .lead)])]
        return next
    }

    private func settle(_ bench: CoreBench) {
        while bench.core.takeBatch() != nil { bench.core.batchBecameDurable() }
    }

    @Test("a worker hears that its department is gone when that is durable, and not before")
    func farewellWaits() throws {
        let bench = try CoreBench(terminal)
        bench.hello(from: worker, role: .worker)
        settle(bench)
        _ = bench.released()
        #expect(bench.core.adopt(try retiring(bench)).isEmpty)
        #expect(bench.released().isEmpty)
        #expect(bench.core.takeBatch() != nil)
        #expect(bench.released().isEmpty)
        bench.core.batchBecameDurable()
        let goodbyes = bench.released().compactMap { message -> String? in
            if case .goodbye(let goodbye) = message { goodbye.reason } else { nil }
        }
        #expect(goodbyes.count == 1 && goodbyes[0].contains("urban"))
    }

    @Test("a refused catalogue leaves no fact, and the objection names the department")
    func refusalLeavesNothing() throws {
        let bench = try CoreBench(terminal)
        bench.receive(.submit(bench.call(1)), from: terminal)
        settle(bench)
        let objections = bench.core.adopt(try retiring(bench))
        #expect(objections == [.departmentNeeded(id: "urban", parts: 1, laterCalls: 0)])
        #expect(bench.core.takeBatch() == nil)
        #expect(bench.core.engine.record.catalogues.count == 1)
    }

    @Test("peers that ask or come see the new catalogue")
    func peersSeeIt() throws {
        let bench = try CoreBench(terminal)
        var next = try retiring(bench)
        next.policy.leaseMilliseconds = 7_000
        #expect(bench.core.adopt(next).isEmpty)
        var item = WireQueryItem()
        item.catalogue = WireCatalogueQuery()
        var query = WireQuery()
        query.items = [item]
        bench.receive(.query(query), from: terminal)
        bench.hello(from: worker)
        settle(bench)
        let messages = bench.released()
        let ids = messages.compactMap { message -> [String]? in
            guard case .queryReply(let reply) = message else { return nil }
            return reply.items.first?.catalogue.departments.map(\.id)
        }
        #expect(ids == [["market"]])
        let leases = messages.compactMap { message -> UInt32? in
            if case .welcome(let welcome) = message { welcome.leaseMs } else { nil }
        }
        #expect(leases == [7_000])
    }

    @Test("the figures of what is open are named by ids")
    func figuresHaveNames() throws {
        let bench = try CoreBench(terminal)
        #expect(!OpenCallFigures(bench.core.engine.record).hasFiled)
        bench.receive(.submit(bench.call(1)), from: terminal)
        let open = OpenCallFigures(bench.core.engine.record)
        #expect(open.hasFiled && open.total == 1)
        #expect(open.categories == ["litter": 1, "raze": 0] && open.grids == ["g1": 1, "g2": 0])
        #expect(open.parts == ["urban": 1] && open.laterCalls == ["urban": 0])
    }
}

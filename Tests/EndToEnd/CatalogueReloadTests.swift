import Foundation
import TestSupport
import Testing

/// A new catalogue for a street at work.
@Suite(.serialized)
struct CatalogueReloadTests {
    private static let catalogue = SmallStreet.catalogue()
    /// `one` is market's now, and there is a category more.
    private static let changed =
        catalogue.replacingOccurrences(
            of: "plan: [{lead: urban}]\n", with: "plan: [{lead: market}]\n"
        ).replacingOccurrences(
            of: "campaigns:\n",
            with: """
                  - id: four
                    name: {zh: 四, en: Four}
                    plan: [{lead: urban}]

                campaigns:

                """)
    /// Nothing is left of the market department.
    private static let withoutMarket =
        catalogue.replacingOccurrences(
            of: "  - {id: market, name: {zh: 市场监管, en: Market supervision}}\n", with: ""
        ).replacingOccurrences(of: "market", with: "safety")
        .replacingOccurrences(of: "assist: [urban, safety]", with: "assist: [urban]")

    private func reload(
        _ street: Street, _ broker: Program, _ text: String, says answer: String
    ) async throws {
        let before = count(answer, in: broker.errors)
        try street.write(catalogue: text)
        broker.send(SIGHUP)
        try await street.until("the broker says: \(answer)") {
            guard broker.end == nil else { throw TestFailure("the broker ended: \(broker.errors)") }
            return count(answer, in: broker.errors) > before
        }
    }

    private func count(_ part: String, in text: String) -> Int {
        text.components(separatedBy: part).count - 1
    }

    @Test("A new catalogue holds for new calls at once, and still after a restart")
    func newCatalogue() async throws {
        let street = try Street(catalogue: Self.catalogue)
        var broker = try await street.startBroker()
        let old = try await street.submit("one")
        try await reload(street, broker, Self.changed, says: "a new catalogue is in force")
        let new = try await street.submit("one")
        let added = try await street.submit("four")
        #expect(try await street.track(old).parts.map(\.department) == ["urban"])
        #expect(try await street.track(new).parts.map(\.department) == ["market"])
        try await reload(street, broker, Self.changed, says: "in force already")

        broker.kill()
        broker = try await street.startBroker()
        #expect(try await street.track(old).parts.map(\.department) == ["urban"])
        for department in ["urban", "market"] {
            _ = try await street.startWorker(department, ["--simulate", "1ms"])
        }
        for call in [old, new, added] { try await street.until(call, is: "closed") }
        broker.send(SIGTERM)
        #expect(try await broker.wait() == .exited(0))
    }

    @Test("A broken file is refused whole, every mistake with its line, and the work goes on")
    func brokenFile() async throws {
        let street = try Street(catalogue: Self.catalogue)
        let broker = try await street.startBroker()
        let broken = Self.catalogue
            .replacingOccurrences(of: "lead: urban\n", with: "leed: urban\n")
            .replacingOccurrences(of: "3 urgent_hours", with: "3 urgent_hour5")
        try await reload(street, broker, broken, says: "stays in force")
        #expect(broker.errors.contains("did you mean `lead`?"))
        #expect(count("did you mean `urgent_hour`?", in: broker.errors) == 3)
        #expect(broker.errors.contains("catalogue.yaml:"))
        _ = try await street.submit("one")
        try await reload(street, broker, Self.changed, says: "a new catalogue is in force")
        _ = try await street.submit("four")
        #expect(try await street.stats().calls.filed == 2)
    }

    @Test("A department goes when its last call has ended, and its worker is told")
    func departmentGoes() async throws {
        let street = try Street(catalogue: Self.catalogue)
        let broker = try await street.startBroker()
        let call = try await street.submit("stages")
        try await reload(street, broker, Self.withoutMarket, says: "stays in force")
        #expect(broker.errors.contains("1 calls come to it in a later stage"))

        let market = try await street.startWorker("market", ["--simulate", "1ms"])
        _ = try await street.startWorker("urban", ["--simulate", "1ms"])
        try await street.until(call, is: "closed")
        try await reload(street, broker, Self.withoutMarket, says: "a new catalogue is in force")
        try await street.until("the worker is told") {
            market.errors.contains("no longer declares the department market")
        }
        let refused = try await street.gridcall(
            "submit", "--category", "none", "--grid", "g-1", "--description", "x")
        #expect(refused.end != .exited(0))

        try await reload(street, broker, Self.catalogue, says: "a new catalogue is in force")
        let next = try await street.submit("stages")
        try await street.until(next, is: "closed")
    }

    @Test("A catalogue changed while the broker was stopped is held against the same rules")
    func changedWhileStopped() async throws {
        let street = try Street(catalogue: Self.catalogue)
        var broker = try await street.startBroker()
        let call = try await street.submit("three")
        broker.send(SIGTERM)
        #expect(try await broker.wait() == .exited(0))

        try street.write(catalogue: Self.withoutMarket)
        broker = try street.launchBroker()
        #expect(try await broker.wait() == .exited(78))
        #expect(broker.errors.contains("the department `market` is missing"))
        try street.write(
            catalogue: Self.catalogue.replacingOccurrences(of: "prefix: SM", with: "prefix: XX"))
        broker = try street.launchBroker()
        #expect(try await broker.wait() == .exited(78))
        #expect(broker.errors.contains("case_prefix"))

        try street.write(catalogue: Self.changed)
        broker = try await street.startBroker()
        #expect(try await street.track(call).state == "filed")
        _ = try await street.submit("four")
    }

    @Test("Catalogues change under the load of a real day, and every call is filed once and closed")
    func underLoad() async throws {
        let street = try NewYork.street(lease: "30s")
        let broker = try await street.startBroker()
        try await NewYork.startWorkers(street, each: "1ms")
        let text = try String(contentsOfFile: NewYork.file("catalogue.yaml"), encoding: .utf8)
        let other = text.replacingOccurrences(of: "lease: 30s", with: "lease: 20s")
        let importer = try NewYork.launchImport(street, window: 16)
        var round = 0
        while importer.end == nil || round < 6 {
            switch round % 3 {
            case 0: try await reload(street, broker, other, says: "a new catalogue is in force")
            case 1: try await reload(street, broker, text, says: "a new catalogue is in force")
            default: try await reload(street, broker, "street: broken", says: "stays in force")
            }
            round += 1
        }
        #expect(try await importer.wait() == .exited(0), "\(importer.errors)")
        try await street.until("every call is closed", within: .seconds(60)) {
            try await street.stats().calls.closed == NewYork.rows
        }
        try await NewYork.expectWhole(street)
        broker.send(SIGTERM)
        #expect(try await broker.wait() == .exited(0))
        try street.write(catalogue: text)
        _ = try await street.startBroker()
        #expect(try await street.stats().calls.closed == NewYork.rows)
        #expect(try await street.gridcall("audit", "verify").end == .exited(0))
    }

    @Test("The service manager hears of a reload and of its end")
    func tellsServiceManager() async throws {
        let street = try Street(catalogue: Self.catalogue)
        let socket = try NotifySocket(street.directory + "/notify")
        let broker = try await street.startBroker(environment: ["NOTIFY_SOCKET": socket.path])
        try await reload(street, broker, Self.changed, says: "a new catalogue is in force")
        // A second reload before the first is durable would be answered together with it.
        try await street.until("the service manager hears of the first") {
            socket.receive()
            return socket.messages.count == 3
        }
        try await reload(street, broker, "street: broken", says: "stays in force")
        try await street.until("the service manager hears of the second") {
            socket.receive()
            return socket.messages.count == 5
        }
        let kinds = socket.messages.map { $0.prefix { $0 != "=" } }
        #expect(kinds == ["READY", "RELOADING", "READY", "RELOADING", "READY"])
        let lines = socket.messages[1].split(separator: "\n")
        let microseconds = try #require(UInt64(lines[1].dropFirst("MONOTONIC_USEC=".count)))
        #expect(lines[0] == "RELOADING=1" && microseconds > 0)
        #expect(socket.messages[2].contains("\nSTATUS=catalogue version 2 in force"))
        #expect(socket.messages[4].contains("refused"))
    }

    @Test("diff counts open calls beside the running broker, and changes nothing")
    func countsOpenCalls() async throws {
        let street = try Street(catalogue: Self.catalogue)
        let broker = try await street.startBroker()
        for _ in 0..<3 { _ = try await street.submit("one") }
        _ = try await street.submit("stages")
        let (old, new) = (street.directory + "/old.yaml", street.directory + "/new.yaml")
        try Self.catalogue.write(toFile: old, atomically: true, encoding: .utf8)
        try Self.changed.write(toFile: new, atomically: true, encoding: .utf8)
        let english = try await diff(street, old, new)
        #expect(english.end == .exited(0))
        #expect(english.output.contains("3 open calls keep the plan"))
        #expect(try await diff(street, old, new, "--lang", "zh").output.contains("3 件未结呼叫"))

        try Self.withoutMarket.write(toFile: new, atomically: true, encoding: .utf8)
        let refused = try await diff(street, old, new)
        #expect(refused.end == .exited(1))
        #expect(refused.output.contains("REFUSED"))
        #expect(try await diff(street, old, new, "--lang", "fr").end == .exited(64))
        _ = try await street.submit("one")
        #expect(broker.end == nil)
    }

    private func diff(
        _ street: Street, _ old: String, _ new: String, _ more: String...
    ) async throws -> FinishedProgram {
        let program = try street.start(
            "\(Places.executables)/gridcall-broker",
            ["diff", old, new, "--data", street.data] + more, name: "diff")
        return try await FinishedProgram(program, within: .seconds(30))
    }
}

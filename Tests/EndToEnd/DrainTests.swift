import Foundation
import TestSupport
import Testing

/// Workers and brokers that are asked to stop, or whose other side starts anew.
@Suite(.serialized)
struct DrainTests {
    @Test("A worker told to stop finishes what runs, takes nothing new and says goodbye")
    func finishes() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let go = street.directory + "/go"
        let worker = try await street.startWorker(
            "urban", ["--credit", "1", "--exec", "until [ -e \(go) ]; do sleep 0.05; done"])
        let running = try await street.submit("one")
        try await street.until("it runs", of: running) { $0.parts[0].state == "accepted" }
        let waiting = try await street.submit("one")
        worker.send(SIGTERM)
        try await street.until("the worker drains") { worker.errors.contains("draining") }
        #expect(FileManager.default.createFile(atPath: go, contents: nil))
        #expect(try await worker.wait() == .exited(0))
        #expect(try await street.track(running).state == "closed")
        #expect(try await street.track(waiting).parts[0].state == "queued")
        // Its Goodbye counts; a silent worker would be missed only after ten seconds.
        try await street.until("the worker has said goodbye", within: .seconds(5)) {
            try await street.stats().department("urban").workers == 0
        }
    }

    @Test("A worker told twice gives its work back, and no attempt is counted")
    func givesBack() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let worker = try await street.startWorker("urban", ["--exec", "exec sleep 600"])
        let call = try await street.submit("one")
        try await street.until("it runs", of: call) { $0.parts[0].state == "accepted" }
        worker.send(SIGTERM)
        try await street.until("the worker drains") { worker.errors.contains("draining") }
        worker.send(SIGTERM)
        #expect(try await worker.wait() == .exited(0))
        let report = try await street.track(call)
        #expect(report.parts[0].state == "queued")
        _ = try await street.startWorker("urban", ["--simulate", "50ms"])
        try await street.until(call, is: "closed")
        #expect(try await street.stats().department("urban").stuck == 0)
    }

    @Test("Claims in hand survive a restart of the broker", arguments: [SIGKILL, SIGTERM])
    func brokerRestart(signal: Int32) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        let go = street.directory + "/go"
        let worker = try await street.startWorker(
            "urban", ["--credit", "4", "--exec", "until [ -e \(go) ]; do sleep 0.05; done"])
        var calls: [String] = []
        for _ in 0..<4 { calls.append(try await street.submit("one")) }
        try await street.until("all run") {
            try await street.stats().department("urban").accepted == 4
        }
        broker.send(signal)
        #expect(try await broker.wait() == (signal == SIGKILL ? .signalled(9) : .exited(0)))
        _ = try await street.startBroker()
        try await street.until("the worker has its claims confirmed") {
            worker.errors.contains("claimsKept=4 claimsLost=0")
        }
        #expect(FileManager.default.createFile(atPath: go, contents: nil))
        for call in calls {
            let report = try await street.until(call, is: "closed")
            #expect(report.parts[0].attempts == 1)
        }
        #expect(try await street.stats().broker.outcomesLost == 0)
    }

    @Test("Work that ends while the broker is away counts when it is back")
    func endsWhileAway() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        let go = street.directory + "/go"
        let done = street.directory + "/done"
        _ = try await street.startWorker(
            "urban", ["--exec", "until [ -e \(go) ]; do sleep 0.05; done; touch \(done)"])
        let call = try await street.submit("one")
        try await street.until("it runs", of: call) { $0.parts[0].state == "accepted" }
        broker.kill()
        #expect(FileManager.default.createFile(atPath: go, contents: nil))
        try await street.until("the work is done") { FileManager.default.fileExists(atPath: done) }
        _ = try await street.startBroker()
        let report = try await street.until(call, is: "closed")
        #expect(report.parts[0].attempts == 1 && report.count("assignmentCompleted") == 1)
    }
}

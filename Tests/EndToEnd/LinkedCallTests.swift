import Foundation
import GridCodec
import TestSupport
import Testing

/// A call that sets several departments in motion is closed when all have done their part.
@Suite(.serialized)
struct LinkedCallTests {
    private static let orders = [
        ["market", "urban", "safety"], ["market", "safety", "urban"],
        ["urban", "market", "safety"], ["urban", "safety", "market"],
        ["safety", "market", "urban"], ["safety", "urban", "market"],
    ]

    @Test("Three departments close a call in whatever order they complete", arguments: orders)
    func everyOrder(order: [String]) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let call = try await street.submit("three")
        for (index, department) in order.enumerated() {
            let before = try await street.track(call)
            #expect(before.state == (index == 0 ? "filed" : "working"))
            #expect(before.parts.count { $0.state == "completed" } == index)
            let worker = try await WirePeer.worker(street.endpoint, department: department)
            let item = try await worker.assignment()
            #expect(item.department == department && item.caseNumber == call)
            #expect(item.role == (department == "market" ? .lead : .assist))
            let receipt = try await worker.report(.completed(item.claim))
            #expect(!receipt.hasRefused && !receipt.repeated)
            let repeated = try await worker.report(.completed(item.claim))
            #expect(!repeated.hasRefused && repeated.repeated)
        }
        let after = try await street.until(call, is: "closed")
        #expect(after.parts.allSatisfy { $0.state == "completed" && $0.attempts == 1 })
        #expect(after.count("callClosed") == 1 && after.count("assignmentCompleted") == 3)
    }

    @Test("The second stage begins when the first is complete")
    func stages() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let market = try await WirePeer.worker(street.endpoint, department: "market")
        let urban = try await WirePeer.worker(street.endpoint, department: "urban")
        let call = try await street.submit("stages")
        let first = try await urban.assignment()
        #expect(try await street.track(call).parts.map(\.department) == ["urban"])
        _ = try await urban.report(.completed(first.claim))
        let second = try await market.assignment()
        #expect(second.caseNumber == call && second.department == "market")
        #expect(try await street.track(call).state == "working")
        _ = try await market.report(.completed(second.claim))
        try await street.until(call, is: "closed")
    }

    @Test("It closes once though each worker and the broker die between the parts")
    func deathsBetween() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue(lease: "3s"))
        var broker = try await street.startBroker()
        let call = try await street.submit("three")
        for department in ["urban", "market", "safety"] {
            let holder = try await street.startWorker(department, ["--exec", "exec sleep 600"])
            try await street.until("\(department) works on it", of: call) { report in
                report.parts.contains { $0.department == department && $0.state == "accepted" }
            }
            holder.kill()
            broker.kill()
            broker = try await street.startBroker()
            #expect(try await street.track(call).state == "working")
            let successor = try await street.startWorker(department, ["--simulate", "50ms"])
            try await street.until("\(department) has done its part", of: call) { report in
                report.parts.contains { $0.department == department && $0.state == "completed" }
            }
            successor.send(SIGTERM)
            #expect(try await successor.wait() == .exited(0))
        }
        let report = try await street.until(call, is: "closed")
        #expect(report.parts.allSatisfy { $0.attempts == 2 })
        #expect(report.count("callClosed") == 1 && report.count("assignmentCompleted") == 3)
        #expect(report.count("assignmentReleased") == 3)
    }
}

import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import TestSupport
import Testing

/// Workers that sleep past their lease and wake up with work that is somebody else's by now.
@Suite(.serialized)
struct SleepingWorkerTests {
    @Test("A stopped worker that goes on after its lease knows that its work does not count")
    func stoppedProcess() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue(lease: "3s"))
        _ = try await street.startBroker()
        let go = street.directory + "/go"
        let sleeper = try await street.startWorker(
            "urban", ["--name", "sleeper", "--exec", "until [ -e \(go) ]; do sleep 0.05; done"])
        let call = try await street.submit("one")
        try await street.until("the sleeper works on it", of: call) {
            $0.parts[0].state == "accepted"
        }
        sleeper.send(SIGSTOP)
        // The handler is not stopped: its outcome waits for the sleeper.
        #expect(FileManager.default.createFile(atPath: go, contents: nil))
        _ = try await street.startWorker("urban", ["--name", "successor", "--simulate", "50ms"])
        let closed = try await street.until(call, is: "closed")
        #expect(closed.parts[0].worker == "urban/successor" && closed.parts[0].attempts > 1)

        sleeper.send(SIGCONT)
        try await street.until("the sleeper says that its claim is lost") {
            sleeper.errors.contains("the claim was lost")
                || sleeper.errors.contains("lost, its work")
        }
        sleeper.send(SIGTERM)
        #expect(try await sleeper.wait() == .exited(0))
        let after = try await street.track(call)
        #expect(after.revision == closed.revision)
        #expect(after.count("assignmentCompleted") == 1 && after.count("callClosed") == 1)
        #expect(try await street.stats().department("urban").completed == 1)
    }

    @Test("A late outcome is refused with claimLost, and the one that counted is repeated")
    func lateOutcome() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue(lease: "3s"))
        _ = try await street.startBroker()
        let sleeper = try await WirePeer.worker(street.endpoint, department: "urban", credit: 1)
        let call = try await street.submit("one")
        let lost = try await sleeper.assignment()
        // It takes nothing more, and from now on it does not renew what it has.
        sleeper.send(.heartbeat(WireHeartbeat()))
        let successor = try await WirePeer.worker(street.endpoint, department: "urban", credit: 1)
        let kept = try await successor.assignment()
        #expect(kept.claim.assignment == lost.claim.assignment && kept.claim.attempt > 1)

        let late = try await sleeper.report(.completed(lost.claim))
        #expect(late.refused.code == RefusalCode.claimLost.rawValue)
        #expect(!(try await successor.report(.completed(kept.claim))).hasRefused)
        #expect(try await successor.report(.completed(kept.claim)).repeated)
        let afterwards = try await sleeper.report(.completed(lost.claim))
        #expect(afterwards.refused.code == RefusalCode.claimLost.rawValue)
        let report = try await street.until(call, is: "closed")
        #expect(report.count("assignmentCompleted") == 1)
        #expect(try await street.stats().broker.outcomesLost == 2)
    }
}

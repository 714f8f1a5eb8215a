import Foundation
import TestSupport
import Testing

/// A broker that has a snapshot made by its child, is killed, and starts from it.
@Suite("A start from a snapshot")
struct SnapshotStartTests {
    @Test("the broker's child makes one, and after a sudden death every call is still there")
    func child() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        var broker = try await street.startBroker(["--snapshot-after", "20"])
        for _ in 0..<8 {
            let filed = try await street.gridcall(
                "submit", "--category", "one", "--grid", "g-1", "--description", "kept",
                "--anyway")
            #expect(filed.end == .exited(0), "\(filed.errors)")
        }
        try await street.until("the child has made a snapshot") {
            FileManager.default.fileExists(atPath: street.data + "/snapshot")
        }
        broker.kill()
        broker = try await street.startBroker()
        #expect(broker.errors.contains("beginning from the snapshot"))
        let calls = try await street.stats().calls
        #expect(calls.filed == 8 && calls.open == 8)
        let verified = try await street.gridcall("audit", "verify")
        #expect(verified.end == .exited(0), "\(verified.output)")
    }
}

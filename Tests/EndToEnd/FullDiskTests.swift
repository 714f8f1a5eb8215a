import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import TestSupport
import Testing

/// A disk that runs full while calls come in.
@Suite(.serialized, .enabled(if: SmallDisk.isPossible, "only root may mount a small disk"))
struct FullDiskTests {
    /// A list of calls with long texts, so that a small disk is soon full.
    private static var bulkyCalls: [WireSubmitItem] {
        (0..<8).map { _ in .call(description: String(repeating: "街", count: 2_000)) }
    }

    @Test("With too little room left calls are refused, open ones end, and more room helps")
    func nearlyFull() async throws {
        let disk = try SmallDisk(megabytes: 384)
        let street = try Street(catalogue: SmallStreet.catalogue(), data: disk.path + "/data")
        let broker = try await street.startBroker()
        let terminal = try await WirePeer.terminal(street.endpoint)
        var filed = 0
        var codes: Set<UInt32> = []
        while codes.isEmpty {
            let answers = try await terminal.submit(Self.bulkyCalls)
            filed += answers.count { $0.isFiled }
            codes.formUnion(answers.filter { !$0.isFiled }.map(\.refused.code))
            guard filed < 100_000 else { throw TestFailure("the disk does not run full") }
        }
        #expect(codes == [UInt32(RefusalCode.diskFull.rawValue)] && filed > 0)
        #expect(broker.errors.contains("the disk is nearly full"))
        _ = try await street.startWorker("urban", ["--simulate", "0"])
        try await street.until("what was filed is closed") {
            try await street.stats().calls.closed == filed
        }

        try disk.grow(megabytes: 768)
        try await street.until("the broker sees the room") {
            broker.errors.contains("there is room on the disk again")
        }
        // The first one has been silent for too long by now.
        let again = try await WirePeer.terminal(street.endpoint)
        #expect(try await again.submit(Self.bulkyCalls).allSatisfy(\.isFiled))
        withExtendedLifetime(disk) {}
    }

    @Test("The broker stops confirming, says why, and has lost nothing when there is room again")
    func fullDisk() async throws {
        let disk = try SmallDisk(megabytes: 8)
        let street = try Street(
            catalogue: SmallStreet.catalogue(), data: disk.path + "/data")
        let broker = try await street.startBroker(["--keep-free", "0"])
        let terminal = try await WirePeer.terminal(street.endpoint)
        var confirmed: [WireSubmitItem] = []
        var lists = 0
        while broker.end == nil {
            lists += 1
            guard lists < 1_000 else { throw TestFailure("the disk does not run full") }
            let calls = Self.bulkyCalls
            terminal.send(.submit(.with { $0.items = calls }))
            let answers = try await eventually("receipts, or the end of the broker") {
                () -> [WireReceiptItem]? in
                if broker.end != nil { return [] }
                return try? await terminal.next("a Receipt", within: .milliseconds(50)) {
                    if case .receipt(let receipt) = $0 { receipt.items } else { nil }
                }
            }
            let filed = Set(answers.filter { $0.isFiled }.map(\.id))
            confirmed += calls.filter { filed.contains($0.id) }
        }
        #expect(broker.end == .exited(70))
        #expect(broker.errors.contains("the journal cannot be written"))
        #expect(broker.errors.contains("full"))
        #expect(confirmed.count > 100)

        try disk.grow(megabytes: 128)
        _ = try await street.startBroker(["--keep-free", "0"])
        let again = try await WirePeer.terminal(street.endpoint)
        for start in stride(from: 0, to: confirmed.count, by: 64) {
            let answers = try await again.submit(Array(confirmed[start...].prefix(64)))
            #expect(answers.allSatisfy { $0.filed.repeated })
        }
        #expect(Int(try await again.stats().callsFiled) >= confirmed.count)
        let audit = try await street.gridcall("audit", "verify")
        #expect(audit.end == .exited(0))
        withExtendedLifetime(disk) {}
    }
}

/// A file system in memory with a size of its own; gone with this object.
private final class SmallDisk {
    static let isPossible = geteuid() == 0

    let path: String

    init(megabytes: Int) throws {
        path = "/tmp/gridcall-disk-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else {
            throw TestFailure("cannot mount a small disk: error \(errno)")
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }

    func grow(megabytes: Int) throws {
        guard mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(megabytes)m") == 0
        else { throw TestFailure("cannot make the disk larger: error \(errno)") }
    }
}

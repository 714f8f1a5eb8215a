import Foundation
import TestSupport
import Testing

/// Data directories that are not what the broker left behind.
@Suite(.serialized)
struct DamagedFilesTests {
    private static let files = ["journal.sqlite", "journal.sqlite-wal", "head"]

    @Test("A second broker on one data directory is refused, and the first goes on")
    func secondBroker() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let second = try street.launchBroker()
        #expect(try await second.wait() == .exited(69))
        #expect(second.errors.contains("another broker listens there"))
        _ = try await street.submit("one")
        #expect(try await street.stats().calls.filed == 1)
    }

    @Test(
        "A flipped bit is harmless, or the broker refuses to start and says where", arguments: files
    )
    func flippedBit(file: String) async throws {
        let street = try await streetWithHistory()
        let sound = street.directory + "/sound"
        try FileManager.default.copyItem(atPath: street.data, toPath: sound)
        let expected = try await state(street)
        #expect(expected.count == 12)
        var random = SeededRandom(seed: 7)
        var refused = 0
        for _ in 0..<16 {
            try restore(street, from: sound)
            let place = try flipBit(of: street.data + "/" + file, &random)
            let before = try Self.contents(street.data)
            let broker = try street.launchBroker()
            try await street.until("the broker serves or ends") {
                broker.end != nil || broker.errors.contains("serving")
            }
            if broker.end == nil {
                #expect(try await state(street) == expected, "\(file), bit \(place)")
                broker.kill()
            } else {
                refused += 1
                #expect(broker.end == .exited(65), "\(file), bit \(place): \(broker.errors)")
                #expect(
                    ["batch", "page", "head", "journal.sqlite", "ends with"].contains {
                        broker.errors.contains($0)
                    }, "\(file), bit \(place): \(broker.errors)")
                #expect(try Self.contents(street.data) == before, "\(file), bit \(place)")
            }
        }
        if file == "journal.sqlite-wal" { #expect(refused > 0) }
    }

    @Test("An old copy of the journal is refused when a terminal shows what it was promised")
    func oldCopy() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        var broker = try await street.startBroker()
        _ = try await street.submit("one")
        broker.send(SIGTERM)
        #expect(try await broker.wait() == .exited(0))
        let old = street.directory + "/old"
        try FileManager.default.copyItem(atPath: street.data, toPath: old)

        broker = try await street.startBroker()
        for _ in 0..<3 { _ = try await street.submit("one") }
        broker.send(SIGTERM)
        #expect(try await broker.wait() == .exited(0))
        try restore(street, from: old)

        broker = try await street.startBroker()
        let client = try await street.gridcall(
            "submit", "--category", "one", "--grid", "g-1", "--description", "x")
        // The call is stored until there is a broker that serves.
        #expect(client.end == .exited(75))
        #expect(client.errors.contains("brokerBehind"), "\(client.errors)")
        #expect(try await broker.wait() == .exited(65))
        #expect(broker.errors.contains("confirmed"))
    }

    @Test("A journal that lost its end is refused with what is missing")
    func belowHead() async throws {
        let street = try await streetWithHistory()
        // The newest batches are in the WAL alone.
        try Data().write(to: URL(filePath: street.data + "/journal.sqlite-wal"))
        let broker = try street.launchBroker()
        #expect(try await broker.wait() == .exited(65))
        #expect(broker.errors.contains("confirmed calls are missing"))
    }

    /// Twelve calls, some closed, and a broker that was killed.
    private func streetWithHistory() async throws -> Street {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        let worker = try await street.startWorker("urban", ["--simulate", "0"])
        for number in 0..<12 {
            let call = try await street.submit(number % 2 == 0 ? "one" : "three")
            if number % 2 == 0 { try await street.until(call, is: "closed") }
        }
        worker.kill()
        broker.kill()
        return street
    }

    /// What the journal of the street says, from a broker that is started for it if none runs.
    private func state(_ street: Street) async throws -> [CallReport] {
        if try await street.gridcall("--timeout", "1", "campaigns").end == .exited(0) {
            return try await street.calls()
        }
        let broker = try await street.startBroker()
        let calls = try await street.calls()
        broker.kill()
        return calls
    }

    private func restore(_ street: Street, from copy: String) throws {
        try FileManager.default.removeItem(atPath: street.data)
        try FileManager.default.copyItem(atPath: copy, toPath: street.data)
    }

    private func flipBit(of path: String, _ random: inout SeededRandom) throws -> Int {
        var bytes = try Data(contentsOf: URL(filePath: path))
        // The WAL ends with room that is not used yet.
        let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
        let bit = Int.random(in: 0..<used * 8, using: &random)
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        try bytes.write(to: URL(filePath: path))
        return bit
    }

    private static func contents(_ directory: String) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for file in files {
            contents[file] = FileManager.default.contents(atPath: "\(directory)/\(file)")
        }
        return contents
    }
}

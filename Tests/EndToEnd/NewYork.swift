import Foundation
import TestSupport
import Testing

/// The real day of Examples/nyc311.
enum NewYork {
    /// Rows of the file, each a call.
    static let rows = 2_386
    /// Its departments.
    static let departments = ["urban", "market", "safety", "judicial"]

    static func file(_ name: String) -> String { Places.newYork + "/" + name }

    /// The example's street with a shorter lease and retry, so that a lost claim is not waited
    /// for so long.
    static func street(lease: String) throws -> Street {
        let text = try String(contentsOfFile: file("catalogue.yaml"), encoding: .utf8)
        let changed =
            text
            .replacingOccurrences(of: "lease: 30s", with: "lease: \(lease)")
            .replacingOccurrences(of: "retry: 5s", with: "retry: 100ms")
        return try Street(catalogue: changed)
    }

    /// A simulating worker for each department.
    @discardableResult
    static func startWorkers(_ street: Street, each duration: String) async throws -> [Program] {
        var workers: [Program] = []
        for department in departments {
            workers.append(try await startWorker(street, department, each: duration))
        }
        return workers
    }

    /// A simulating worker with a high credit.
    static func startWorker(
        _ street: Street, _ department: String, each duration: String
    ) async throws -> Program {
        try await street.startWorker(department, ["--simulate", duration, "--credit", "256"])
    }

    /// Starts an import; a small window, or so many rows a second, make it last longer.
    static func launchImport(
        _ street: Street, window: Int = 4_096, rate: Int? = nil
    ) throws -> Program {
        try street.launchClient(
            [
                "import", file("nyc311-2013-12-25.csv"), "--mapping", file("mapping.yaml"),
                "--window", "\(window)",
            ] + (rate.map { ["--rate", "\($0)"] } ?? []))
    }

    /// Imports the whole day.
    static func importDay(_ street: Street) async throws -> FinishedProgram {
        try await FinishedProgram(launchImport(street), within: .seconds(90))
    }

    /// Every row is one call, under a case number of its own, closed.
    static func expectWhole(_ street: Street) async throws {
        let calls = try await street.calls()
        #expect(calls.count == rows)
        #expect(Set(calls.map(\.id)).count == rows)
        #expect(Set(calls.map(\.caseNumber)).count == rows)
        #expect(calls.allSatisfy { $0.state == "closed" })
        #expect(calls.allSatisfy { call in call.parts.allSatisfy { $0.state == "completed" } })
    }
}

import Foundation

extension Street {
    /// `gridcall stats --format json`.
    package func stats() async throws -> StatsReport {
        try await report("stats")
    }

    /// `gridcall track CALL --format json`.
    package func track(_ call: String) async throws -> CallReport {
        try await report("track", call)
    }

    /// Every call, newest first, page by page.
    package func calls() async throws -> [CallReport] {
        var calls: [CallReport] = []
        var next: [String]? = []
        while let page = next {
            let report: ListReport = try await report(["list", "--limit", "1000"] + page)
            calls += report.calls
            next = report.nextPage.map { ["--page", $0] }
        }
        return calls
    }

    /// Files a call and returns its case number.
    package func submit(_ category: String, _ more: String...) async throws -> String {
        let arguments = ["submit", "--category", category, "--grid", "g-1", "--description", "x"]
        let client = try await FinishedProgram(launchClient(arguments + more), within: .seconds(60))
        guard client.end == .exited(0) else {
            throw TestFailure("submit: \(client.end) \(client.errors)")
        }
        return client.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until the call is in `state`.
    @discardableResult
    package func until(
        _ call: String, is state: String, within limit: Duration = .seconds(30)
    ) async throws -> CallReport {
        try await until("\(call) is \(state)", of: call, within: limit) { $0.state == state }
    }

    /// Waits until something holds for the call.
    @discardableResult
    package func until(
        _ what: String, of call: String, within limit: Duration = .seconds(30),
        _ holds: (CallReport) -> Bool
    ) async throws -> CallReport {
        var last: CallReport?
        try await until(what, within: limit) {
            let report = try await track(call)
            last = report
            return holds(report)
        }
        guard let last else { throw TestFailure(what) }
        return last
    }

    private func report<Report: Decodable>(_ arguments: String...) async throws -> Report {
        try await report(arguments)
    }

    private func report<Report: Decodable>(_ arguments: [String]) async throws -> Report {
        let client = try await FinishedProgram(
            launchClient(arguments + ["--format", "json"]), within: .seconds(60))
        guard client.end == .exited(0) else {
            throw TestFailure("gridcall \(arguments): \(client.end) \(client.errors)")
        }
        return try JSONDecoder().decode(Report.self, from: Data(client.output.utf8))
    }
}

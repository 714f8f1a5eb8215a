import Foundation
import Testing

/// A folder that goes away with its owner.
final class TemporaryFolder: Sendable {
    let name = "gridcall-\(UUID().uuidString.prefix(13))"
    var path: String { NSTemporaryDirectory() + name }

    init() {
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The text of a file, empty if there is none.
    func text(_ file: String) throws -> String {
        guard FileManager.default.fileExists(atPath: path + "/" + file) else { return "" }
        return try String(contentsOfFile: path + "/" + file, encoding: .utf8)
    }
}

/// Whether a process runs; one that has ended and that nobody has waited for does not.
func isRunning(_ processText: String) -> Bool {
    let number = processText.trimmingCharacters(in: .whitespacesAndNewlines)
    let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
    guard let stat, let name = stat.lastIndex(of: ")") else { return false }
    return !stat[name...].dropFirst(2).hasPrefix("Z")
}

/// Waits until `condition` holds, at most a minute: the machine may be busy.
func eventually(
    _ condition: () throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
        try #require(ContinuousClock.now < deadline, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}

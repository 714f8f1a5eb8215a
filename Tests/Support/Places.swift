import Foundation

/// Where the repository and its built executables are.
package enum Places {
    /// The repository's root.
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The day of New York: its catalogue, mapping and files.
    package static let newYork = root + "/Examples/nyc311"

    /// The directory of the executables: that of the test bundle, or one above it.
    package static let executables: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        let beside = URL(filePath: own ?? CommandLine.arguments[0]).deletingLastPathComponent()
        let candidates = [beside.path, root + "/.build/debug", root + "/.build/release"]
        return candidates.first {
            FileManager.default.isExecutableFile(atPath: $0 + "/gridcall-broker")
        } ?? beside.path
    }()

    /// Where a command of the system is; `nil` if it is not installed.
    package static func command(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }
}

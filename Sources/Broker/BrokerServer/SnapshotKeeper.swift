import Foundation
import Logging
import Synchronization

/// Has a snapshot made now and then by a child process of the lowest priority, so that the loop
/// neither waits for it nor shares its memory with it.
final class SnapshotKeeper {
    /// Batches are small or large; what a start would have to apply is facts.
    private let facts: Int
    private let milliseconds: Int64
    private let dataDirectory: String
    private let log: Logger
    private var factsSince: Int
    private var lastAt: Int64
    private var child: Process?

    /// A broker under full load writes so many times `facts` in some seconds: it does not wait.
    private static let mostTimesFacts = 4

    /// A keeper that has one made when a start would have to apply `facts` facts, but not more
    /// often than every `milliseconds`, unless these are four times as many by then; `factsSince`
    /// are there already.
    init(
        dataDirectory: String, facts: Int, milliseconds: Int64, now: Int64, factsSince: Int,
        log: Logger
    ) {
        self.dataDirectory = dataDirectory
        self.facts = facts
        self.milliseconds = milliseconds
        self.log = log
        self.factsSince = factsSince
        lastAt = now - milliseconds
    }

    /// So many facts were handed to the journal.
    func note(facts count: Int) { factsSince += count }

    /// Whether it is time for another; `now` is in monotonic milliseconds.
    func isDue(now: Int64) -> Bool {
        guard factsSince >= facts else { return false }
        return now - lastAt >= milliseconds || factsSince / Self.mostTimesFacts >= facts
    }

    /// Starts the child if it is time; `now` is in monotonic milliseconds.
    func look(now: Int64) {
        guard isDue(now: now), child?.isRunning != true else { return }
        (factsSince, lastAt) = (0, now)
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["snapshot", "--data", dataDirectory]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let log = log
        process.terminationHandler = { ended in
            guard ended.terminationStatus != 0, ended.terminationReason == .exit else { return }
            log.warning(
                "no snapshot was made; the next start takes longer",
                metadata: ["exit": "\(ended.terminationStatus)"])
        }
        do {
            try process.run()
            child = process
        } catch {
            log.warning(
                "no snapshot can be made; the next start takes longer",
                metadata: ["error": "\(error)"])
        }
    }

    /// Ends the child; what it had not finished is not there.
    func stop() {
        guard let child, child.isRunning else { return }
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
    }
}

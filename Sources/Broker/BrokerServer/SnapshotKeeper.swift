import Foundation
import Logging
import Synchronization

/// Has a snapshot made now and then by a child process of the lowest priority, so that the loop
/// neither waits for it nor shares its memory with it.
final class SnapshotKeeper {
    private let dataDirectory: String
    private let log: Logger
    private var pace: SnapshotPace
    private var child: Process?

    init(dataDirectory: String, pace: SnapshotPace, log: Logger) {
        self.dataDirectory = dataDirectory
        self.pace = pace
        self.log = log
    }

    /// So many facts were handed to the journal.
    func note(facts count: Int) { pace.note(facts: count) }

    /// Starts the child if it is time; `now` is in monotonic milliseconds, `isArchived` says that
    /// the index of old ids knows whatever ended.
    func look(now: Int64, isArchived: Bool) {
        guard pace.isDue(now: now, isArchived: isArchived), child?.isRunning != true else { return }
        pace.began(now: now)
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

import Foundation

/// How often a broker asked the disk to be durable, per batch: counted with strace in short runs
/// of their own, since tracing costs time.
struct SyncCount {
    /// Calls for the journal's log, whichever thread makes them, for each batch, by window.
    var journalPerBatch: [Int: Double] = [:]
    /// Calls for all other files together for each batch, by window.
    var othersPerBatch: [Int: Double] = [:]

    private static let strace = "/usr/bin/strace"

    /// Counts at every window; nothing where there is no strace.
    static func measure(_ bench: Bench, windows: [Int]) throws -> SyncCount {
        var count = SyncCount()
        guard FileManager.default.isExecutableFile(atPath: strace) else { return count }
        for window in windows {
            let log = bench.freshPath()
            var marks: [Tally] = []
            let run = try StreetRun(bench, window: window).measure(
                prefix: [
                    strace, "--quiet=all", "--follow-forks", "--seccomp-bpf",
                    "--decode-fds=path", "-o", log, "-e", "trace=fdatasync,fsync",
                    "-e", "signal=none",
                ],
                watch: { _ in marks.append(try Tally(log: log)) })
            let batches = Double(max(1, run.batches))
            count.journalPerBatch[window] = Double(marks[1].journal - marks[0].journal) / batches
            count.othersPerBatch[window] = Double(marks[1].others - marks[0].others) / batches
        }
        return count
    }
}

/// What the log of strace says until now.
private struct Tally {
    var journal = 0
    var others = 0

    init(log: String) throws {
        for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
            // A call that another thread's interrupts has a second line, "<... fsync resumed>".
            guard line.contains("sync(") else { continue }
            if line.contains("/journal.sqlite-wal>") { journal += 1 } else { others += 1 }
        }
    }
}

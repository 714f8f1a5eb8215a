import Foundation

/// How often a broker asked the disk to be durable, per batch: counted with strace in short runs
/// of their own, since tracing costs time.
struct SyncCount {
    /// Calls of the journal's thread for each batch, by window.
    var journalPerBatch: [Int: Double] = [:]
    /// Calls of all other threads together for each batch, by window.
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
                    strace, "--quiet=all", "--follow-forks", "--seccomp-bpf", "-o", log,
                    "-e", "trace=fdatasync,fsync", "-e", "signal=none",
                ],
                watch: { marks.append(try Tally(log: log, processID: $0)) })
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

    init(log: String, processID: Int32) throws {
        let threads = Self.threads(of: processID)
        for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") {
            // A call that another thread's interrupts has a second line, "<... fsync resumed>".
            guard line.contains("sync("), let thread = line.split(separator: " ").first else {
                continue
            }
            if threads[String(thread)] == "journal" { journal += 1 } else { others += 1 }
        }
    }

    private static func threads(of processID: Int32) -> [String: String] {
        let tasks = "/proc/\(processID)/task"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return Dictionary(
            uniqueKeysWithValues: names.map { name in
                let comm = try? String(contentsOfFile: "\(tasks)/\(name)/comm", encoding: .utf8)
                return (name, (comm ?? "").trimmingCharacters(in: .whitespacesAndNewlines))
            })
    }
}

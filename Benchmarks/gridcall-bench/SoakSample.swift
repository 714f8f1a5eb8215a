import Foundation
import GridCodec

/// What one look at the broker showed: a line of the CSV.
struct SoakSample {
    /// The names of the columns, with their units.
    static let header =
        "seconds,rss_bytes,anonymous_bytes,descriptors,threads,broker_cpu_seconds,"
        + "machine_busy_percent,journal_bytes,data_bytes,filed,closed,open,queued,stuck,sessions,"
        + "views_lag_batches,receipt_p50_us,receipt_p99_us,receipts,dispatch_p50_us,"
        + "dispatch_p99_us,dispatches,peers_started,peers_killed"

    var seconds: Double
    var broker: ProcessFigures
    var machineBusyPercent: Double
    var journalBytes: UInt64
    var dataBytes: UInt64
    var stats: WireStatsView
    var receipts: Latencies
    var dispatches: Latencies
    var started: Int
    var killed: Int

    /// The line, without its end.
    var line: String {
        let columns: [String] =
            [String(format: "%.1f", seconds), "\(broker.residentBytes)"]
            + ["\(broker.anonymousBytes)", "\(broker.descriptors)", "\(broker.threads)"]
            + [String(format: "%.2f", broker.processorSeconds)]
            + [String(format: "%.0f", machineBusyPercent), "\(journalBytes)", "\(dataBytes)"]
            + ["\(stats.callsFiled)", "\(stats.callsClosed)", "\(stats.callsOpen)"]
            + ["\(stats.departments.reduce(0) { $0 + $1.queued })"]
            + ["\(stats.departments.reduce(0) { $0 + $1.stuck })", "\(stats.sessions)"]
            + ["\(stats.viewsLagBatches)"] + Self.columns(receipts) + Self.columns(dispatches)
            + ["\(started)", "\(killed)"]
        return columns.joined(separator: ",")
    }

    private static func columns(_ latencies: Latencies) -> [String] {
        [50.0, 99].map { "\(latencies.microseconds(percentile: $0))" } + ["\(latencies.count)"]
    }
}

/// What the system says about a process (proc(5)).
struct ProcessFigures {
    let residentBytes: UInt64
    /// The part of it that no file lies behind: what the process itself asked for.
    let anonymousBytes: UInt64
    let descriptors: Int
    let threads: Int
    let processorSeconds: Double

    init(of processID: Int32) {
        let path = "/proc/\(processID)"
        let status = (try? String(contentsOfFile: path + "/status", encoding: .utf8)) ?? ""
        func field(_ name: String) -> UInt64 {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            let words = line?.split(whereSeparator: \.isWhitespace) ?? []
            return words.count > 1 ? UInt64(words[1]) ?? 0 : 0
        }
        residentBytes = field("VmRSS") * 1_024
        anonymousBytes = field("RssAnon") * 1_024
        threads = Int(field("Threads"))
        let open = try? FileManager.default.contentsOfDirectory(atPath: path + "/fd")
        descriptors = open?.count ?? 0
        processorSeconds = ProcessorTimes(of: processID).total
    }
}

/// How busy all processors were between two looks (proc(5), `stat`), others' work included.
struct MachineLoad {
    private var idle: UInt64 = 0
    private var total: UInt64 = 0

    /// Percent of all processors since the last look.
    mutating func takePercent() -> Double {
        let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
        let first = text.split(separator: "\n").first?.split(separator: " ").dropFirst() ?? []
        let times = first.prefix(8).compactMap { UInt64($0) }
        guard times.count > 4 else { return 0 }
        let (newIdle, newTotal) = (times[3] + times[4], times.reduce(0, +))
        defer { (idle, total) = (newIdle, newTotal) }
        guard newTotal > total else { return 0 }
        return 100 - 100 * Double(newIdle - min(idle, newIdle)) / Double(newTotal - total)
    }
}

/// Bytes of files.
enum DiskUse {
    /// The files below a directory whose names begin with `prefix`.
    static func bytes(_ directory: String, prefix: String = "") -> UInt64 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.reduce(0) { sum, name in
            var information = stat()
            guard stat(directory + "/" + name, &information) == 0 else { return sum }
            return sum + UInt64(information.st_size)
        }
    }
}

import Foundation

/// Processor time a process has used, by the names of its threads (proc(5), `task/*/stat`).
struct ProcessorTimes {
    /// Seconds in user and system mode.
    private(set) var seconds: [String: Double] = [:]

    /// The times of a process until now; threads of the same name are added up.
    init(of processID: Int32) {
        let tasks = "/proc/\(processID)/task"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        for name in names {
            guard let line = try? String(contentsOfFile: "\(tasks)/\(name)/stat", encoding: .utf8),
                let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")")
            else { continue }
            // After the name: state is field 3, utime 14 and stime 15.
            let fields = line[line.index(after: close)...].split(separator: " ")
            guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
            else { continue }
            let thread =
                Int32(name) == processID ? "main" : String(line[line.index(after: open)..<close])
            seconds[thread, default: 0] += (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    }

    /// What was used since `earlier`.
    func since(_ earlier: ProcessorTimes) -> ProcessorTimes {
        var difference = self
        for (name, value) in earlier.seconds { difference.seconds[name, default: value] -= value }
        return difference
    }

    /// All threads together.
    var total: Double { seconds.values.reduce(0, +) }

    /// A broker's threads by what they do: loop, journal, views, archive, libzmq and other.
    var byPart: [String: Double] {
        var parts: [String: Double] = [:]
        for (thread, used) in seconds {
            let part =
                switch thread {
                case "main": "loop"
                case "journal", "archive": thread
                case _ where thread.hasPrefix("view"): "views"
                case _ where thread.hasPrefix("ZMQ"): "libzmq"
                default: "other"
                }
            parts[part, default: 0] += used
        }
        return parts
    }
}

/// Memory of a process that is in main memory now, bytes; 0 if it is gone (proc(5), `VmRSS`).
func residentBytes(of processID: Int32) -> UInt64 {
    let status = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
    return kibibytes * 1_024
}

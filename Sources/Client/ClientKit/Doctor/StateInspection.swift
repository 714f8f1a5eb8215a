import Glibc
import GridModel

import class Foundation.FileManager

/// Looks at the directory in which a terminal remembers things.
struct StateInspection {
    let directory: String

    /// The directory, its mode, and what waits in the spool.
    var findings: [Finding] {
        var status = stat()
        guard lstat(directory, &status) == 0 else {
            return [
                Finding(
                    .ok, "state",
                    Phrase(chinese: "\(directory) 尚未建立", english: "\(directory) is not there yet"))
            ]
        }
        return [self.state(status)] + spool
    }

    private func state(_ status: stat) -> Finding {
        if status.st_uid != geteuid() || access(directory, R_OK | W_OK | X_OK) != 0 {
            return Finding(
                .fail, "state",
                Phrase(chinese: "\(directory) 不可用", english: "\(directory) cannot be used"),
                advice: Phrase(
                    chinese: "目录须属于运行 gridcall 的用户，且可写",
                    english: "it has to belong to the user who runs gridcall, and be writable"),
                status: .inputOutput)
        }
        guard status.st_mode & 0o077 == 0 else {
            return Finding(
                .warn, "state",
                Phrase(
                    chinese: "\(directory) 对他人开放", english: "\(directory) is open to others"),
                advice: Phrase(verbatim: "chmod 700 \(directory)"))
        }
        return Finding(.ok, "state", Phrase(verbatim: directory))
    }

    private var spool: [Finding] {
        let waiting = count("spool")
        let rejected = count("rejected")
        if waiting + rejected == 0 { return [] }
        return [
            Finding(
                .warn, "spool",
                Phrase(
                    chinese: "\(waiting) 件待发，\(rejected) 件被拒",
                    english: "\(waiting) calls wait to be sent, \(rejected) were refused"),
                advice: Phrase(
                    chinese: "gridcall spool list 查看，gridcall spool flush 发送",
                    english: "gridcall spool list shows them, gridcall spool flush sends them"))
        ]
    }

    /// Entries of a directory that holds one file for each call; none if it is not there.
    private func count(_ name: String) -> Int {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(name)")
        return names?.count { !$0.hasPrefix(".") } ?? 0
    }
}

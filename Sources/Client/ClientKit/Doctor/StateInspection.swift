import Glibc
import GridModel

/// Looks at the directory in which a terminal remembers things, and at its spool.
struct StateInspection {
    let directory: String
    let spool: Spool

    /// The directory, its mode, and what lies in the spool, if anything does.
    var findings: [Finding] { [state] + [stored].compactMap(\.self) }

    private var state: Finding {
        var status = stat()
        guard lstat(directory, &status) == 0 else {
            return Finding(
                .ok, "state",
                Phrase(chinese: "\(directory) 尚未建立", english: "\(directory) is not there yet"))
        }
        return state(status)
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

    private var stored: Finding? {
        let (waiting, refused): (Int, Int)
        do throws(SpoolFailure) {
            waiting = try spool.pendingCount()
            refused = try spool.rejected().records.count
        } catch {
            return Finding(.fail, "spool", error.reason, status: .inputOutput)
        }
        if waiting + refused == 0 { return nil }
        return Finding(
            .warn, "spool",
            Phrase(
                chinese: "\(waiting) 件待发送，\(refused) 件被拒绝",
                english: "\(waiting) calls wait to be sent, \(refused) were refused"),
            advice: Phrase(
                chinese: "gridcall spool list 查看，gridcall spool flush 发送",
                english: "gridcall spool list shows them, gridcall spool flush sends them"))
    }
}

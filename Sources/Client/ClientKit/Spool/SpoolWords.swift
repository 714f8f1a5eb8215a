import GridModel

/// What is told about the spool.
enum SpoolWords {
    static let busy = Phrase(
        chinese: "另一个 gridcall 正在发送暂存的呼叫",
        english: "another gridcall is sending the stored calls")

    static let unnamedStreet = Phrase(
        chinese: "服务端没有说明它属于哪个街道", english: "the broker does not say whose it is")

    static func unusable(_ reason: Phrase) -> Phrase {
        Phrase(chinese: "暂存区：", english: "the spool: ") + reason
    }

    static func newerFormat(_ directory: String) -> Phrase {
        Phrase(
            chinese: "\(directory) 由较新的 gridcall 建立，请升级本机的 gridcall",
            english: "\(directory) was made by a newer gridcall: upgrade this one")
    }

    static func stored(_ id: String) -> Phrase {
        Phrase(
            chinese: "呼叫已暂存（标识 \(id)），下一个连上服务端的命令会先把它发出；查看：gridcall spool list",
            english: "the call is stored under \(id); the next command that reaches the broker "
                + "sends it first; see gridcall spool list")
    }

    static func tryAgain(_ id: String) -> Phrase {
        Phrase(
            chinese: "呼叫没有暂存；重试时请加上 --id \(id)，以免重复立案",
            english: "the call is NOT stored; to try again without filing twice, add --id \(id)")
    }

    static let needsIDs = Phrase(
        chinese: "呼叫没有暂存；连不上服务端时，请给出 --category、--grid（用标识）和 --description，即可暂存",
        english:
            "the call is NOT stored; while the broker is away, give --category and --grid by id, "
            + "and --description, and it is")

    static func storedRows(_ count: Int) -> Phrase {
        Phrase(
            chinese: "\(count) 行已暂存，下一个连上服务端的命令会先把它们发出；查看：gridcall spool list",
            english: "\(count) rows are stored; the next command that reaches the broker sends "
                + "them first; see gridcall spool list")
    }

    static func sent(_ record: SpoolRecord) -> Phrase {
        let place = record.origin.isEmpty ? "\(record.id)" : record.origin.escapedForTerminal
        let number = record.caseNumber.escapedForTerminal
        return Phrase(
            chinese: "暂存的呼叫 \(place) 已立案：\(number)",
            english: "the stored call \(place) is filed: \(number)")
    }

    static func summary(_ report: SpoolSender.Report) -> Phrase {
        var parts = [
            Phrase(
                chinese: "暂存的呼叫：已立案 \(report.confirmedCount) 件",
                english: "stored calls: \(report.confirmedCount) sent")
        ]
        if report.refusedCount > 0 {
            parts.append(
                Phrase(
                    chinese: "被拒绝 \(report.refusedCount) 件（查看：gridcall spool list）",
                    english: "\(report.refusedCount) refused (see gridcall spool list)"))
        }
        if report.leftCount > 0 {
            parts.append(
                Phrase(
                    chinese: "仍待发送 \(report.leftCount) 件",
                    english: "\(report.leftCount) still waiting"))
        }
        return parts.joined(separator: Phrase(chinese: "，", english: ", "))
    }

    static func damaged(_ file: String) -> Phrase {
        Phrase(
            chinese: "一个暂存文件已损坏，原样保留在 \(file)；其中完好的呼叫已照常处理",
            english: "a stored file is damaged and lies in \(file) as it was; "
                + "the calls that are whole in it were kept")
    }

    static func otherStreet(_ street: String, _ directory: String) -> Phrase {
        Phrase(
            chinese: "暂存的呼叫属于街道 \(street.escapedForTerminal)，而这里的服务端属于另一个街道，因此没有发出；"
                + "请核对 --broker，或用 gridcall spool drop 删除（\(directory)）",
            english: "the stored calls are for the street \(street.escapedForTerminal), but this "
                + "broker is another street's, so they were not sent; check --broker, or "
                + "forget them with gridcall spool drop (\(directory))")
    }

    static func filedAnew(_ record: SpoolRecord) -> Phrase {
        Phrase(
            chinese: "恢复后的服务端没有呼叫 \(record.id)，已重新立案：\(record.caseNumber.escapedForTerminal)",
            english: "the restored broker had lost the call \(record.id); it is filed anew: "
                + record.caseNumber.escapedForTerminal)
    }

    static func offered(_ report: SpoolSender.Report) -> Phrase {
        Phrase(
            chinese: "服务端由备份恢复过：已重新提交最近 30 天的 \(report.confirmedCount) 个呼叫",
            english: "the broker was restored from a backup: "
                + "\(report.confirmedCount) calls of the last 30 days were offered again")
    }

    static func unreadable(_ file: String) -> Phrase {
        Phrase(chinese: "\(file) 无法读取，已跳过", english: "\(file) cannot be read and is left out")
    }

    static func retried(_ count: Int) -> Phrase {
        Phrase(
            chinese: "\(count) 个呼叫将由下一个连上服务端的命令重新发送",
            english: "\(count) calls are sent again by the next command that reaches the broker")
    }

    static func dropped(_ count: Int) -> Phrase {
        Phrase(chinese: "已删除 \(count) 个呼叫", english: "\(count) calls are forgotten")
    }

    static func notThere(_ id: String) -> Phrase {
        Phrase(chinese: "暂存区里没有呼叫 \(id)", english: "there is no call \(id) in the spool")
    }
}

import BrokerEngine
import BrokerJournal
import Foundation
package import GridModel

/// The executable's subcommands about backups.
package enum BackupCommands {
    /// What `backup` is told.
    package struct Request {
        package var data: String
        package var target: String
        package var replaces: Bool
        /// How many backups stay in a directory; `nil`: all.
        package var keep: Int?
        package var acceptsDamagedTexts: Bool

        /// A request from the command line's words.
        package init(
            data: String, target: String, replaces: Bool, keep: Int?, acceptsDamagedTexts: Bool
        ) {
            self.data = data
            self.target = target
            self.replaces = replaces
            self.keep = keep
            self.acceptsDamagedTexts = acceptsDamagedTexts
        }
    }

    /// Makes a backup and prints what is in it. Throws `ExitReason`.
    package static func backup(_ request: Request, in language: Language) throws {
        let folder = isDirectory(request.target) ? BackupFolder(path: request.target) : nil
        guard request.keep == nil || (folder != nil && request.keep ?? 0 > 0) else {
            throw ExitReason(
                .usage,
                language(
                    chinese: "--keep 至少为 1，且 --to 必须是目录",
                    english: "--keep is at least 1 and needs a directory as --to"))
        }
        try explained(language) {
            let now = Moment.now.wall
            let writer = BackupWriter(
                of: DataDirectory(path: request.data),
                to: folder?.newPath(at: now) ?? request.target, replaces: request.replaces,
                acceptsDamagedTexts: request.acceptsDamagedTexts)
            print(language(text(of: try writer.run(now: now))))
            guard let keep = request.keep, let folder else { return }
            for name in try folder.prune(keeping: keep) {
                print(
                    language(chinese: "已删除旧备份：\(name)", english: "removed the old backup \(name)"))
            }
        }
    }

    /// What `restore` is told.
    package struct RestoreRequest {
        package var backup: String
        package var data: String
        package var epoch: UInt32?
        package var nextSerial: UInt64?
        package var acceptsDamagedTexts: Bool

        /// A request from the command line's words.
        package init(
            backup: String, data: String, epoch: UInt32?, nextSerial: UInt64?,
            acceptsDamagedTexts: Bool
        ) {
            self.backup = backup
            self.data = data
            self.epoch = epoch
            self.nextSerial = nextSerial
            self.acceptsDamagedTexts = acceptsDamagedTexts
        }
    }

    /// Brings a backup back and prints what begins. Throws `ExitReason`.
    package static func restore(_ request: RestoreRequest, in language: Language) throws {
        try explained(language) {
            let restore = Restore(
                of: request.backup, to: DataDirectory(path: request.data), epoch: request.epoch,
                firstSerial: request.nextSerial,
                acceptsDamagedTexts: request.acceptsDamagedTexts)
            let report = try restore.run(now: { Moment.now.wall }) { usleep(UInt32($0) * 1_000) }
            print(language(text(of: report)))
        }
    }

    /// Examines a backup. Throws `ExitReason` if it is not as it was made.
    package static func verify(
        backup path: String, anchors: [JournalAnchor], in language: Language
    ) throws {
        try explained(.english) {
            let backup = try BackupFile(path: path)
            var check = AnchorCheck(anchors)
            let verification = try backup.verify { check.pass($0) }
            print("\(verification.words); it ends with \(backup.end)")
            try BrokerCommands.tell(check, in: language)
        }
    }

    private static func explained(_ language: Language, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as BackupError {
            let code: ExitReason.Code =
                switch error {
                case .busy: .unavailable
                case .exists, .unsound, .occupied, .clockBehind, .epochTooLow, .serialOutOfRange:
                    .refused
                }
            throw ExitReason(code, language(error.message))
        } catch let error as JournalError {
            let code: ExitReason.Code =
                switch error {
                case .locked: .unavailable
                case .failed, .stopped, .outOfOrder, .secretRefused: .input
                case .notAJournal, .newerSchema, .belowHead, .differsFromHead, .headLost,
                    .journalMissing, .damaged, .unknownFact:
                    .refused
                }
            throw ExitReason(code, "\(error)")
        } catch let error as ExitReason {
            throw error
        } catch {
            throw ExitReason(.input, "\(error)")
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    private static func text(of report: BackupWriter.Report) -> Phrase {
        let (end, found) = (report.end, report.verification)
        let chain: String = end.chain.hexadecimal
        var text = Phrase(
            chinese: "已备份并核对：\(found.batches) 批，\(found.facts) 条事实，\(found.texts) 段文字",
            english: "backed up and verified: \(found.batches) batches, \(found.facts) facts, "
                + "\(found.texts) texts")
        let damaged = found.damagedTexts.count
        if damaged > 0 {
            text =
                text
                + Phrase(
                    chinese: "（\(damaged) 段已损坏）", english: " (\(damaged) of them damaged)")
        }
        let place = Phrase(
            chinese: "，至纪元 \(end.epoch) 第 \(end.seq) 批，链 \(chain)，\(report.bytes) 字节：",
            english: ", up to \(end), chain \(chain), \(report.bytes) bytes: ")
        return text + place + report.path
    }

    private static func text(of report: Restore.Report) -> Phrase {
        let backup = report.backup
        let found = Phrase(
            chinese: "已恢复纪元 \(backup.epoch) 第 \(backup.seq) 批的备份：未结呼叫 \(report.openCalls) 件，",
            english: "restored the backup of \(backup): \(report.openCalls) open calls, ")
        let released = Phrase(
            chinese: "\(report.released) 项在办任务重新排队；",
            english: "\(report.released) assignments in hand are queued again; ")
        let begins = Phrase(
            chinese: "纪元 \(report.epoch) 开始，下一件呼叫的编号为 \(report.firstSerial)\n",
            english: "epoch \(report.epoch) begins, the next call has serial "
                + "\(report.firstSerial)\n")
        let next = Phrase(
            chinese: "请启动服务端；各终端下次运行时会补报备份之后确认的呼叫",
            english: "start the broker; with their next command terminals offer again what was "
                + "confirmed after the backup")
        return found + released + begins + next
    }
}

extension Digest {
    /// The bytes in hexadecimal.
    fileprivate var hexadecimal: String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

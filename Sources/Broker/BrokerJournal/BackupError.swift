package import GridModel

/// Why a backup cannot be made or brought back.
package enum BackupError: Error, Hashable, Sendable {
    /// A file has the backup's name, and it was not said that it may be replaced.
    case exists(path: String)
    /// Another process writes a backup under this name.
    case busy(path: String)
    /// The file is no backup of ours, or not as it was made.
    case unsound(path: String, reason: String)
    /// The data directory is not empty.
    case occupied(directory: String, found: String)
    /// By this machine's clock the backup lies in the future, so the clock gives neither an epoch
    /// nor a gap.
    case clockBehind(now: Timestamp, backup: Timestamp, epoch: UInt32)
    /// An epoch that was asked for is not above the backup's.
    case epochTooLow(asked: UInt32, backup: UInt32)
    /// A serial that was asked for is not above the backup's, or above every serial there can be.
    case serialOutOfRange(asked: UInt64, lowest: UInt64, highest: UInt64)

    /// What is wrong and what can be done, for people.
    package var message: Phrase {
        switch self {
        case .exists(let path):
            Phrase(
                chinese: "\(path) 已存在；换一个名称，或用 --replace 替换它",
                english:
                    "\(path) is there already: choose another name, or replace it with --replace"
            )
        case .busy(let path):
            Phrase(
                chinese: "另一个进程正在写 \(path)", english: "another process is writing \(path)")
        case .unsound(let path, let reason):
            Phrase(
                chinese: "\(path) 不是完好的备份，未做任何改动：\(reason)",
                english: "\(path) is no sound backup, nothing was changed: \(reason)")
        case .occupied(let directory, let found):
            Phrase(
                chinese: "\(directory) 不是空目录，其中有 \(found)：请先将其内容移到别处，不要删除",
                english: "\(directory) is not empty, it holds \(found): move what is in it "
                    + "elsewhere first, and do not delete it")
        case .clockBehind(let now, let backup, let epoch):
            Self.clock(now.inUTC(as: "%FT%TZ"), before: backup.inUTC(as: "%FT%TZ"), epoch)
        case .epochTooLow(let asked, let backup):
            Phrase(
                chinese: "--epoch \(asked) 必须大于备份的纪元 \(backup)",
                english: "--epoch \(asked) must be above the backup's epoch \(backup)")
        case .serialOutOfRange(let asked, let lowest, let highest):
            Phrase(
                chinese: "--next-serial \(asked) 必须在 \(lowest) 与 \(highest) 之间",
                english: "--next-serial \(asked) must be between \(lowest) and \(highest)")
        }
    }

    private static func clock(_ now: String, before last: String, _ epoch: UInt32) -> Phrase {
        Phrase(
            chinese: "本机时钟为 \(now)，早于备份的最后一批（\(last)，纪元 \(epoch)）："
                + "请先校正时钟；若时钟无误，用 --epoch 和 --next-serial 指定",
            english: "by this machine's clock it is \(now), before the last batch of the backup "
                + "(\(last), epoch \(epoch)): set the clock; or, if it is right, say --epoch "
                + "and --next-serial")
    }
}

extension BackupError: CustomStringConvertible {
    package var description: String { message.english }
}

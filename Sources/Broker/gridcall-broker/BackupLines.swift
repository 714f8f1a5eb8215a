import ArgumentParser
import BrokerServer

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Copy the journal to one file, also beside a running broker, and verify the copy.",
        discussion: """
            The secret, keys and the catalogue's file are not in it. Exits 1 if the journal is not \
            intact or the file is there already.
            """)

    @Option(help: "The data directory; it is only read.")
    var data: String

    @Option(help: "The file to make, or a directory, where it is named by the time.")
    var to: String

    @Flag(help: "Replace the file if it is there.")
    var replace = false

    @Option(help: "In a directory: remove all but so many of the newest backups afterwards.")
    var keep: Int?

    @Flag(help: "Copy texts that are damaged in the journal as they are.")
    var acceptDamagedTexts = false

    @OptionGroup var words: LanguageOption

    func run() throws {
        try GridcallBroker.exiting {
            try BackupCommands.backup(
                BackupCommands.Request(
                    data: data, target: to, replaces: replace, keep: keep,
                    acceptsDamagedTexts: acceptDamagedTexts), in: words.language)
        }
    }
}

struct RestoreBackup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data directory from a backup, in a new epoch.",
        discussion: """
            Claims of before are void, case numbers leave a gap, and terminals offer again what \
            was confirmed after the backup. Exits 1, and writes nothing, if the backup is not as \
            it was made or the directory is not empty.
            """)

    @Argument(help: "The backup.")
    var backup: String

    @Option(help: "The data directory; made if missing, else it must be empty.")
    var data: String

    @Option(help: "The epoch to begin, in place of the time in seconds since 1970.")
    var epoch: UInt32?

    @Option(
        help: """
            The serial of the next case number, in place of a gap of 1,000 for each millisecond \
            since the backup's last batch.
            """)
    var nextSerial: UInt64?

    @Flag(help: "Restore also if texts are damaged.")
    var acceptDamagedTexts = false

    @OptionGroup var words: LanguageOption

    func run() throws {
        try GridcallBroker.exiting {
            try BackupCommands.restore(
                BackupCommands.RestoreRequest(
                    backup: backup, data: data, epoch: epoch, nextSerial: nextSerial,
                    acceptsDamagedTexts: acceptDamagedTexts), in: words.language)
        }
    }
}

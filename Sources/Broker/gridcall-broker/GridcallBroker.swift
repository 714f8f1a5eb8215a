import ArgumentParser
import BrokerServer
import Foundation
import GridModel

@main
struct GridcallBroker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridcall-broker",
        abstract: "Routes every call of a street to the departments that must act on it.",
        version: BrokerConfiguration.version,
        subcommands: [
            Run.self, Check.self, Diff.self, Verify.self, Snapshot.self, Backup.self,
            RestoreBackup.self, Keygen.self, Authorize.self, Revoke.self, Keys.self, Roles.self,
        ], defaultSubcommand: Run.self)

    /// Runs a command and ends the process with its code, its message on standard error.
    static func exiting(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let reason as ExitReason {
            if let message = reason.message {
                FileHandle.standardError.write(Data((message + "\n").utf8))
            }
            throw ExitCode(reason.code.rawValue)
        }
    }
}

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a street until SIGTERM or SIGINT; SIGHUP takes a new catalogue and keys.")

    @Option(help: "The street's catalogue, a YAML file.")
    var catalogue: String

    @Option(help: "The directory of journal, views and archive; made if missing.")
    var data: String

    @OptionGroup var access: AccessArguments

    @Option(help: "The secret that signs receipts; outside the data directory.")
    var secret: String?

    @Option(help: "MiB of the data's disk that stay free: with less no new call is filed.")
    var keepFree: UInt32 = BrokerCommands.defaultKeepFree

    @Option(help: "A snapshot is made when a start would have to apply so many facts.")
    var snapshotAfter: UInt32 = BrokerCommands.defaultSnapshotAfter

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String = "notice"

    func run() throws {
        try GridcallBroker.exiting {
            try BrokerCommands.run(
                catalogue: catalogue, data: data, secret: secret, access: access.options,
                keepFree: keepFree, snapshotAfter: snapshotAfter, logLevel: logLevel)
        }
    }
}

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain every mistake of a catalogue; exits 65 if there is one.")

    @Argument(help: "The YAML file.")
    var file: String

    @OptionGroup var words: LanguageOption

    func run() throws {
        try GridcallBroker.exiting { try BrokerCommands.check(file: file, in: words.language) }
    }
}

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what a new catalogue would do to open calls.",
        discussion: "Exits 1 if a broker with these calls would refuse it, 65 for a mistake in it.")

    @Argument(help: "The catalogue as it is, a YAML file.")
    var old: String

    @Argument(help: "The catalogue as it shall be.")
    var new: String

    @Option(help: "The data directory, to count the open calls concerned; it is only read.")
    var data: String?

    @OptionGroup var words: LanguageOption

    func run() throws {
        try GridcallBroker.exiting {
            try BrokerCommands.diff(old: old, new: new, data: data, in: words.language)
        }
    }
}

/// The language of what is told about a catalogue.
struct LanguageOption: ParsableArguments {
    @Option(
        name: .customLong("lang"), help: "zh or en. (default: $GRIDCALL_LANG, else the locale's)")
    var chosen: Language?

    var language: Language {
        chosen ?? Language(environment: ProcessInfo.processInfo.environment)
    }
}

extension Language: ExpressibleByArgument {}

struct Snapshot: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the snapshot anew, beside a running broker or without one.",
        discussion: "A start reads the journal from there on. The broker makes one by itself.")

    @Option(help: "The data directory.")
    var data: String

    func run() throws { try GridcallBroker.exiting { try BrokerCommands.snapshot(data: data) } }
}

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute the journal's chain again, without a running broker.")

    @Option(help: "The data directory.")
    var data: String?

    @Option(help: "A backup, in place of a data directory.")
    var backup: String?

    @Option(
        help: "An anchor of `gridcall audit anchor`, a line or a file of lines; may be repeated.")
    var anchor: [String] = []

    @OptionGroup var words: LanguageOption

    func validate() throws {
        if (data == nil) == (backup == nil) { throw ValidationError("say --data or --backup") }
    }

    func run() throws {
        try GridcallBroker.exiting {
            let anchors = try BrokerCommands.anchors(anchor, in: words.language)
            if let data {
                try BrokerCommands.verify(data: data, anchors: anchors, in: words.language)
            }
            if let backup {
                try BackupCommands.verify(backup: backup, anchors: anchors, in: words.language)
            }
        }
    }
}

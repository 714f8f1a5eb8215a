import ArgumentParser
import ClientKit

import class Foundation.ProcessInfo

/// Where the broker is and how long to wait for it; they may stand before the subcommand or after.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The broker. (default: $GRIDCALL_BROKER, else \(Terminal.defaultEndpoint))")
    var broker: String?

    @Option(help: "The language: zh or en. (default: $GRIDCALL_LANG, else the locale's)")
    var lang: Language?

    @Option(help: "Seconds to wait for an answer. (default: \(BrokerClient.defaultTimeout))")
    var timeout: Int64?

    @Option(
        help: """
            Where calls that cannot be sent are stored. \
            (default: $GRIDCALL_SPOOL, else $XDG_STATE_HOME/gridcall)
            """,
        completion: .directory)
    var spool: String?

    func validate() throws {
        if let timeout, !(1...86_400).contains(timeout) {
            throw ValidationError("--timeout is 1 to 86400 seconds")
        }
    }

    /// Runs a command against that broker and ends the process with its exit code.
    func run(_ command: some ClientCommand, before: ConnectionOptions) throws {
        throw ExitCode(terminal(before: before).run(command).rawValue)
    }

    /// Runs a command that needs no broker and ends the process with its exit code.
    func run(offline command: some OfflineCommand, before: ConnectionOptions) throws {
        throw ExitCode(terminal(before: before).run(offline: command).rawValue)
    }

    private func terminal(before: ConnectionOptions) -> Terminal {
        Terminal(
            endpoint: broker ?? before.broker,
            timeout: timeout ?? before.timeout ?? BrokerClient.defaultTimeout,
            environment: ProcessInfo.processInfo.environment, language: .chosen,
            console: StandardConsole(), spoolDirectory: spool ?? before.spool)
    }
}

extension Language {
    /// The language of this process, known before its arguments are parsed.
    static let chosen = Language(
        arguments: CommandLine.arguments.dropFirst(),
        environment: ProcessInfo.processInfo.environment)
}

/// How results are written.
struct FormatOptions: ParsableArguments {
    @Option(help: "How results are written: table or json.")
    var format: PlainFormat = .table
}

/// The formats of everything but lists.
enum PlainFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json

    var output: OutputFormat { self == .json ? .json : .table }
}

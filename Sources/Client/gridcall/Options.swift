import ArgumentParser
import ClientKit
import GridModel

/// Where the broker is, how long to wait for it, and how it all looks; these options may stand
/// before the subcommand or after.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: .told(
            "服务端的地址（默认：$GRIDCALL_BROKER，否则 \(Terminal.defaultEndpoint)）",
            "The broker. (default: $GRIDCALL_BROKER, else \(Terminal.defaultEndpoint))"))
    var broker: String?

    @Option(
        help: .told(
            "语言：zh 或 en（默认：$GRIDCALL_LANG，否则按系统语言）",
            "The language: zh or en. (default: $GRIDCALL_LANG, else the locale's)"))
    var lang: Language?

    @Option(
        help: .told(
            "着色：auto、always 或 never（默认：auto，仅在终端上，且未设 NO_COLOR）",
            "Colours: auto, always or never. (default: auto: on a terminal without NO_COLOR)"))
    var color: ColourChoice?

    @Option(
        help: .told(
            "等待答复的秒数（默认：\(BrokerClient.defaultTimeout)）",
            "Seconds to wait for an answer. (default: \(BrokerClient.defaultTimeout))"))
    var timeout: Int64?

    @Option(
        help: .told(
            "无法发出的呼叫暂存在哪里（默认：$GRIDCALL_SPOOL，否则 $XDG_STATE_HOME/gridcall）",
            "Where calls that cannot be sent are stored. "
                + "(default: $GRIDCALL_SPOOL, else $XDG_STATE_HOME/gridcall)"),
        completion: .directory)
    var spool: String?

    @Option(
        help: .told(
            "本机的私钥文件 NAME.key_secret（默认：$GRIDCALL_KEY）",
            "This terminal's secret key, NAME.key_secret of keygen. (default: $GRIDCALL_KEY)"),
        completion: .file())
    var key: String?

    @Option(
        help: .told(
            "服务端的公钥，或其文件（默认：$GRIDCALL_SERVER_KEY）",
            "The broker's public key, or its file. (default: $GRIDCALL_SERVER_KEY)"),
        completion: .file())
    var serverKey: String?

    func validate() throws {
        if let timeout, !(1...86_400).contains(timeout) {
            throw ValidationError(
                told("--timeout 为 1 至 86400 秒", "--timeout is 1 to 86400 seconds"))
        }
    }

    /// Runs a command against that broker and ends the process with its exit code.
    func run(
        _ command: some ClientCommand, before: ConnectionOptions, bom: Bool = false
    ) throws {
        throw ExitCode(try terminal(before: before, bom: bom).run(command).rawValue)
    }

    /// Runs a command that needs no broker and ends the process with its exit code.
    func run(
        offline command: some OfflineCommand, before: ConnectionOptions, bom: Bool = false
    ) throws {
        throw ExitCode(try terminal(before: before, bom: bom).run(offline: command).rawValue)
    }

    private func terminal(before: ConnectionOptions, bom: Bool) throws -> Terminal {
        let console = StandardConsole()
        if case .failure(let failure) = Invocation.settings {
            console.note("gridcall: \(failure.message.text(in: .chosen))\n")
            throw ExitCode(failure.exitStatus.rawValue)
        }
        let options = resolved(before: before)
        return Terminal(
            endpoint: options.endpoint, timeout: options.timeout,
            environment: Invocation.environment, language: .chosen,
            palette: options.palette(isTerminal: console.outputIsTerminal), marksByteOrder: bom,
            console: console, spoolDirectory: spool ?? before.spool, keys: options.keys)
    }

    /// What holds in the end: these options, those before the subcommand, the environment, the
    /// configuration file, the defaults.
    func resolved(before: ConnectionOptions) -> ResolvedOptions {
        let settings = (try? Invocation.settings.get()) ?? Settings()
        let variable = Invocation.environment[Terminal.endpointVariable]
        return ResolvedOptions(
            endpoint: broker ?? before.broker ?? variable.flatMap { $0.isEmpty ? nil : $0 }
                ?? settings.broker ?? Terminal.defaultEndpoint,
            timeout: timeout ?? before.timeout ?? settings.timeout
                ?? BrokerClient.defaultTimeout,
            colour: color ?? before.color ?? settings.colour ?? .auto,
            keys: TerminalKeys(
                key: key ?? before.key ?? Self.named(TerminalKeys.keyVariable) ?? settings.key,
                serverKey: serverKey ?? before.serverKey
                    ?? Self.named(TerminalKeys.serverKeyVariable) ?? settings.serverKey))
    }

    private static func named(_ variable: String) -> String? {
        Invocation.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The options of a run after everything that may set them was asked.
struct ResolvedOptions {
    let endpoint: String
    /// Seconds.
    let timeout: Int64
    let colour: ColourChoice
    let keys: TerminalKeys

    func palette(isTerminal: Bool) -> Palette {
        colour.palette(isTerminal: isTerminal, environment: Invocation.environment)
    }
}

/// How results that are tables are written.
struct FormatOptions: ParsableArguments {
    @Option(
        name: .customLong("format"),
        help: .told("结果的格式：table、json 或 csv", "How results are written: table, json or csv."))
    var chosen: OutputFormat?

    @Flag(
        help: .told("csv 以字节顺序标记开头，供电子表格使用", "Begin csv with a byte order mark, for spreadsheets."))
    var bom = false

    var output: OutputFormat { chosen ?? Invocation.format ?? .table }

    func validate() throws {
        if bom, output != .csv {
            throw ValidationError(told("--bom 需要 --format csv", "--bom needs --format csv"))
        }
    }
}

/// How results are written that are no tables.
struct PlainFormatOptions: ParsableArguments {
    @Option(
        name: .customLong("format"),
        help: .told("结果的格式：table 或 json", "How results are written: table or json."))
    var chosen: PlainFormat?

    var output: OutputFormat {
        if let chosen { return chosen == .json ? .json : .table }
        return Invocation.format == .json ? .json : .table
    }
}

/// The formats of everything but tables.
enum PlainFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
}

extension Invocation {
    /// The format of the configuration file.
    static var format: OutputFormat? { (try? settings.get())?.format }
}

import Glibc
import GridCodec
package import GridModel
package import GridSession

/// A command of `gridcall`, parsed and ready.
package protocol ClientCommand {
    /// Whether the command itself sees to the calls in the spool.
    var sendsSpoolItself: Bool { get }
    /// Does it. Errors: why it could not be done; the terminal tells the user.
    func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus
}

extension ClientCommand {
    package var sendsSpoolItself: Bool { false }
}

/// A command of `gridcall` that needs no broker.
package protocol OfflineCommand {
    /// Does it. Errors: why it could not be done; the terminal tells the user.
    func run(
        _ spool: TerminalSpool, _ console: any Console, _ language: Language
    ) throws(ClientFailure) -> ExitStatus
}

/// What a command works with.
package struct ClientSession {
    /// The session with the broker.
    package let link: any BrokerLink
    /// Asks one thing at a time over that session.
    package let client: BrokerClient
    /// Where results go.
    package let console: any Console
    /// Where the broker is.
    package let endpoint: String
    /// The language of everything written for people.
    package let language: Language
    /// Keeps calls that cannot be sent, and confirmed ones; `nil` where nothing is kept.
    package let spool: TerminalSpool?

    /// The colours of results.
    package let palette: Palette
    /// Whether CSV begins with a byte order mark, as spreadsheets want it.
    package let marksByteOrder: Bool

    /// What output depends on; the zone is known after the first answer.
    var presentation: Presentation {
        var presentation = Presentation(zone: client.zone, language: language)
        presentation.palette = palette
        presentation.now = client.brokerTime
        return presentation
    }

    /// The same with the catalogue's names; without them if the broker does not tell them.
    var namedPresentation: Presentation {
        var presentation = presentation
        if case .catalogue(let reply)? = try? client.query(.catalogue(.init())) {
            presentation.names = CatalogueNames(reply)
        }
        return presentation
    }

    /// Writes a result in the format asked for.
    func write(
        as format: OutputFormat, json: @autoclosure () -> JSONValue,
        table: @autoclosure () -> String, csv: @autoclosure () -> String
    ) {
        switch format {
        case .json: console.write(json().rendered)
        case .table: console.write(table())
        case .csv: console.write((marksByteOrder ? "\u{FEFF}" : "") + csv())
        }
    }

    /// What a command works with.
    package init(
        link: any BrokerLink, console: any Console, endpoint: String,
        timeout: Int64 = BrokerClient.defaultTimeout, language: Language = .english,
        palette: Palette = .plain, marksByteOrder: Bool = false, spool: TerminalSpool? = nil
    ) {
        self.link = link
        client = BrokerClient(link, endpoint: endpoint, timeout: timeout)
        self.console = console
        self.endpoint = endpoint
        self.language = language
        self.palette = palette
        self.marksByteOrder = marksByteOrder
        self.spool = spool
    }
}

/// One run of `gridcall`: connects, runs a command, remembers what a terminal must remember.
package struct Terminal {
    /// The version told to the broker and printed by `--version`.
    package static let version = "0.1.0"
    /// Where the broker is unless it is said otherwise.
    package static let defaultEndpoint = "tcp://127.0.0.1:5570"
    /// The environment variable that says otherwise.
    package static let endpointVariable = "GRIDCALL_BROKER"

    private let endpoint: String
    private let timeout: Int64
    private let environment: [String: String]
    private let language: Language
    private let palette: Palette
    private let marksByteOrder: Bool
    private let console: any Console
    private let spoolDirectory: String?
    private let keys: TerminalKeys

    /// A terminal; without an `endpoint` that of the environment or the default is used.
    package init(
        endpoint: String?, timeout: Int64, environment: [String: String], language: Language,
        palette: Palette = .plain, marksByteOrder: Bool = false, console: any Console,
        spoolDirectory: String? = nil, keys: TerminalKeys = TerminalKeys()
    ) {
        let fromEnvironment = environment[Self.endpointVariable].flatMap { $0.isEmpty ? nil : $0 }
        self.endpoint = endpoint ?? fromEnvironment ?? Self.defaultEndpoint
        self.timeout = timeout
        self.environment = environment
        self.language = language
        self.palette = palette
        self.marksByteOrder = marksByteOrder
        self.console = console
        self.spoolDirectory = spoolDirectory
        self.keys = keys
    }

    /// Runs a command to its end and says how it ended.
    package func run(_ command: some ClientCommand) -> ExitStatus {
        let status = runConnected(command)
        guard let code = console.outputFailure else { return status }
        let reason = String(cString: strerror(code))
        let message = Phrase(
            chinese: "无法写到标准输出：\(reason)",
            english: "cannot write to standard output: \(reason)")
        console.note("gridcall: \(message.text(in: language))\n")
        return .inputOutput
    }

    private func runConnected(_ command: some ClientCommand) -> ExitStatus {
        do throws(ClientFailure) {
            var configuration = self.configuration
            configuration.curve = try keys.read()
            let link = try SessionLink(endpoint: endpoint, configuration: configuration)
            defer {
                link.close()
                remember(link.highestTag)
            }
            let session = ClientSession(
                link: link, console: console, endpoint: endpoint, timeout: timeout,
                language: language, palette: palette, marksByteOrder: marksByteOrder, spool: spool)
            if !command.sendsSpoolItself { spool.sendFirst(session.client) }
            let status = try command.run(in: session)
            if !command.sendsSpoolItself { spool.offerAgain(session.client) }
            return status
        } catch {
            console.note("gridcall: \(error.message.text(in: language))\n")
            return error.exitStatus
        }
    }

    /// The session of `gridcall doctor`, which remembers nothing.
    package static func doctorSession(
        environment: [String: String], keys: TerminalKeys
    ) throws(ClientFailure) -> SessionConfiguration {
        var generator = SystemRandomNumberGenerator()
        var configuration = SessionConfiguration(
            session: SessionID(high: generator.next(), low: generator.next() | 1),
            role: .unspecified, software: "gridcall/\(version)",
            name: peerName(environment: environment))
        configuration.curve = try keys.read()
        return configuration
    }

    /// Runs a command that needs no broker.
    package func run(offline command: some OfflineCommand) -> ExitStatus {
        do throws(ClientFailure) {
            return try command.run(spool, console, language)
        } catch {
            console.note("gridcall: \(error.message.text(in: language))\n")
            return error.exitStatus
        }
    }

    /// The spool for this broker; nothing is read or made yet.
    private var spool: TerminalSpool {
        let named = environment[TerminalSpool.variable].flatMap { $0.isEmpty ? nil : $0 }
        let base =
            spoolDirectory ?? named ?? TerminalState.directory(environment: environment)
        let absolute = base.hasPrefix("/") ? base : "\(Self.workingDirectory)/\(base)"
        let place = Spool(directory: "\(absolute)/\(TerminalState.key(ofEndpoint: endpoint))")
        return TerminalSpool(place, console: console, language: language)
    }

    private static var workingDirectory: String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&path, path.count) != nil else { return "" }
        return String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private var state: TerminalState {
        TerminalState(
            directory: TerminalState.directory(environment: environment), endpoint: endpoint)
    }

    /// What the peer may be is for the broker to say: its key, or that it is of this machine.
    private var configuration: SessionConfiguration {
        var generator = SystemRandomNumberGenerator()
        let session = SessionID(high: generator.next(), low: generator.next() | 1)
        var configuration = SessionConfiguration(
            session: session, role: .unspecified, software: "gridcall/\(Self.version)",
            name: Self.peerName(environment: environment))
        do throws(TerminalState.Failure) {
            configuration.highestSeen = try state.highestTag()
        } catch {
            console.note("gridcall: \(error.reason)\n")
        }
        return configuration
    }

    /// Keeps the tag for the next run. That it cannot be kept does not undo what was done.
    private func remember(_ tag: WireTag?) {
        guard let tag else { return }
        do throws(TerminalState.Failure) {
            try state.remember(tag)
        } catch {
            console.note("gridcall: \(error.reason)\n")
        }
    }

    /// Who sits where, for the broker's views: `user@machine`.
    private static func peerName(environment: [String: String]) -> String {
        var name = [CChar](repeating: 0, count: 65)
        _ = gethostname(&name, name.count - 1)
        let machine = String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let user = environment["USER"].map { "\($0)@" } ?? ""
        return (user + machine).escapedForTerminal.shortened(toWidth: 64)
    }
}

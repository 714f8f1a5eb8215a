import Glibc
import GridCodec
package import GridModel
package import GridSession

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

    /// A terminal of the broker at `endpoint`.
    package init(
        endpoint: String, timeout: Int64, environment: [String: String], language: Language,
        palette: Palette = .plain, marksByteOrder: Bool = false, console: any Console,
        spoolDirectory: String? = nil, keys: TerminalKeys = TerminalKeys()
    ) {
        self.endpoint = endpoint
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
        written { () throws(ClientFailure) in try runConnected(command) }
    }

    /// Runs a command that needs no broker.
    package func run(offline command: some OfflineCommand) -> ExitStatus {
        let session = OfflineSession(
            spool: spool, console: console, language: language, palette: palette,
            marksByteOrder: marksByteOrder)
        return written { () throws(ClientFailure) in try command.run(in: session) }
    }

    /// How `body` ended, told to the user; it did not end well if its results were not written.
    private func written(_ body: () throws(ClientFailure) -> ExitStatus) -> ExitStatus {
        let status: ExitStatus
        do throws(ClientFailure) {
            status = try body()
        } catch {
            tell(error.message)
            status = error.exitStatus
        }
        guard let code = console.outputFailure else { return status }
        let reason = String(cString: strerror(code))
        let message = Phrase(
            chinese: "无法写到标准输出：\(reason)",
            english: "cannot write to standard output: \(reason)")
        tell(message)
        return .inputOutput
    }

    private func tell(_ message: Phrase) { console.note("gridcall: \(language(message))\n") }

    private func runConnected(
        _ command: some ClientCommand
    ) throws(ClientFailure) -> ExitStatus {
        var configuration = try Self.session(environment: environment, keys: keys)
        configuration.highestSeen = highestTag
        let link = try SessionLink(endpoint: endpoint, configuration: configuration)
        defer {
            link.close()
            remember(link.highestTag)
        }
        let session = ClientSession(
            link: link, console: console, endpoint: endpoint, timeout: timeout,
            language: language, palette: palette, marksByteOrder: marksByteOrder, spool: spool,
            memory: state)
        guard !command.sendsSpoolItself else { return try command.run(in: session) }
        spool.sendFirst(session.client)
        // Also when the command fails: asked for a call that the broker lost, it must.
        defer { spool.offerAgain(session.client) }
        return try command.run(in: session)
    }

    /// A session of this terminal that remembers nothing: that of `gridcall doctor`.
    ///
    /// What the peer may be is for the broker to say: its key, or that it is of this machine.
    package static func session(
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

    /// The spool for this broker; nothing is read or made yet.
    private var spool: TerminalSpool {
        TerminalSpool(
            Spool(ofBroker: endpoint, in: spoolDirectory, environment: environment),
            console: console, language: language)
    }

    private var state: TerminalState {
        TerminalState(
            directory: TerminalState.directory(environment: environment), endpoint: endpoint)
    }

    /// The highest tag seen; `nil`, told, if what was kept cannot be used.
    private var highestTag: WireTag? {
        do throws(TerminalState.Failure) {
            return try state.highestTag()
        } catch {
            tell(error.reason)
            return nil
        }
    }

    /// Keeps the tag for the next run. That it cannot be kept does not undo what was done.
    private func remember(_ tag: WireTag?) {
        guard let tag else { return }
        do throws(TerminalState.Failure) {
            try state.remember(tag)
        } catch {
            tell(error.reason)
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

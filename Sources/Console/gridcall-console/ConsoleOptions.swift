import ArgumentParser
import ClientKit
import ConsoleKit
import Foundation
import GridModel

/// What the console watches, where it listens, and who may see it.
struct ConsoleOptions: ParsableArguments {
    @Option(
        name: .customLong("broker"),
        help: """
            A broker's endpoint; may be repeated (default: $GRIDCALL_BROKER, several with spaces \
            between, else tcp://127.0.0.1:5570).
            """)
    var brokers: [String] = []

    @Option(
        help: """
            The console's secret key, NAME.key_secret of keygen, of an operator or auditor \
            (default: $GRIDCALL_KEY).
            """)
    var key: String?

    @Option(
        name: .customLong("server-key"),
        help: """
            The broker's public key, or its file; once, or once for each --broker (default: \
            $GRIDCALL_SERVER_KEY).
            """)
    var serverKeys: [String] = []

    @Option(help: "A configuration file in YAML (default: $GRIDCALL_CONSOLE_CONFIG).")
    var config: String?

    @Option(help: "Where to listen (default: \(ConsoleSettings.defaultListen)).")
    var listen: String?

    @Option(
        help: """
            Ask for the token in the first line of this file, mode 0600 (default where there is \
            one: $CREDENTIALS_DIRECTORY/console-token).
            """)
    var tokenFile: String?

    @Option(help: "The header field in which a reverse proxy names the user.")
    var identityHeader: String?

    @Option(help: "A user that the proxy may name; may be repeated.")
    var allow: [String] = []

    @Option(
        name: .customLong("trusted-proxy"),
        help: "The address of a proxy that is believed; may be repeated.")
    var trustedProxies: [String] = []

    @Option(
        name: .customLong("host"),
        help: """
            A name by which browsers may ask for the console, besides localhost; may be repeated.
            """)
    var hosts: [String] = []

    @Option(
        name: .customLong("disk"),
        help: """
            A directory whose disk is watched, where the broker's data is on this machine; may be \
            repeated.
            """)
    var disks: [String] = []

    /// What holds in the end. Throws `ConsoleSettings.Mistake`, `ClientFailure`.
    func settings(_ environment: [String: String]) throws -> ConsoleSettings {
        var own = ConsoleSettings()
        own.listen = listen
        own.tokenFile = tokenFile ?? Self.credential(environment)
        own.identityHeader = identityHeader
        own.allow = allow
        own.trustedProxies = trustedProxies
        own.hosts = hosts
        own.disks = disks
        own.brokers = try ConsoleSettings.brokers(
            endpoints: brokers, key: key ?? Self.value(environment, TerminalKeys.keyVariable),
            serverKeys: serverKeys.isEmpty ? Self.words(environment, .serverKeys) : serverKeys)
        var all = own.over(try Self.environment(environment, key: key, serverKeys: serverKeys))
        if let path = config ?? Self.value(environment, ConsoleSettings.fileVariable) {
            all = all.over(try Self.file(path))
        }
        if all.brokers.isEmpty {
            all.brokers = try ConsoleSettings.brokers(
                endpoints: [Terminal.defaultEndpoint],
                key: key ?? Self.value(environment, TerminalKeys.keyVariable),
                serverKeys: serverKeys.isEmpty ? Self.words(environment, .serverKeys) : serverKeys)
        }
        return all
    }

    private enum Words: String {
        case brokers = "GRIDCALL_BROKER"
        case serverKeys = "GRIDCALL_SERVER_KEY"
    }

    private static func environment(
        _ environment: [String: String], key: String?, serverKeys: [String]
    ) throws -> ConsoleSettings {
        var settings = ConsoleSettings()
        settings.brokers = try ConsoleSettings.brokers(
            endpoints: words(environment, .brokers),
            key: key ?? value(environment, TerminalKeys.keyVariable),
            serverKeys: serverKeys.isEmpty ? words(environment, .serverKeys) : serverKeys)
        return settings
    }

    private static func value(_ environment: [String: String], _ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func words(_ environment: [String: String], _ name: Words) -> [String] {
        (environment[name.rawValue] ?? "").split(separator: " ").map(String.init)
    }

    private static func credential(_ environment: [String: String]) -> String? {
        guard let directory = environment["CREDENTIALS_DIRECTORY"] else { return nil }
        let path = directory + "/console-token"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    private static func file(_ path: String) throws -> ConsoleSettings {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConsoleSettings.Mistake(
                Phrase(chinese: "无法读取 \(path)", english: "cannot read \(path)"))
        }
        do throws(ConfigurationMistakes) {
            return try ConsoleSettings(yaml: String(decoding: data, as: UTF8.self))
        } catch {
            let lines = error.list.map { Phrase(verbatim: "\(path):\($0.line): ") + $0.reason }
            throw ConsoleSettings.Mistake(lines.joined(separator: "; "))
        }
    }
}

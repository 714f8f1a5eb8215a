import ArgumentParser
import ClientKit
import ConsoleKit
import Dispatch
import Foundation
import GridModel
import GridSession
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import ServiceNotify

/// The program: reads its options, begins to watch, serves until it is told to end.
@main
struct GridcallConsole: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridcall-console",
        abstract: "Shows in a browser how one or many brokers stand, and gives their metrics.",
        discussion: """
            Read-only. On loopback it is open to everybody of this machine; on any other address \
            it asks for a token or for a user that a trusted reverse proxy names. Options stand \
            above the environment, that above the configuration file; docs/console.md explains them.
            """, version: Terminal.version)

    @OptionGroup var options: ConsoleOptions

    @Option(
        help: "trace, debug, info, notice, warning, error or critical.",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("there is no log level \(text)")
            }
            return level
        })
    var logLevel = Logger.Level.info

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        ServiceLogHandler.bootstrap(environment: environment)
        var logger = Logger(label: "gridcall-console")
        logger.logLevel = logLevel
        let application: ConsoleApplication
        do {
            application = try self.application(environment)
        } catch {
            logger.critical(
                "the console cannot begin: correct its options",
                metadata: ["error": "\(Self.reason(error))"])
            throw ExitCode(EX_CONFIG)
        }
        do {
            try await serve(application, environment, logger)
        } catch {
            logger.critical("the console cannot serve", metadata: ["error": "\(error)"])
            throw ExitCode(EX_UNAVAILABLE)
        }
    }

    private func application(_ environment: [String: String]) throws -> ConsoleApplication {
        let settings = try options.settings(environment)
        let rules = try settings.rules(credentials: environment["CREDENTIALS_DIRECTORY"])
        var brokers: [(endpoint: String, session: SessionConfiguration)] = []
        for broker in settings.brokers {
            let keys = TerminalKeys(key: broker.key, serverKey: broker.serverKey)
            var session = try Terminal.session(environment: environment, keys: keys)
            session.software = "gridcall-console/\(Terminal.version)"
            brokers.append((broker.endpoint, session))
        }
        let clocks = ConsoleApplication.Clocks(
            monotonic: { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) },
            wall: { Timestamp.now.milliseconds })
        var configuration = ConsoleApplication.Configuration(rules: rules, brokers: brokers)
        configuration.disks = settings.disks
        return try ConsoleApplication(configuration, clocks: clocks)
    }

    private func serve(
        _ application: ConsoleApplication, _ environment: [String: String], _ logger: Logger
    ) async throws {
        let notifier = ServiceNotifier(environment: environment)
        let address = application.address
        // The HTTP library tells of each request; those are nobody's business.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let server = Application(
            responder: ConsoleResponder(application: application),
            server: .http1(
                configuration: .init(
                    idleTimeout: .seconds(60),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 8_192, maxHeaderListSize: 32_768,
                        maxHeaderFieldCount: 100))),
            configuration: .init(
                address: .hostname(address.host, port: address.port), serverName: nil),
            services: [TurnService(application: application, notifier: notifier)],
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? address.port
                let place = address.with(port: port)
                logger.notice(
                    "serving",
                    metadata: [
                        "address": "http://\(place)",
                        "brokers": "\(application.endpoints.joined(separator: " "))",
                    ])
                notifier.notify(.ready, status: "http://\(place)")
            },
            logger: quiet)
        try await server.runService()
        notifier.notify(.stopping)
        logger.notice("stopped")
    }

    /// What is wrong, in English as the rest of the log.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let failure as ClientFailure: failure.message.english
        case let mistake as ConsoleSettings.Mistake: mistake.reason.english
        default: "\(error)"
        }
    }
}

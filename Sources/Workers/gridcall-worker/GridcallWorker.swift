import ArgumentParser
import Departments
import Foundation
import Logging
import ServiceNotify
import Webhook
import WorkerKit

@main
struct GridcallWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gridcall-worker",
        abstract: "Takes a department's assignments from the broker and has them done.",
        discussion: """
            SIGTERM or SIGINT: takes nothing new, finishes what runs, says goodbye. A second one: \
            gives back at once. A third one: does not wait for the broker.
            """, version: WorkerConfiguration.version)

    @Option(help: "The department's id in the catalogue.")
    var department: String

    @Option(help: "The broker's endpoint; default $GRIDCALL_BROKER, else tcp://127.0.0.1:5570.")
    var broker: String?

    @OptionGroup var keys: KeyOptions

    @Option(help: "The worker's name for people (default: the host's name).")
    var name: String?

    @Option(
        help: """
            Assignments at once, to 4096 (default: the cores; 16 for --webhook, 256 for --inbox, \
            64 for --simulate).
            """)
    var credit: Int?

    @Option(name: .customLong("grid"), help: "Serve only this grid; may be repeated.")
    var grids: [String] = []

    @Option(name: .customLong("category"), help: "Serve only this category; may be repeated.")
    var categories: [String] = []

    @Option(help: "Run this command for each assignment, by /bin/sh -c.")
    var exec: String?

    @Option(help: "Send each assignment to this server: https://…, or http:// to this machine.")
    var webhook: String?

    @Option(
        help: """
            The file with the secret that signs requests, mode 0600 (default: \
            $CREDENTIALS_DIRECTORY/webhook-secret).
            """)
    var webhookSecret: String?

    @Option(help: "Trust these certificates (PEM) for the webhook instead of the system's.")
    var webhookCertificates: String?

    @Option(
        help: """
            Seconds a command may run, or a webhook may take with all its tries (default: 600; \
            60 for --notify).
            """)
    var timeLimit: Int?

    @Option(
        help: """
            Seconds a stopping worker waits for what runs before it gives the work back \
            (default: the time limit).
            """)
    var grace: Int?

    @Option(help: "Run commands in this directory (default: an empty one for each run).")
    var directory: String?

    @Option(
        name: .customLong("pass-environment"),
        help: "Let commands have this variable too; may be repeated.")
    var passedVariables: [String] = []

    @Flag(help: "Put each assignment into the department's inbox, for its officers.")
    var inbox = false

    @Option(help: "With --inbox: run this command for each assignment that was delivered.")
    var notify: String?

    @Option(help: "Complete each assignment after about this time: 300ms, 2s, 5min, 0.")
    var simulate: SimulatedDuration?

    @Flag(help: "Send outcomes without accepting first.")
    var noAccept = false

    @Option(
        help: "trace, debug, info, notice, warning, error or critical.",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("there is no log level \(text)")
            }
            return level
        })
    var logLevel = Logger.Level.info

    func validate() throws {
        guard (0...86_400).contains(grace ?? 0) else {
            throw ValidationError("--grace is 0 to 86400 seconds")
        }
        guard [exec != nil, webhook != nil, inbox, simulate != nil].count(where: { $0 }) == 1
        else {
            throw ValidationError("give one of --exec, --webhook, --inbox and --simulate")
        }
        guard inbox || notify == nil else {
            throw ValidationError("--notify is for --inbox")
        }
        guard webhook != nil || (webhookSecret ?? webhookCertificates) == nil else {
            throw ValidationError("--webhook-secret and --webhook-certificates are for --webhook")
        }
        guard exec != nil || notify != nil || (directory == nil && passedVariables.isEmpty)
        else {
            throw ValidationError("--directory and --pass-environment are for --exec and --notify")
        }
        guard (1...WorkerConfiguration.maximumCredit).contains(credit ?? 1) else {
            throw ValidationError("--credit is 1 to \(WorkerConfiguration.maximumCredit)")
        }
        guard (1...86_400).contains(timeLimit ?? 1) else {
            throw ValidationError("--time-limit is 1 to 86400 seconds")
        }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        ServiceLogHandler.bootstrap(environment: environment)
        var logger = Logger(label: "gridcall-worker.\(department)")
        logger.logLevel = logLevel
        logger.info("working", metadata: ["department": "\(DepartmentProfile.of(department))"])
        do {
            let (handler, settings) = try work(environment, logger)
            var worker = worker(settings, environment)
            try keys.give(to: &worker)
            try WorkerProcess.run(
                worker, handler: handler, logger: logger,
                environment: environment)
        } catch {
            logger.critical(
                "the worker cannot begin: correct its options", metadata: ["error": "\(error)"])
            throw ExitCode(EX_CONFIG)
        }
    }

    private func work(
        _ environment: [String: String], _ logger: Logger
    ) throws -> (handler: any Handler, settings: WorkerMachine.Settings) {
        let timeLimit = timeLimit ?? (inbox ? 60 : 600)
        if let command = exec ?? notify {
            var settings = ExecHandler.Settings(
                command: command, timeLimit: .seconds(timeLimit), workingDirectory: directory)
            settings.passedVariables = Set(passedVariables)
            if inbox {
                return (
                    NotifyHandler(settings, environment: environment),
                    .inbox(notifies: true, timeLimitSeconds: timeLimit)
                )
            }
            return (
                ExecHandler(settings, environment: environment),
                .exec(timeLimitSeconds: timeLimit)
            )
        }
        if inbox {
            return (NoHandler(), .inbox(notifies: false, timeLimitSeconds: timeLimit))
        }
        if let webhook {
            var settings = WebhookHandler.Settings(
                address: try WebhookAddress(webhook),
                secret: try WebhookSecret(file: webhookSecret, environment: environment),
                timeLimit: .seconds(timeLimit))
            settings.trustedCertificates = webhookCertificates
            return (
                try WebhookHandler(settings, logger: logger),
                .webhook(timeLimitSeconds: timeLimit)
            )
        }
        let duration = simulate?.milliseconds ?? 0
        let team = DepartmentProfile.of(department).team
        return (
            SimulateHandler(durationMilliseconds: duration, team: team),
            .simulate(durationMilliseconds: duration)
        )
    }

    private func worker(
        _ settings: WorkerMachine.Settings, _ environment: [String: String]
    ) -> WorkerConfiguration {
        var settings = settings
        settings.capacity = credit ?? settings.capacity
        settings.accepts = settings.accepts && !noAccept
        if let grace { settings.graceMilliseconds = Int64(grace) * 1_000 }
        var worker = WorkerConfiguration(
            endpoint: broker ?? environment["GRIDCALL_BROKER"] ?? "tcp://127.0.0.1:5570",
            department: department, name: name ?? ProcessInfo.processInfo.hostName,
            settings: settings)
        worker.grids = grids
        worker.categories = categories
        return worker
    }
}

/// A duration on the command line.
struct SimulatedDuration: ExpressibleByArgument {
    let milliseconds: Int64

    init?(argument: String) {
        guard let milliseconds = DurationText.milliseconds(argument) else { return nil }
        self.milliseconds = milliseconds
    }
}

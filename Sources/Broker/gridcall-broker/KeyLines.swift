import ArgumentParser
import BrokerServer

/// Where to listen and who may connect.
struct AccessArguments: ParsableArguments {
    @Option(
        help: """
            Where to listen: tcp://ADDRESS:PORT with --key, else tcp://127.0.0.1:PORT or \
            ipc://PATH; may be repeated.
            """)
    var bind: [String] = []

    @Option(help: "The broker's secret key, NAME.key_secret of keygen.")
    var key: String?

    @Option(help: "The file of the keys that may connect; see authorize.")
    var authorizedKeys: String?

    @Option(help: "Listen here without keys too, on this machine only; may be repeated.")
    var bindLocal: [String] = []

    @Option(help: "What a peer without a key is.")
    var localRole = "operator"

    @Option(help: "The secret key the broker had before, while peers learn the new one.")
    var formerKey: String?

    @Option(help: "Where the former key is proved; may be repeated.")
    var bindFormer: [String] = []

    var options: AccessOptions {
        AccessOptions(
            bind: bind, key: key, bindLocal: bindLocal, formerKey: formerKey,
            bindFormer: bindFormer, authorizedKeys: authorizedKeys, localRole: localRole)
    }
}

struct Keygen: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make NAME.key, which may be shown, and NAME.key_secret, which may not.",
        discussion: "Prints the public key. Neither file may be there already.")

    @Argument(help: "The files' name without ending.")
    var name: String

    func run() throws { try GridcallBroker.exiting { try KeyCommands.generate(name: name) } }
}

struct Authorize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a key connect, from the broker's next reload on.")

    @Argument(help: "The public key, or its file NAME.key.")
    var key: String

    @Option(help: "The authorised-keys file; made if missing.")
    var keys = "authorized-keys"

    @Option(help: "terminal, worker, officer, reviewer, operator or auditor.")
    var role: String

    @Option(help: "Who holds it, as facts show it.")
    var name: String

    @Option(help: "A worker's or officer's departments, separated by commas.")
    var departments: String?

    @Option(help: "The only grids of a terminal or worker, separated by commas.")
    var grids: String?

    @Option(help: "Until when: 2027-01-31, or 2027-01-31T16:00:00Z.")
    var expires: String?

    func run() throws {
        try GridcallBroker.exiting {
            try KeyCommands.authorize(
                KeyCommands.Request(
                    key: key, role: role, name: name, departments: departments, grids: grids,
                    expires: expires), file: keys)
        }
    }
}

struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a key's access away, from the broker's next reload on.")

    @Argument(help: "The holder's name, or the key.")
    var name: String

    @Option(help: "The authorised-keys file.")
    var keys = "authorized-keys"

    func run() throws { try GridcallBroker.exiting { try KeyCommands.revoke(name, file: keys) } }
}

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the keys that may connect.", subcommands: [KeyList.self],
        defaultSubcommand: KeyList.self)
}

struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print the keys that may connect, one a line.")

    @Option(help: "The authorised-keys file.")
    var keys = "authorized-keys"

    func run() throws { try GridcallBroker.exiting { try KeyCommands.list(file: keys) } }
}

struct Roles: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print who may do what, as the broker obeys it.")

    func run() { KeyCommands.printRoles() }
}

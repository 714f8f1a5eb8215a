import ArgumentParser
import Foundation

struct Pace: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A terminal that submits so many calls a second until it is told to end.",
        discussion: "Exits 1 if calls were refused, skipped or never answered.")

    @Option(help: "The broker's endpoint.")
    var broker = "tcp://127.0.0.1:5570"

    @Option(help: "Calls a second.")
    var rate = 100.0

    @Option(help: "Categories to take in turn, separated by commas.")
    var categories = "litter"

    func validate() throws {
        guard rate > 0, rate <= 100_000, !categoryList.isEmpty else {
            throw ValidationError("--rate is up to 100000, --categories at least one")
        }
    }

    func run() throws {
        let load = PacedLoad(rate: rate, categories: categoryList)
        try load.start(endpoint: broker)
        Self.waitForSignal()
        guard load.stop(), load.failures == (0, 0) else { throw ExitCode(1) }
    }

    private var categoryList: [String] { categories.split(separator: ",").map(String.init) }

    /// Blocks until SIGTERM or SIGINT comes.
    private static func waitForSignal() {
        let told = DispatchSemaphore(value: 0)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { told.signal() }
            source.resume()
            return source
        }
        withExtendedLifetime(sources) { told.wait() }
    }
}

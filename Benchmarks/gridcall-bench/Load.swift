import ArgumentParser
import Foundation
import ZeroMQ

struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A terminal that keeps a window of unconfirmed calls in flight.",
        discussion: """
            Prints "measuring" when the time that counts begins, and what it measured as JSON when \
            it ends. Exits 1 if the broker refused a call, 69 if it was not reached.
            """)

    @Option(help: "The broker's endpoint.")
    var broker = "tcp://127.0.0.1:5570"

    @Option(help: "Calls without a receipt at once.")
    var window = 1_024

    @Option(help: "Calls to file, then it ends; without it files until the time is over.")
    var calls: UInt64?

    @Option(help: "The calls' category.")
    var category = "litter"

    @Option(help: "The terminal's secret key, where the broker asks for one.")
    var key: String?

    @Option(help: "The broker's public key, or its file.")
    var serverKey: String?

    @OptionGroup var time: MeasuringTime

    func validate() throws {
        guard (1...4_096).contains(window) else {
            throw ValidationError("--window is 1 to 4096, what a broker grants a session")
        }
    }

    func run() throws {
        let generator = LoadGenerator(window: window, limit: calls ?? .max, category: category)
        var curve: (keys: CurveKeyPair, server: CurvePublicKey)?
        if let key, let serverKey {
            curve = (
                try CurveCertificate.secret(file: key),
                try CurveCertificate.publicKey(fileOrText: serverKey)
            )
        }
        try generator.start(endpoint: broker, curve: curve)
        guard generator.waitUntilConnected(seconds: 10) else {
            FileHandle.standardError.write(Data("no broker at \(broker)\n".utf8))
            throw ExitCode(EX_UNAVAILABLE)
        }
        // With a number of calls all of them count, from the first on.
        if calls == nil { Thread.sleep(forTimeInterval: time.warmUp) }
        generator.begin()
        Progress.tell(Progress.measuring)
        if let calls {
            generator.waitUntilReceipted(calls)
        } else {
            Thread.sleep(forTimeInterval: time.seconds)
        }
        try Progress.tell(generator.end())
        // Whoever reads this looks at this process's counters now; they end with it.
        Thread.sleep(forTimeInterval: 0.25)
        if let problem = generator.stop() {
            FileHandle.standardError.write(Data((problem + "\n").utf8))
            throw ExitCode(1)
        }
    }
}

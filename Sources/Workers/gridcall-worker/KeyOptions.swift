import ArgumentParser
import Foundation
import WorkerKit

/// The keys a worker needs where the broker asks for them.
struct KeyOptions: ParsableArguments {
    @Option(help: "The worker's secret key, NAME.key_secret of gridcall-broker keygen.")
    var key: String?

    @Option(help: "The broker's public key, or its file NAME.key.")
    var serverKey: String?

    /// Gives a worker the keys. Throws `WorkerKeys.Failure`.
    func give(to worker: inout WorkerConfiguration) throws {
        try WorkerKeys.give(
            &worker, key: key, serverKey: serverKey,
            credentials: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    }
}

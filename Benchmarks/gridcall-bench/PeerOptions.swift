import ArgumentParser
import ZeroMQ

/// Where a peer of a benchmark connects to, and the keys it proves itself with.
struct PeerOptions: ParsableArguments {
    @Option(help: "The broker's endpoint.")
    var broker = "tcp://127.0.0.1:5570"

    @Option(help: "The peer's secret key, where the broker asks for one.")
    var key: String?

    @Option(help: "The broker's public key, or its file.")
    var serverKey: String?

    /// The keys; `nil` without.
    func curve() throws -> (keys: CurveKeyPair, server: CurvePublicKey)? {
        guard let key, let serverKey else { return nil }
        return (
            try CurveCertificate.secret(file: key),
            try CurveCertificate.publicKey(fileOrText: serverKey)
        )
    }
}

import GridModel
package import ZeroMQ

/// The files of a terminal's keys: its own secret one, and the broker's public one (or that key).
package struct TerminalKeys: Sendable {
    /// The variable that names the file of the secret key.
    package static let keyVariable = "GRIDCALL_KEY"
    /// The variable that names the broker's public key or its file.
    package static let serverKeyVariable = "GRIDCALL_SERVER_KEY"

    private let key: String?
    private let serverKey: String?

    /// The files; none for a broker on this machine that asks for no keys.
    package init(key: String? = nil, serverKey: String? = nil) {
        self.key = key
        self.serverKey = serverKey
    }

    /// The keys in the files. Errors: one is missing, cannot be read, or others can read the
    /// secret one.
    package func read() throws(ClientFailure) -> (
        keys: CurveKeyPair, server: CurvePublicKey
    )? {
        if key == nil, serverKey == nil { return nil }
        guard let key, let serverKey else {
            throw .configuration(lines: [
                Phrase(
                    chinese: "--key 和 --server-key 须同时给出",
                    english: "--key and --server-key belong together")
            ])
        }
        do throws(CurveCertificate.Failure) {
            return (
                try CurveCertificate.secret(file: key),
                try CurveCertificate.publicKey(fileOrText: serverKey)
            )
        } catch {
            throw .configuration(lines: [Phrase(verbatim: error.description)])
        }
    }
}

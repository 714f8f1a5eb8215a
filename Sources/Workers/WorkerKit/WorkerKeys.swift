import ZeroMQ

/// The files that name a worker's keys.
package enum WorkerKeys {
    /// Why they cannot be used, for people.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Gives a worker the keys of two files: its own secret one, and the broker's public one (or
    /// that key itself). `credentials` is the directory whose files the service manager protects.
    ///
    /// Throws `Failure`.
    package static func give(
        _ configuration: inout WorkerConfiguration, key: String?, serverKey: String?,
        credentials: String?
    ) throws(Failure) {
        guard key != nil || serverKey != nil else { return }
        guard let key, let serverKey else {
            throw Failure(description: "--key and --server-key belong together")
        }
        do throws(CurveCertificate.Failure) {
            configuration.curve = (
                try CurveCertificate.secret(file: key, trusted: credentials),
                try CurveCertificate.publicKey(fileOrText: serverKey)
            )
        } catch {
            throw Failure(description: error.description)
        }
    }
}

import Crypto
import Foundation
import Glibc

/// What worker and server know and nobody else: the key of the signatures.
package struct WebhookSecret: Sendable {
    /// The name of the secret in `$CREDENTIALS_DIRECTORY` (systemd.exec(5), "Credentials").
    package static let credential = "webhook-secret"
    /// Bytes a secret has at least; fewer can be guessed.
    package static let minimumBytes = 16
    private static let maximumBytes = 4_096

    /// The HMAC key.
    let key: SymmetricKey

    /// A secret of any length.
    init(bytes: some ContiguousBytes) { key = SymmetricKey(data: bytes) }

    /// The secret in `file`, or, without one, that of the service manager's credentials.
    ///
    /// A file holds the bytes of the secret, and may end its line. It must be the user's own or
    /// root's, and for nobody else to read (mode 0600); credentials are guarded by the directory
    /// they lie in, where the group's bits are the mask of an access list.
    ///
    /// Errors: a `WebhookProblem` that names the file and what is wrong with it.
    package init(file: String?, environment: [String: String]) throws(WebhookProblem) {
        if let file {
            self.init(bytes: try Self.read(file, mayGroupRead: false))
        } else if let directory = environment["CREDENTIALS_DIRECTORY"] {
            self.init(bytes: try Self.read("\(directory)/\(Self.credential)", mayGroupRead: true))
        } else {
            throw WebhookProblem(
                "a webhook needs a secret: --webhook-secret FILE or a credential "
                    + Self.credential)
        }
    }

    private static func read(_ path: String, mayGroupRead: Bool) throws(WebhookProblem) -> [UInt8] {
        // Nothing is waited for: a pipe in the file's place is told from it below.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw WebhookProblem("\(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw WebhookProblem("\(path) is no file")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw WebhookProblem("\(path) belongs to somebody else")
        }
        guard status.st_mode & (mayGroupRead ? 0o007 : 0o077) == 0 else {
            throw WebhookProblem("\(path) may be read by others: chmod 600 it")
        }
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 2)
        let count = bytes.withUnsafeMutableBytes {
            Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        guard count >= 0 else { throw WebhookProblem("\(path) cannot be read") }
        bytes.removeLast(bytes.count - count)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard (minimumBytes...maximumBytes).contains(bytes.count) else {
            throw WebhookProblem(
                "\(path) must hold \(minimumBytes) to \(maximumBytes) bytes, it has \(bytes.count)")
        }
        return bytes
    }
}

internal import CZeroMQ
import Glibc

/// A file with CURVE keys in the form that CZMQ and pyzmq read and write.
///
/// `NAME.key` holds the public key and may be shown to anybody; `NAME.key_secret` holds both and
/// belongs to its owner alone.
package struct CurveCertificate: Sendable {
    /// Why a file cannot be used.
    package struct Failure: Error, CustomStringConvertible {
        /// What is wrong and what to do about it, for people.
        package let description: String
    }

    package let publicKey: CurvePublicKey
    /// The pair; `nil` in a file of the public key alone.
    package let keys: CurveKeyPair?

    /// Reads a certificate from its text. Throws `Failure`.
    package init(text: String) throws(Failure) {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            guard !trimmed.hasPrefix("#"), let equals = trimmed.firstIndex(of: "=") else {
                continue
            }
            let name = trimmed[..<equals].filter { $0 != " " && $0 != "\t" }
            let quoted = trimmed[trimmed.index(after: equals)...].split(separator: "\"")
            if let value = quoted.first(where: { $0.utf8.count == CurvePublicKey.textCount }) {
                values[String(name)] = String(value)
            }
        }
        if let secret = values["secret-key"] {
            guard let keys = CurveKeyPair(secretText: secret) else {
                throw Failure(description: "its secret-key is not one")
            }
            self.keys = keys
            publicKey = keys.publicKey
        } else {
            guard let key = values["public-key"].flatMap(CurvePublicKey.init(text:)) else {
                throw Failure(description: "it has neither a public-key nor a secret-key")
            }
            keys = nil
            publicKey = key
        }
    }

    /// The text of the file that may be shown.
    package static func publicText(_ key: CurvePublicKey) -> String {
        """
        #   A public CURVE key. It may be given to anybody.

        metadata
        curve
            public-key = "\(key.text)"

        """
    }

    /// The text of the file that must be kept secret.
    package static func secretText(_ keys: CurveKeyPair) -> String {
        """
        #   A SECRET CURVE key. Whoever has it is taken for you: never show or copy this file.

        metadata
        curve
            public-key = "\(keys.publicKey.text)"
            secret-key = "\(keys.secretText)"

        """
    }

    /// Reads the pair from a file that nobody but its owner (or root) can read or write.
    ///
    /// `trusted` is a directory whose files the service manager protects (`CREDENTIALS_DIRECTORY`):
    /// there only its own rules count. Throws `Failure`.
    package static func secret(
        file: String, trusted: String? = nil
    ) throws(Failure) -> CurveKeyPair {
        // Not to wait for a pipe's other end: what is no file is refused.
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw Failure(
                description: "\(file) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(description: "\(file) is not a file")
        }
        let isProtected = trusted.map { isDirectly(file, in: $0) } ?? false
        guard isProtected || status.st_mode & 0o077 == 0 else {
            throw Failure(
                description: "\(file) can be read or written by others: chmod 600 \(file)")
        }
        guard isProtected || status.st_uid == geteuid() || status.st_uid == 0 else {
            throw Failure(description: "\(file) belongs to another user")
        }
        guard let keys = try certificate(descriptor, file).keys else {
            throw Failure(description: "\(file) holds no secret key: give the .key_secret file")
        }
        return keys
    }

    /// Whether a path names a file of a directory, not one somewhere below or beside it.
    private static func isDirectly(_ file: String, in directory: String) -> Bool {
        let prefix = directory + "/"
        return directory.hasPrefix("/") && file.hasPrefix(prefix)
            && !file.dropFirst(prefix.count).contains("/")
    }

    /// Reads the public key from a file, or takes the key itself in Z85. Throws `Failure`.
    ///
    /// A file that is there comes first, and `.key` always names one: a path of 40 characters would
    /// else be taken for a key.
    package static func publicKey(fileOrText: String) throws(Failure) -> CurvePublicKey {
        let descriptor = open(fileOrText, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if !fileOrText.hasSuffix(".key"), let key = CurvePublicKey(text: fileOrText) {
                return key
            }
            throw Failure(
                description:
                    "\(fileOrText) is neither a public key (40 characters) nor a file that "
                    + "can be read")
        }
        defer { close(descriptor) }
        return try certificate(descriptor, fileOrText).publicKey
    }

    private static let largestFile = 8_192

    private static func certificate(
        _ descriptor: Int32, _ file: String
    ) throws(Failure) -> CurveCertificate {
        var bytes = [UInt8](repeating: 0, count: largestFile)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else {
            throw Failure(
                description: "\(file) cannot be read: \(String(cString: strerror(errno)))")
        }
        do throws(Failure) {
            return try CurveCertificate(text: String(decoding: bytes[..<count], as: UTF8.self))
        } catch {
            throw Failure(description: "\(file): \(error.description)")
        }
    }

    /// Makes `NAME.key` and `NAME.key_secret`, durable, for nobody else; neither may be there.
    /// Returns the pair. Throws `Failure`.
    package static func generate(name: String) throws(Failure) -> CurveKeyPair {
        let keys: CurveKeyPair
        do { keys = try CurveKeyPair.generate() } catch {
            throw Failure(description: "no keys can be made: \(error)")
        }
        try write(secretText(keys), to: name + ".key_secret", mode: 0o600)
        try write(publicText(keys.publicKey), to: name + ".key", mode: 0o644)
        return keys
    }

    private static func write(_ text: String, to file: String, mode: mode_t) throws(Failure) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw Failure(
                description: "\(file) cannot be made: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0
        else {
            unlink(file)
            throw Failure(
                description: "\(file) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}

import Crypto
import Foundation
import Glibc
package import GridModel

/// The secret that opens the console to whoever has it, and the cookie that stands for it.
///
/// Kept as a digest: the token itself is not in memory longer than it takes to read it. A cookie is
/// a time and its authentication code under a key that only this token gives, so that nothing has
/// to be stored, a restart signs nobody out, and another token signs everybody out.
package struct AccessToken: Sendable {
    /// The cookie's name.
    package static let cookie = "gridcall_session"
    /// How long somebody stays signed in, in seconds.
    package static let lifetime: Int64 = 43_200
    /// Fewer characters could be guessed.
    package static let minimumLength = 16

    /// Why a file cannot be used.
    package struct Failure: Error, Hashable, Sendable {
        /// For people.
        package let reason: Phrase
    }

    private let digest: SHA256Digest
    private let key: SymmetricKey

    /// A token from its text. Throws `Failure`: it is too short.
    package init(_ text: String) throws(Failure) {
        guard text.utf8.count >= Self.minimumLength else {
            throw Failure(
                reason: Phrase(
                    chinese: "口令至少 \(Self.minimumLength) 个字符",
                    english: "a token has at least \(Self.minimumLength) characters"))
        }
        digest = SHA256.hash(data: Data(text.utf8))
        key = SymmetricKey(
            data: HMAC<SHA256>.authenticationCode(
                for: Data("gridcall-console session".utf8),
                using: SymmetricKey(data: Data(text.utf8))))
    }

    /// Reads the token from the first line of a file that nobody but its owner (or root) can read.
    ///
    /// In `trusted`, the directory of the service manager's credentials, its own rules count.
    /// Throws `Failure`.
    package init(file: String, trusted: String? = nil) throws(Failure) {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw Self.failure(file, "无法读取：\(reason)", "cannot be read: \(reason)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Self.failure(file, "不是文件", "is not a file")
        }
        let isProtected = trusted.map { Self.isDirectly(file, in: $0) } ?? false
        guard isProtected || status.st_mode & 0o077 == 0 else {
            throw Self.failure(
                file, "他人可读或可写：chmod 600 \(file)",
                "can be read or written by others: chmod 600 \(file)")
        }
        guard isProtected || status.st_uid == geteuid() || status.st_uid == 0 else {
            throw Self.failure(file, "属于另一用户", "belongs to another user")
        }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0, let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw Self.failure(file, "不是文本", "is not a text")
        }
        let line = text.prefix { !$0.isNewline }
        do throws(Failure) {
            try self.init(String(line))
        } catch {
            throw Failure(reason: Phrase(verbatim: "\(file): ") + error.reason)
        }
    }

    /// Whether a text is the token; takes as long whatever it is.
    package func isToken(_ text: String) -> Bool {
        // `==` of digests compares all bytes.
        SHA256.hash(data: Data(text.utf8)) == digest
    }

    /// What the cookie holds for somebody who signed in at `now`, in seconds since 1970.
    package func session(now: Int64) -> String {
        let end = String(now + Self.lifetime)
        return end + "." + code(end).map { Self.hexadecimal($0) }.joined()
    }

    /// The whole cookie.
    package func cookie(now: Int64) -> String {
        "\(Self.cookie)=\(session(now: now)); Path=/; Max-Age=\(Self.lifetime); HttpOnly; Secure; "
            + "SameSite=Strict"
    }

    /// The cookie that signs somebody out.
    package static let noCookie =
        "\(cookie)=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"

    /// Whether a request shows the token, as `Authorization: Bearer`, or a session of it.
    package func admits(_ request: ConsoleRequest, now: Int64) -> Bool {
        if let field = request.header("authorization"), field.lowercased().hasPrefix("bearer ") {
            return isToken(String(field.dropFirst(7)))
        }
        return request.cookie(Self.cookie).map { isSession($0, now: now) } ?? false
    }

    /// Whether a cookie's value is a session of this token that has not ended.
    package func isSession(_ value: String, now: Int64) -> Bool {
        let parts = value.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let end = Int64(parts[0]), end > now,
            end <= now + Self.lifetime
        else { return false }
        let expected = code(String(parts[0])).map { Self.hexadecimal($0) }.joined().utf8
        let given = parts[1].utf8
        guard given.count == expected.count else { return false }
        return zip(given, expected).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether a path names a file of a directory, not one somewhere below or beside it.
    private static func isDirectly(_ file: String, in directory: String) -> Bool {
        let prefix = directory + "/"
        return directory.hasPrefix("/") && file.hasPrefix(prefix)
            && !file.dropFirst(prefix.count).contains("/")
    }

    private func code(_ text: String) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    private static func failure(_ file: String, _ chinese: String, _ english: String) -> Failure {
        Failure(reason: Phrase(chinese: "\(file) \(chinese)", english: "\(file) \(english)"))
    }
}

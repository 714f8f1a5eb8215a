import Crypto
import Foundation
package import GridModel

/// Signs positions, so that a peer can show one that only this broker can have made.
///
/// Peers keep the highest they saw. A broker that is shown a valid tag above its journal has lost
/// confirmed calls, also if its whole data directory was replaced by an older copy; therefore the
/// secret lies outside that directory.
package struct TagMaker: Sendable {
    /// Bytes of a tag: a truncated HMAC-SHA256 (RFC 2104, section 5).
    package static let tagBytes = 16
    private static let secretBytes = 32

    private let key: SymmetricKey
    private let journalID: UniqueID

    /// Tags of one journal under a secret of any length.
    package init(secret: [UInt8], journalID: UniqueID) {
        key = SymmetricKey(data: secret)
        self.journalID = journalID
    }

    /// Tags of `journal` under the 32 bytes of `secretFile`, which is made with mode 0600 while
    /// the journal holds nothing yet.
    ///
    /// Throws `JournalError.secretRefused` if the file lies in the data directory, is missing
    /// though the journal holds batches, has another length, or if others may read it.
    package init(secretFile: String, journal: SQLiteJournal) throws {
        let outside = try Self.isOutside(journal.directory, secretFile)
        guard outside else {
            throw JournalError.secretRefused(
                path: secretFile,
                reason: "lies in the data directory: whoever replaces one replaces the other")
        }
        if access(secretFile, F_OK) != 0 {
            guard journal.position.seq == 0 else {
                throw JournalError.secretRefused(
                    path: secretFile, reason: "is missing: bring it back, peers hold its tags")
            }
            try Self.makeSecret(at: secretFile)
        }
        self.init(secret: try Self.readSecret(at: secretFile), journalID: journal.id)
    }

    /// The tag of a position.
    package func make(epoch: UInt32, seq: UInt64) -> [UInt8] {
        let code = HMAC<SHA256>.authenticationCode(for: message(epoch, seq), using: key)
        return Array(code.prefix(Self.tagBytes))
    }

    /// Whether `tag` was made by `make` for this position; takes the same time either way.
    package func verify(_ tag: some Collection<UInt8>, epoch: UInt32, seq: UInt64) -> Bool {
        guard tag.count == Self.tagBytes else { return false }
        return zip(tag, make(epoch: epoch, seq: seq)).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Journal id, epoch and seq, big-endian.
    private func message(_ epoch: UInt32, _ seq: UInt64) -> [UInt8] {
        var bytes = journalID.bytes
        withUnsafeBytes(of: epoch.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: seq.bigEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    private static func isOutside(_ directory: DataDirectory, _ file: String) throws -> Bool {
        let parent = URL(fileURLWithPath: file).deletingLastPathComponent()
        let inside = URL(fileURLWithPath: directory.path).resolvingSymlinksInPath().path
        let path = parent.resolvingSymlinksInPath().path
        return path != inside && !path.hasPrefix(inside + "/")
    }

    private static func makeSecret(at path: String) throws {
        let parent = (path as NSString).deletingLastPathComponent
        try DataDirectory(path: parent.isEmpty ? "." : parent).create()
        let file = try PosixFile(opening: path, flags: O_WRONLY | O_CREAT | O_EXCL)
        try file.write(randomBytes(secretBytes), at: 0)
        try file.synchronize()
        try PosixFile.synchronizeDirectory(parent.isEmpty ? "." : parent)
    }

    private static func readSecret(at path: String) throws -> [UInt8] {
        let file = try PosixFile(opening: path, flags: O_RDONLY)
        var status = stat()
        guard fstat(file.descriptor, &status) == 0 else { throw PosixFile.failure("read \(path)") }
        guard status.st_mode & 0o077 == 0 else {
            throw JournalError.secretRefused(
                path: path, reason: "may be read by others: chmod 600 it")
        }
        let secret = try file.read(count: secretBytes + 1, at: 0)
        guard secret.count == secretBytes else {
            throw JournalError.secretRefused(path: path, reason: "must hold \(secretBytes) bytes")
        }
        return secret
    }
}

/// Bytes of the system's random number generator.
func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

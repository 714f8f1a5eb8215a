import Crypto
import Glibc
package import GridCodec
package import GridModel
import SwiftProtobuf

import struct Foundation.Data

/// What a terminal remembers between runs: the highest tag it saw of each broker, and the names of
/// its catalogue.
///
/// A broker shown a tag above its own journal knows that it lost something (docs/protocol.md,
/// "Tags"). One small file for each endpoint in `$XDG_STATE_HOME/gridcall`, a directory that only
/// its owner can enter; replaced as a whole, so that a crash leaves the old or the new one.
package struct TerminalState: Sendable {
    /// Why the state could not be kept or read.
    package struct Failure: Error, Hashable, Sendable {
        /// For people.
        package let reason: Phrase
    }

    private let directory: String
    private let endpoint: String

    /// The state about the broker at `endpoint`, in `directory`.
    package init(directory: String, endpoint: String) {
        self.directory = directory
        self.endpoint = endpoint
    }

    /// The directory of the XDG base directory specification: `$XDG_STATE_HOME/gridcall`, where a
    /// relative or empty value counts as unset, else `~/.local/state/gridcall`.
    package static func directory(environment: [String: String]) -> String {
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") {
            return base + "/gridcall"
        }
        return (environment["HOME"] ?? "/") + "/.local/state/gridcall"
    }

    /// The highest tag remembered, `nil` if there is none. Errors: the file is there but cannot
    /// be used.
    package func highestTag() throws(Failure) -> WireTag? {
        guard let bytes = try read(path) else { return nil }
        guard let tag = Self.tag(in: String(decoding: bytes, as: UTF8.self)) else {
            throw Self.damaged(path)
        }
        return tag
    }

    /// Remembers `tag` unless a higher one is remembered already.
    package func remember(_ tag: WireTag) throws(Failure) {
        try makeDirectory()
        let lock = try lockDirectory()
        defer { Glibc.close(lock) }
        // A damaged file is no reason to forget what is known now.
        if let known = try? highestTag(), (known.epoch, known.seq) >= (tag.epoch, tag.seq) {
            return
        }
        let text = Self.text(of: tag, endpoint: endpoint)
        try replace(path, with: Array(text.utf8), syncing: lock)
    }

    /// The catalogue's names as the broker told them last; `nil` if it never did. Errors: the file
    /// is there but cannot be used.
    package func catalogue() throws(Failure) -> WireCatalogueReply? {
        guard let bytes = try read(cataloguePath) else { return nil }
        guard let reply = try? WireCatalogueReply(serializedBytes: bytes) else {
            throw Self.damaged(cataloguePath)
        }
        return reply
    }

    /// Remembers the catalogue's names, for when the broker cannot be asked.
    package func remember(_ catalogue: WireCatalogueReply) throws(Failure) {
        if (try? self.catalogue()) == catalogue { return }
        guard let bytes: [UInt8] = try? catalogue.serializedBytes() else { return }
        try makeDirectory()
        let lock = try lockDirectory()
        defer { Glibc.close(lock) }
        try replace(cataloguePath, with: bytes, syncing: lock)
    }

    /// What names a broker's files: the first 8 bytes of SHA-256 over its endpoint, in hexadecimal.
    package static func key(ofEndpoint endpoint: String) -> String {
        SHA256.hash(data: Array(endpoint.utf8)).prefix(8).hexadecimal
    }

    private var path: String { "\(directory)/\(Self.key(ofEndpoint: endpoint)).tag" }

    private var cataloguePath: String { "\(directory)/\(Self.key(ofEndpoint: endpoint)).catalogue" }

    private static func damaged(_ path: String) -> Failure {
        Failure(
            reason: Phrase(
                chinese: "\(path) 已损坏，将被替换", english: "\(path) is damaged; it is replaced"))
    }

    private static func text(of tag: WireTag, endpoint: String) -> String {
        "gridcall-tag 1\nepoch \(tag.epoch)\nseq \(tag.seq)\nmac \(tag.mac.hexadecimal)\n"
            + "endpoint \(endpoint)\n"
    }

    private static func tag(in text: String) -> WireTag? {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2 { values[words[0]] = words[1] }
        }
        guard values["gridcall-tag"] == "1",
            let epoch = values["epoch"].flatMap({ UInt32($0) }),
            let seq = values["seq"].flatMap({ UInt64($0) }),
            let mac = values["mac"].flatMap(bytes)
        else { return nil }
        var tag = WireTag()
        tag.epoch = epoch
        tag.seq = seq
        tag.mac = Data(mac)
        return tag
    }

    private static func bytes(_ hex: Substring) -> [UInt8]? {
        let digits = hex.compactMap(\.hexDigitValue)
        guard digits.count == hex.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}

extension TerminalState {
    private func makeDirectory() throws(Failure) {
        var prefix = ""
        for part in directory.split(separator: "/") {
            prefix += "/" + part
            if mkdir(prefix, 0o700) != 0, errno != EEXIST, errno != EISDIR {
                throw failure(.make, prefix)
            }
        }
        // The directory may be older than the rule.
        if chmod(directory, 0o700) != 0 { throw failure(.protect, directory) }
    }

    /// Keeps other processes from replacing the file meanwhile; the lock ends with the descriptor.
    private func lockDirectory() throws(Failure) -> Int32 {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(.open, directory) }
        guard flock(descriptor, LOCK_EX) == 0 else {
            defer { Glibc.close(descriptor) }
            throw failure(.lock, directory)
        }
        return descriptor
    }

    private func read(_ path: String) throws(Failure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(.open, path)
        }
        defer { Glibc.close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            guard count >= 0 else { throw failure(.read, path) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    private func replace(
        _ path: String, with bytes: [UInt8], syncing directoryDescriptor: Int32
    ) throws(Failure) {
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(.make, temporary) }
        let isWritten =
            write(descriptor, bytes, bytes.count) == bytes.count
            && fsync(descriptor) == 0
        Glibc.close(descriptor)
        guard isWritten, rename(temporary, path) == 0, fsync(directoryDescriptor) == 0 else {
            let failure = failure(.write, path)
            unlink(temporary)
            throw failure
        }
    }

    private enum Verb: String { case make, protect, open, lock, read, write }

    private func failure(_ verb: Verb, _ path: String) -> Failure {
        let place = "\(path): \(String(cString: strerror(errno)))"
        let chinese =
            switch verb {
            case .make: "建立"
            case .protect: "保护"
            case .open: "打开"
            case .lock: "锁定"
            case .read: "读取"
            case .write: "写入"
            }
        return Failure(
            reason: Phrase(chinese: "无法\(chinese) \(place)", english: "cannot \(verb) \(place)"))
    }
}

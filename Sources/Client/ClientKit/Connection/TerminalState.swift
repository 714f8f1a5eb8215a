import Crypto
import Glibc
package import GridCodec
package import GridModel

import struct Foundation.Data

/// What a terminal remembers between runs: the highest tag it saw of each broker.
///
/// A broker shown a tag above its own journal knows that it lost something (docs/protocol.md,
/// "Tags"). One small file for each endpoint in `$XDG_STATE_HOME/gridcall`, a directory that only
/// its owner can enter; replaced as a whole, so that a crash leaves the old or the new one.
package struct TerminalState: Sendable {
    /// Why the state could not be kept or read.
    package struct Failure: Error, Hashable, Sendable {
        /// For people.
        package let reason: String
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
        guard let text = try read() else { return nil }
        guard let tag = Self.tag(in: text) else {
            throw Failure(reason: "\(path) is damaged; it is replaced")
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
        try replaceFile(with: Self.text(of: tag, endpoint: endpoint), syncing: lock)
    }

    /// What names a broker's files: the first 8 bytes of SHA-256 over its endpoint, in hexadecimal.
    package static func key(ofEndpoint endpoint: String) -> String {
        hex(SHA256.hash(data: Array(endpoint.utf8)).prefix(8))
    }

    private var path: String { "\(directory)/\(Self.key(ofEndpoint: endpoint)).tag" }

    private static func text(of tag: WireTag, endpoint: String) -> String {
        "gridcall-tag 1\nepoch \(tag.epoch)\nseq \(tag.seq)\nmac \(hex(tag.mac))\n"
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

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
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
                throw failure("make", prefix)
            }
        }
        // The directory may be older than the rule.
        if chmod(directory, 0o700) != 0 { throw failure("protect", directory) }
    }

    /// Keeps other processes from replacing the file meanwhile; the lock ends with the descriptor.
    private func lockDirectory() throws(Failure) -> Int32 {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", directory) }
        guard flock(descriptor, LOCK_EX) == 0 else {
            defer { Glibc.close(descriptor) }
            throw failure("lock", directory)
        }
        return descriptor
    }

    private func read() throws(Failure) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", path)
        }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw failure("read", path) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private func replaceFile(
        with text: String, syncing directoryDescriptor: Int32
    ) throws(Failure) {
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("make", temporary) }
        let bytes = Array(text.utf8)
        let isWritten =
            write(descriptor, bytes, bytes.count) == bytes.count
            && fsync(descriptor) == 0
        Glibc.close(descriptor)
        guard isWritten, rename(temporary, path) == 0, fsync(directoryDescriptor) == 0 else {
            let failure = failure("write", path)
            unlink(temporary)
            throw failure
        }
    }

    private func failure(_ verb: String, _ path: String) -> Failure {
        Failure(reason: "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}

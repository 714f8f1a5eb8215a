package import BrokerEngine
import Crypto

extension BrokerEngine.Digest {
    /// The SHA-256 of `parts`, one after the other.
    package init(hashing parts: UnsafeRawBufferPointer...) {
        var hasher = SHA256()
        for part in parts { hasher.update(bufferPointer: part) }
        let words = hasher.finalize().withUnsafeBytes { bytes in
            InlineArray<4, UInt64> {
                UInt64(
                    bigEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
            }
        }
        self.init(words: (words[0], words[1], words[2], words[3]))
    }

    /// The SHA-256 of `bytes`; a text is hashed with the salt before it.
    package init(hashing bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Self(hashing: $0) }
    }
}

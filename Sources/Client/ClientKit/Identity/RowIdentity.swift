import Crypto
package import GridModel

/// The ids of imported calls: made from what names a row, so that importing it again names the
/// same call (docs/protocol.md, "Ids").
package enum RowIdentity {
    /// The first 16 bytes of SHA-256 over the UTF-8 of `source` followed by that of `key`.
    package static func callID(source: String, key: String) -> CallID {
        var hash = SHA256()
        hash.update(data: Array(source.utf8))
        hash.update(data: Array(key.utf8))
        guard let id = CallID(bytes: Array(hash.finalize().prefix(16))) else {
            preconditionFailure("a hash of 16 zero bytes has never been seen")
        }
        return id
    }

    /// Where in its day a row that carries only a date is put: milliseconds after midnight.
    ///
    /// The last 8 bytes of the call's id, big-endian, modulo the milliseconds of a day.
    package static func millisecondOfDay(for id: CallID) -> Int64 {
        Int64(id.low % 86_400_000)
    }
}

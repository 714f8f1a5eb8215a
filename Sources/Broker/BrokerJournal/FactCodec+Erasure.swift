import BrokerEngine
import GridModel

/// How the texts that an erasure names lie in its fact: so many bytes each, one behind the other.
private enum ErasedTextBytes {
    static let count = 48
}

extension FactWriter {
    /// Writes an erasure.
    mutating func write(_ erased: PersonalDataErased) {
        // Made before the fact is begun: a run of bytes makes room for itself only at its start.
        var places: [UInt8] = []
        places.reserveCapacity(erased.texts.count * ErasedTextBytes.count)
        for text in erased.texts {
            withUnsafeBytes(of: text.seq.bigEndian) { places.append(contentsOf: $0) }
            withUnsafeBytes(of: text.place.offset.bigEndian) { places.append(contentsOf: $0) }
            withUnsafeBytes(of: text.place.length.bigEndian) { places.append(contentsOf: $0) }
            places.append(contentsOf: text.place.digest.bytes)
        }
        fact(.personalDataErased) {
            $0.unsigned(1, erased.serial)
            $0.unsigned(2, erased.actor)
            $0.text(3, erased.reason)
            $0.unsigned(4, erased.requestedBy)
            $0.bytes(5, places)
        }
    }
}

extension FactFields {
    /// The erasure in these fields.
    mutating func personalDataErased() throws(FactCodecError) -> PersonalDataErased {
        PersonalDataErased(
            serial: try unsigned(1), actor: try unsigned(2), requestedBy: try unsigned(4),
            texts: try erasedTexts(5), reason: try text(3))
    }

    private mutating func erasedTexts(_ field: Int) throws(FactCodecError) -> [ErasedText] {
        guard let bytes = part(field) else { return [] }
        guard bytes.count % ErasedTextBytes.count == 0 else { throw .malformed }
        var texts: [ErasedText] = []
        for start in stride(from: 0, to: bytes.count, by: ErasedTextBytes.count) {
            let digest = Digest(bytes: bytes[start + 16..<start + ErasedTextBytes.count])
            guard let digest else { throw .malformed }
            let seq = UInt64(
                bigEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            let offset = UInt32(
                bigEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self))
            let length = UInt32(
                bigEndian: bytes.loadUnaligned(fromByteOffset: start + 12, as: UInt32.self))
            texts.append(
                ErasedText(
                    seq: seq, place: TextPlace(offset: offset, length: length, digest: digest)))
        }
        return texts
    }
}

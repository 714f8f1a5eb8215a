package import BrokerEngine
import GridModel

import struct Foundation.Data
import class Foundation.JSONDecoder
import class Foundation.JSONEncoder

/// Facts to the bytes of `Facts` in `journal.proto` and back.
///
/// The same facts give the same bytes, so that their hash means something. What a newer version
/// wrote is an error, never skipped.
package enum FactCodec {
    /// The bytes of `facts`; throws if a catalogue cannot be written as JSON.
    package static func encode(_ facts: [Fact]) throws -> [UInt8] {
        var writer = FactWriter()
        try encode(facts, to: &writer)
        return writer.withBytes { [UInt8]($0) }
    }

    /// Appends the bytes of `facts` to what `writer` holds.
    static func encode(_ facts: [Fact], to writer: inout FactWriter) throws {
        for fact in facts {
            guard case .catalogueAdopted(let catalogue) = fact else {
                writer.write(fact)
                continue
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let json = try encoder.encode(catalogue)
            writer.fact(.catalogueAdopted) { $0.bytes(1, json) }
        }
    }

    /// Where the JSON of the catalogue lies that the fact at place `index` of `bytes` adopts; `nil`
    /// if it adopts none.
    static func catalogueJSON(in bytes: UnsafeRawBufferPointer, at index: Int) -> Range<Int>? {
        var reader = FieldReader(bytes)
        var found: Range<Int>?
        do throws(FactCodecError) {
            for _ in 0...index {
                guard try reader.tag() != nil else { return nil }
                found = try reader.part()
            }
            // The fact holds its payload, the payload its first field.
            for field in [Int(FactKind.catalogueAdopted.rawValue), 1] {
                guard let outer = found else { return nil }
                var reader = FieldReader(UnsafeRawBufferPointer(rebasing: bytes[outer]))
                guard let tag = try reader.tag(), tag == (field, 2) else { return nil }
                let inner = try reader.part()
                found = outer.lowerBound + inner.lowerBound..<outer.lowerBound + inner.upperBound
            }
        } catch {
            return nil
        }
        return found
    }

    /// The facts in `bytes`; throws `FactCodecError`, or what reading a catalogue's JSON throws.
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws -> [Fact] {
        var facts: [Fact] = []
        facts.reserveCapacity(bytes.count / 48)
        var reader = FieldReader(bytes)
        while let (field, wireType) = try reader.tag() {
            guard field == 1, wireType == 2 else { throw FactCodecError.unknown }
            facts.append(try fact(in: UnsafeRawBufferPointer(rebasing: bytes[try reader.part()])))
        }
        return facts
    }

    /// The facts in `bytes`.
    package static func decode(_ bytes: [UInt8]) throws -> [Fact] {
        try bytes.withUnsafeBytes { try decode($0) }
    }

    private static func fact(in bytes: UnsafeRawBufferPointer) throws -> Fact {
        var reader = FieldReader(bytes)
        guard let (field, wireType) = try reader.tag(), wireType == 2,
            let kind = FactKind(rawValue: UInt64(field))
        else { throw FactCodecError.unknown }
        var fields = try FactFields(
            UnsafeRawBufferPointer(rebasing: bytes[try reader.part()]))
        guard try reader.tag() == nil else { throw FactCodecError.malformed }
        let fact =
            if kind == .catalogueAdopted {
                try catalogueAdopted(&fields)
            } else {
                try fields.fact(kind)
            }
        try fields.finish()
        return fact
    }

    private static func catalogueAdopted(_ fields: inout FactFields) throws -> Fact {
        guard let json = fields.part(1), !JSONNesting.isTooDeep(json) else {
            throw FactCodecError.malformed
        }
        return .catalogueAdopted(
            try JSONDecoder().decode(StreetCatalogue.self, from: Data(json)))
    }
}

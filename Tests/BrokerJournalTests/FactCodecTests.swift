import BrokerEngine
import GridModel
import SwiftProtobuf
import Testing

@testable import BrokerJournal

@Suite struct FactCodecTests {
    @Test("Every kind of fact comes back as it was")
    func roundTrip() throws {
        for fact in SampleFacts.all {
            #expect(try FactCodec.decode(FactCodec.encode([fact])) == [fact])
        }
        #expect(try FactCodec.decode(FactCodec.encode(SampleFacts.all)) == SampleFacts.all)
    }

    @Test("The samples hold every kind of fact, so that no kind goes untested")
    func samplesAreComplete() throws {
        var kinds: Set<UInt64> = []
        for fact in SampleFacts.all {
            let message = try JournalFacts(serializedBytes: FactCodec.encode([fact])).facts[0]
            kinds.insert(try #require(message.kind).number)
        }
        #expect(kinds == Set(FactKind.allCases.map(\.rawValue)))
    }

    @Test("The official library reads what the codec writes, and writes the same bytes")
    func officialLibraryAgrees() throws {
        let bytes = try FactCodec.encode(SampleFacts.all)
        let message = try JournalFacts(serializedBytes: bytes)
        #expect(message.facts.count == SampleFacts.all.count)
        #expect(message.facts.allSatisfy { $0.kind != nil && $0.unknownFields.data.isEmpty })
        #expect(try message.serializedBytes() == bytes)
    }

    @Test("The fields of a filed call have the meaning that journal.proto gives them")
    func fieldsOfCallFiled() throws {
        var call = SampleFacts.callFiled(serial: 300)
        call.campaign = 4
        let bytes = try FactCodec.encode([.callFiled(call)])
        let message = try JournalFacts(serializedBytes: bytes).facts[0].callFiled
        #expect(message.serial == 300 && message.year == 2026 && message.actor == 3)
        #expect(message.idHigh == 1 && message.idLow == 300)
        #expect(message.contentDigestHigh == 300 && message.contentDigestLow == 2)
        #expect(message.category == 14 && message.condition == 0 && message.grid == 77)
        #expect(message.campaign == 5 && message.urgency == 2)
        #expect(message.observedAt == SampleBatch.time.milliseconds)
        #expect(message.isRecordedEarlier && !message.isClockSuspect && message.isVerifying)
        #expect(message.texts.offset == 300 && message.texts.digest2 == .max)
        #expect(!message.hasCoordinates)
    }

    @Test("A fact, field or value of a newer version is an error")
    func newerVersions() throws {
        var newerKind = JournalFact()
        newerKind.unknownFields = try unknownField(41)
        var newerField = JournalFact()
        newerField.callClosed.unknownFields = try unknownField(4)
        var newerValue = JournalFact()
        newerValue.deadlineMissed.clock = 99
        var largerValue = JournalFact()
        largerValue.stageBegan.stage = 256
        for fact in [newerKind, newerField, newerValue, largerValue, JournalFact()] {
            let bytes: [UInt8] = try JournalFacts.with { $0.facts = [fact] }.serializedBytes()
            #expect(throws: FactCodecError.unknown) { try FactCodec.decode(bytes) }
        }
    }

    @Test("Facts cut short anywhere are an error or fewer facts, never others")
    func truncated() throws {
        let facts = SampleFacts.all.filter {
            if case .catalogueAdopted = $0 { false } else { true }
        }
        let bytes = try FactCodec.encode(facts)
        for length in 0..<bytes.count {
            guard let read = try? FactCodec.decode(Array(bytes[..<length])) else { continue }
            #expect(read == Array(facts[..<read.count]))
            #expect(read.count < facts.count)
        }
    }

    @Test("Bytes at random never stop the program", arguments: 0..<8)
    func randomBytes(seed: Int) {
        var generator = SplitMix(state: UInt64(seed))
        for _ in 0..<2_000 {
            let count = Int.random(in: 0..<60, using: &generator)
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let framed = [10, UInt8(count + 2), UInt8.random(in: 0...255, using: &generator)]
            _ = try? FactCodec.decode(noise)
            _ = try? FactCodec.decode(framed + [UInt8(count)] + noise)
        }
    }

    @Test("Every text of a fact is found for verification")
    func textPlaces() {
        for fact in SampleFacts.all {
            let hasText = String(describing: fact).contains("TextPlace(offset: 300")
            #expect((fact.textPlace == SampleFacts.place) == hasText, "\(fact)")
        }
    }

    /// A varint field that `EpochBegan`, and with number 41 every message, does not know.
    private func unknownField(_ field: UInt16) throws -> UnknownStorage {
        let tag = field << 3
        let bytes = tag < 128 ? [UInt8(tag)] : [UInt8(tag & 127) | 128, UInt8(tag >> 7)]
        return try JournalEpochBegan(serializedBytes: bytes + [1]).unknownFields
    }
}

extension JournalFact.OneOf_Kind {
    /// The field number of the payload, read from its bytes.
    fileprivate var number: UInt64 {
        let fact = JournalFact.with { $0.kind = self }
        let bytes: [UInt8] = (try? fact.serializedBytes()) ?? []
        return bytes.withUnsafeBytes { buffer in
            var reader = FieldReader(buffer)
            return UInt64((try? reader.tag())??.field ?? 0)
        }
    }
}

/// Vigna's SplitMix64: the same numbers for the same seed on every machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

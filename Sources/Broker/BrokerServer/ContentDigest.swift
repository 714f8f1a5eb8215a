import BrokerEngine
import BrokerJournal
import Crypto
import GridCodec
import GridModel
import SwiftProtobuf

/// Tells whether two messages under one id say the same.
///
/// A hash over version and fields, keyed with the journal's own key, so that the digest in a fact
/// cannot be compared with guesses from outside; the first 16 bytes are kept.
struct ContentDigest {
    /// Begins every digest; a change of what is hashed needs another.
    private static let version: UInt8 = 1

    private let key: [UInt8]
    private var scratch: [UInt8] = []

    init(key: [UInt8]) { self.key = key }

    /// The digest of a call's content.
    mutating func digest(of item: SubmitItemView, texts: some Collection<UInt8>) -> UniqueID {
        begin()
        add(item.category)
        add(item.condition)
        add(item.grid)
        add(item.campaign)
        add(item.urgency)
        add(UInt64(bitPattern: item.observedAt))
        // Calls that name no other are hashed as they always were.
        add((item.isRecordedEarlier ? 1 : 0) | (item.sameAs.isEmpty ? 0 : 2))
        scratch.append(contentsOf: item.sameAs)
        if let coordinates = item.coordinates {
            add(coordinates.latitude.bitPattern)
            add(coordinates.longitude.bitPattern)
        }
        scratch.append(contentsOf: texts)
        return finish()
    }

    /// The digest of a command's content.
    mutating func digest(of item: WireCommandItem) -> UniqueID {
        begin()
        scratch.append(contentsOf: item.call)
        add(UInt64(item.ordinal))
        addAction(of: item)
        add(item.reason)
        return finish()
    }

    /// The first four commands are hashed as they always were; of the others the encoded message,
    /// whose fields have one order.
    private mutating func addAction(of item: WireCommandItem) {
        switch item.command {
        case .redispatch(let command): add("redispatch"); add(command.department)
        case .requeue: add("requeue")
        case .withdraw: add("withdraw")
        case .voidCall: add("void")
        case nil: break
        case let command?:
            var alone = WireCommandItem()
            alone.command = command
            let bytes: [UInt8] = (try? alone.serializedBytes()) ?? []
            bytes.withUnsafeBytes { add($0) }
        }
    }

    /// Measures with the digest an approval binds to: over the assignment and the measures in the
    /// order of their names.
    mutating func proposal(_ measures: [WireMeasure], of number: AssignmentNumber) -> Proposal {
        begin()
        add("measures")
        add(number.rawValue)
        let ordered = measures.sorted {
            ($0.name, $0.value) < ($1.name, $1.value)
        }
        for measure in ordered {
            add(measure.name)
            add(measure.value)
        }
        let digest = scratch.withUnsafeBytes { Digest(hashing: $0) }
        return Proposal(
            measures: measures.map { Measure(name: $0.name, value: $0.value) }, digest: digest)
    }

    private mutating func begin() {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: key)
        scratch.append(Self.version)
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        add(UInt64(bytes.count))
        scratch.append(contentsOf: bytes)
    }

    private mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        scratch.append(contentsOf: text.utf8)
    }

    private mutating func add(_ value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { scratch.append(contentsOf: $0) }
    }

    private func finish() -> UniqueID {
        scratch.withUnsafeBytes { bytes in
            var hasher = SHA256()
            hasher.update(bufferPointer: bytes)
            return hasher.finalize().withUnsafeBytes { digest in
                UniqueID(
                    high: UInt64(bigEndian: digest.loadUnaligned(as: UInt64.self)),
                    low: UInt64(
                        bigEndian: digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
            }
        }
    }
}

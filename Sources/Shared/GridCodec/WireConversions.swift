package import GridModel

package import struct Foundation.Data

extension UniqueID {
    /// The id as a field of a message.
    package var data: Data {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Data($0) }
    }

    /// The id a field of a message holds; `nil` unless it has 16 bytes that are not all zero.
    package init?(data: Data) {
        guard let id = data.withUnsafeBytes({ UniqueID(raw: $0) }) else { return nil }
        self = id
    }

    /// The id that lies in these bytes; `nil` unless there are 16 that are not all zero.
    package init?(raw bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        guard high | low != 0 else { return nil }
        self.init(high: high, low: low)
    }
}

extension WireClaim {
    /// The claim as a message.
    package init(_ claim: Claim) {
        self.init()
        epoch = claim.epoch
        assignment = claim.assignment.rawValue
        attempt = claim.attempt
    }

    /// The claim in the model's words.
    package var model: Claim {
        Claim(
            epoch: epoch, assignment: AssignmentNumber(rawValue: assignment), attempt: attempt)
    }
}

extension WireRefusal {
    /// The refusal as a message.
    package init(_ refusal: Refusal) {
        self.init()
        code = UInt32(refusal.code.rawValue)
        field = refusal.field
        reason = refusal.reason
    }
}

import BrokerEngine
import GridModel

extension EndedCall {
    /// Everything but serial and id: digest, time of filing, year, campaign, state and whether the
    /// clock was suspect, big-endian, then the endings.
    var content: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48)
        Self.append(contentDigest.high, to: &bytes)
        Self.append(contentDigest.low, to: &bytes)
        Self.append(filedAt.milliseconds, to: &bytes)
        Self.append(year, to: &bytes)
        Self.append(campaign, to: &bytes)
        bytes.append(state.rawValue)
        bytes.append(isClockSuspect ? 1 : 0)
        Ending.append(endings, to: &bytes)
        return bytes
    }

    /// The call with this content; `nil` if that is malformed.
    init?(serial: UInt64, id: CallID, content: [UInt8]) {
        var rest = content[...]
        guard let high = Self.take(UInt64.self, from: &rest),
            let low = Self.take(UInt64.self, from: &rest),
            let filedAt = Self.take(Int64.self, from: &rest),
            let year = Self.take(UInt16.self, from: &rest),
            let campaign = Self.take(UInt16.self, from: &rest),
            let state = rest.popFirst().flatMap(CallState.init(rawValue:)),
            let suspect = rest.popFirst(), suspect <= 1, let endings = Ending.decode(rest)
        else { return nil }
        self.init(
            serial: serial, id: id, contentDigest: UniqueID(high: high, low: low), year: year,
            filedAt: Timestamp(milliseconds: filedAt), state: state, campaign: campaign,
            isClockSuspect: suspect == 1, endings: endings)
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private static func take<Value: FixedWidthInteger>(
        _: Value.Type, from bytes: inout ArraySlice<UInt8>
    ) -> Value? {
        let count = Value.bitWidth / 8
        guard bytes.count >= count else { return nil }
        defer { bytes.removeFirst(count) }
        return bytes.prefix(count).reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }
}

extension EndedCall.Ending {
    /// Each ending as a varint of attempt × 16 + state, in the order of the assignments.
    static func append(_ endings: [EndedCall.Ending], to bytes: inout [UInt8]) {
        for ending in endings {
            var rest = UInt64(ending.attempt) << 4 | UInt64(ending.state.rawValue)
            while rest >= 128 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
    }

    /// The endings in `bytes`; `nil` if they are malformed.
    static func decode(_ bytes: some Sequence<UInt8>) -> [EndedCall.Ending]? {
        var endings: [EndedCall.Ending] = []
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes {
            guard shift < 42 else { return nil }
            value |= UInt64(byte & 127) << shift
            shift += 7
            guard byte < 128 else { continue }
            guard let state = AssignmentState(rawValue: UInt8(value & 15)),
                let attempt = UInt32(exactly: value >> 4)
            else { return nil }
            endings.append(EndedCall.Ending(state: state, attempt: attempt))
            (value, shift) = (0, 0)
        }
        return shift == 0 ? endings : nil
    }
}

import BrokerEngine
import GridModel

extension EndedCall.Ending {
    /// Each ending as a varint of attempt × 16 + state, in the order of the assignments.
    static func encode(_ endings: [EndedCall.Ending]) -> [UInt8] {
        var bytes: [UInt8] = []
        for ending in endings {
            var rest = UInt64(ending.attempt) << 4 | UInt64(ending.state.rawValue)
            while rest >= 128 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        return bytes
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

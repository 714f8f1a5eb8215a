/// Sixteen bytes that name one thing for ever, made by the peer that speaks of it first.
///
/// Terminals use UUIDv7 (RFC 9562); an import uses the first 16 bytes of SHA-256 over the source
/// name and the row's key, so that importing a file again names the same calls.
package struct UniqueID: Hashable, Comparable, Sendable {
    /// The first eight bytes, big-endian.
    package let high: UInt64
    /// The last eight bytes, big-endian.
    package let low: UInt64

    /// An id from its two halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An id from its bytes; `nil` unless there are exactly 16 and not all are zero.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        for (position, byte) in bytes.enumerated() {
            if position < 8 {
                halves.0 = halves.0 << 8 | UInt64(byte)
            } else {
                halves.1 = halves.1 << 8 | UInt64(byte)
            }
        }
        guard halves.0 | halves.1 != 0 else { return nil }
        (high, low) = halves
    }

    /// An id from 32 hexadecimal digits, with or without the hyphens of a UUID; `nil` otherwise.
    package init?(text: String) {
        var halves: [UInt64] = [0, 0]
        var count = 0
        for character in text where character != "-" {
            guard count < 32, let digit = character.hexDigitValue else { return nil }
            halves[count / 16] = halves[count / 16] << 4 | UInt64(digit)
            count += 1
        }
        guard count == 32, halves[0] | halves[1] != 0 else { return nil }
        self.init(high: halves[0], low: halves[1])
    }

    /// The 16 bytes, in the order of the wire.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        for half in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: half >> UInt64(shift)))
            }
        }
        return bytes
    }

    package static func < (left: UniqueID, right: UniqueID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension UniqueID: CustomStringConvertible {
    /// The id as a UUID in lower case, `8-4-4-4-12`.
    package var description: String {
        let digits = Array("0123456789abcdef")
        var text = ""
        for (position, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(position) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}

/// The name of one call, given by the terminal before the broker ever saw it.
package typealias CallID = UniqueID
/// The name of one command of a person, so that repeating it does nothing twice.
package typealias CommandID = UniqueID
/// The name of one session of a peer; it survives reconnects and ends with the process.
package typealias SessionID = UniqueID

/// The rule for ids that a catalogue declares: departments, grids, categories, campaigns.
package enum DeclaredID {
    /// The longest id, in characters.
    package static let maximumLength = 32

    /// Whether `text` matches `[A-Za-z0-9-]{1,32}`.
    package static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...maximumLength).contains(bytes.count) else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}

/// A place on earth, WGS 84.
package struct Coordinates: Hashable, Sendable {
    /// Degrees north, −90 to 90.
    package var latitude: Double
    /// Degrees east, −180 to 180.
    package var longitude: Double

    /// A place; the values are not checked.
    package init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }
}

package import GridModel

/// What is kept of a call for ever once it is done, so that every repeat gets the same answer.
package struct ArchivedCall: Hashable, Sendable {
    package var serial: UInt64
    package var id: CallID
    package var contentDigest: UniqueID
    /// Part of the case number.
    package var year: UInt16
    package var filedAt: Timestamp
    /// How it ended: closed, voided or merged.
    package var state: CallState
    /// How each assignment ended, by its place in the call.
    package var endings: [ArchivedEnding]

    /// An archived call from its parts.
    package init(
        serial: UInt64, id: CallID, contentDigest: UniqueID, year: UInt16, filedAt: Timestamp,
        state: CallState, endings: [ArchivedEnding]
    ) {
        self.serial = serial
        self.id = id
        self.contentDigest = contentDigest
        self.year = year
        self.filedAt = filedAt
        self.state = state
        self.endings = endings
    }
}

/// How one assignment ended: a repeated outcome under that very attempt gets the same receipt.
package struct ArchivedEnding: Hashable, Sendable {
    /// What became of it.
    package enum Kind: UInt8, CaseIterable, Sendable {
        case withdrawn = 0
        case completed = 1
        case returned = 2
    }

    package var kind: Kind
    /// The attempt under whose claim it ended; 0 if it ended under none.
    package var attempt: UInt32

    /// An ending from its parts.
    package init(kind: Kind, attempt: UInt32) {
        self.kind = kind
        self.attempt = attempt
    }
}

/// What is kept of a command for ever.
package struct ArchivedCommand: Hashable, Sendable {
    package var id: CommandID
    package var contentDigest: UniqueID
    /// The call it was about.
    package var serial: UInt64
    /// The call's revision after it.
    package var revision: UInt32

    /// An archived command from its parts.
    package init(id: CommandID, contentDigest: UniqueID, serial: UInt64, revision: UInt32) {
        self.id = id
        self.contentDigest = contentDigest
        self.serial = serial
        self.revision = revision
    }
}

extension ArchivedEnding {
    /// Each ending as a varint of attempt × 4 + kind, in the order of the assignments.
    static func encode(_ endings: [ArchivedEnding]) -> [UInt8] {
        var bytes: [UInt8] = []
        for ending in endings {
            var rest = UInt64(ending.attempt) << 2 | UInt64(ending.kind.rawValue)
            while rest >= 128 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        return bytes
    }

    /// The endings in `bytes`; `nil` if they are malformed.
    static func decode(_ bytes: some Sequence<UInt8>) -> [ArchivedEnding]? {
        var endings: [ArchivedEnding] = []
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes {
            guard shift < 42 else { return nil }
            value |= UInt64(byte & 127) << shift
            shift += 7
            guard byte < 128 else { continue }
            guard let kind = Kind(rawValue: UInt8(value & 3)),
                let attempt = UInt32(exactly: value >> 2)
            else { return nil }
            endings.append(ArchivedEnding(kind: kind, attempt: attempt))
            (value, shift) = (0, 0)
        }
        return shift == 0 ? endings : nil
    }
}

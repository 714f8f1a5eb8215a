package import GridModel

/// Makes ids of calls and commands as RFC 9562 has UUIDs of version 7.
package enum TimeOrderedID {
    /// An id of the moment `time`, with 74 bits of `generator`.
    ///
    /// The first 48 bits are the Unix time in milliseconds, so ids sort by their making.
    package static func make(
        at time: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> UniqueID {
        let milliseconds = UInt64(max(0, time.milliseconds)) & 0xFFFF_FFFF_FFFF
        let randomHigh = generator.next() & 0xFFF
        let randomLow = generator.next() & 0x3FFF_FFFF_FFFF_FFFF
        return UniqueID(
            high: milliseconds << 16 | 0x7000 | randomHigh, low: 1 << 63 | randomLow)
    }

    /// An id of now, from the system's random numbers.
    package static func make() -> UniqueID {
        var generator = SystemRandomNumberGenerator()
        return make(at: .now, using: &generator)
    }
}

package import GridModel

import struct Foundation.Date

extension Timestamp {
    /// The time by this machine's clock.
    package static var now: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}

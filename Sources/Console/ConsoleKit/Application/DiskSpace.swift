import Glibc

/// How much room a disk has that the console was told to watch.
///
/// No message says it: a broker's disk is seen only by a console on the same machine.
package struct DiskSpace: Hashable, Sendable {
    /// A directory on the disk.
    package let path: String
    /// Bytes that are free for everybody but root; `nil` if the directory cannot be asked.
    package let free: UInt64?
    /// Bytes of the whole disk.
    package let total: UInt64

    /// What is known of a disk.
    package init(path: String, free: UInt64?, total: UInt64) {
        self.path = path
        self.free = free
        self.total = total
    }

    /// Asks the system about the disk that holds `path`.
    package init(path: String) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else {
            self.init(path: path, free: nil, total: 0)
            return
        }
        let unit = UInt64(status.f_frsize)
        self.init(
            path: path, free: UInt64(status.f_bavail) * unit,
            total: UInt64(status.f_blocks) * unit)
    }

    /// Whether the broker will soon refuse new calls: it keeps 256 MiB, and a twentieth is little.
    package var isLow: Bool {
        guard let free else { return true }
        return free < 1 << 30 || free < total / 20
    }

    /// Bytes for people: `12.5 GiB`.
    package static func text(_ bytes: UInt64) -> String {
        var value = Double(bytes)
        var unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
        while value >= 1_024, unit < units.count - 1 { (value, unit) = (value / 1_024, unit + 1) }
        return LineGeometry.rounded(value) + " " + units[unit]
    }
}

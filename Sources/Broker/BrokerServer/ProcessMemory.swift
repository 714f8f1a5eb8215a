import CMalloc

/// How this process takes memory from the system.
enum ProcessMemory {
    /// From this size on a table lies in pages of its own, which go back when it grows elsewhere.
    ///
    /// By itself glibc learns from the first large table that is given back to take the next ones,
    /// up to 32 MiB, from the heap, where those that are outgrown leave holes that stay.
    private static let ownPagesBytes: Int32 = 4 << 20

    /// Sets the limits; without them the process is larger and no less right.
    static func prepare() {
        _ = mallopt(M_MMAP_THRESHOLD, ownPagesBytes)
        // Follows the first by itself unless that is set.
        _ = mallopt(M_TRIM_THRESHOLD, 2 * ownPagesBytes)
    }
}

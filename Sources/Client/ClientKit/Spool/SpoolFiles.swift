package import GridModel

/// Why the spool could not do something, for people.
package struct SpoolFailure: Error, Hashable, Sendable {
    /// What failed and why.
    package let reason: Phrase

    /// A failure.
    package init(_ reason: Phrase) { self.reason = reason }
}

/// The file system as the spool needs it; tests put one in memory behind it that loses what was
/// not made durable.
///
/// Each call is one step: between any two the machine may stop. Paths are absolute. Errors of all
/// calls: the system's, as a `SpoolFailure`.
package protocol SpoolFiles {
    /// The names in a directory, in no order; none if it is not there.
    func names(in directory: String) throws(SpoolFailure) -> [String]
    /// The bytes of a file; `nil` if it is not there.
    func contents(of path: String) throws(SpoolFailure) -> [UInt8]?
    /// The length of a file in bytes; `nil` if it is not there.
    func length(of path: String) throws(SpoolFailure) -> Int?
    /// Makes a directory for its owner alone; `false` if it was there.
    func makeDirectory(_ path: String) throws(SpoolFailure) -> Bool
    /// Takes everybody else's rights on a directory away.
    func protectDirectory(_ path: String) throws(SpoolFailure)
    /// Makes or empties a file for its owner alone and writes the bytes; not durable yet.
    func create(_ path: String, _ bytes: [UInt8]) throws(SpoolFailure)
    /// Adds bytes to the end of a file, which is made if need be; not durable yet.
    func append(_ path: String, _ bytes: [UInt8]) throws(SpoolFailure)
    /// Makes the contents of a file durable.
    func synchronize(file path: String) throws(SpoolFailure)
    /// Makes the names in a directory durable: new, changed and removed ones.
    func synchronize(directory path: String) throws(SpoolFailure)
    /// Gives a file another name, replacing the file that has it; not durable yet.
    func rename(_ path: String, to newPath: String) throws(SpoolFailure)
    /// Removes a file, which may be gone already; not durable yet.
    func remove(_ path: String) throws(SpoolFailure)
    /// Takes a lock among processes; `nil` if another process has it and `waits` is false. It ends
    /// with the returned object, or with the process.
    func lock(_ path: String, waits: Bool) throws(SpoolFailure) -> SpoolLock?
}

/// A lock that is held as long as this object lives.
package final class SpoolLock {
    private let release: () -> Void

    /// A lock that `release` ends.
    package init(release: @escaping () -> Void) { self.release = release }

    deinit { release() }
}

import ClientKit
import GridModel

/// A file system in memory that stops at a chosen step and loses what was not made durable.
///
/// As POSIX has it and no better: a file's bytes are safe after its own synchronisation, a name
/// after that of its directory, and of what is unsafe any part may survive a power cut.
final class SimulatedSpoolFiles: SpoolFiles {
    private final class File {
        var bytes: [UInt8] = []
        var durable: [UInt8] = []
    }

    private enum Entry {
        case directory
        case file(File)
    }

    /// A change of names in one directory.
    private enum Change {
        case add(String, Entry)
        case remove(String)
        case rename(String, String, Entry)
    }

    private var entries: [String: Entry] = [:]
    private var durableEntries: [String: Entry] = [:]
    /// Changes since the last synchronisation, by directory.
    private var unsafeChanges: [String: [Change]] = [:]
    private var locks: Set<String> = []
    private var random: SeededRandom
    private(set) var isStopped = false
    /// Steps that change something, so far.
    private(set) var steps = 0
    /// The machine stops at this step, in the middle of it.
    var stopsAtStep: Int?
    /// The disk is full from this step on.
    var isFullFromStep: Int?

    init(seed: UInt64 = 1) { random = SeededRandom(seed: seed) }

    /// All files, with their names.
    var paths: [String] { entries.keys.sorted() }

    /// The process starts again; after a power cut some of what was unsafe is gone.
    func restart(afterPowerCut: Bool) {
        stopsAtStep = nil
        isStopped = false
        steps = 0
        locks = []
        guard afterPowerCut else { return }
        var survivors = durableEntries
        for directory in unsafeChanges.keys.sorted() {
            for change in unsafeChanges[directory] ?? [] where Bool.random(using: &random) {
                apply(change, to: &survivors)
            }
        }
        entries = survivors.filter { path, _ in hasParents(path, in: survivors) }
        durableEntries = entries
        unsafeChanges = [:]
        for case .file(let file) in entries.values { tear(file) }
    }

    /// Turns a byte of a file around, as a bad disk does.
    func damage(_ path: String, at offset: Int) {
        guard case .file(let file) = entries[path] else { return }
        file.bytes[offset] ^= 0xFF
        file.durable = file.bytes
    }

    // MARK: SpoolFiles

    func names(in directory: String) throws(SpoolFailure) -> [String] {
        try checkRunning()
        return entries.keys.filter { parent(of: $0) == directory }.map { name($0) }
    }

    func contents(of path: String) throws(SpoolFailure) -> [UInt8]? {
        try checkRunning()
        guard case .file(let file) = entries[path] else { return nil }
        return file.bytes
    }

    func length(of path: String) throws(SpoolFailure) -> Int? { try contents(of: path)?.count }

    func makeDirectory(_ path: String) throws(SpoolFailure) -> Bool {
        try step()
        guard entries[path] == nil else { return false }
        change(.add(path, .directory), in: parent(of: path))
        return true
    }

    func protectDirectory(_ path: String) throws(SpoolFailure) { try step() }

    func create(_ path: String, _ bytes: [UInt8]) throws(SpoolFailure) {
        let file = File()
        change(.add(path, .file(file)), in: parent(of: path))
        try write(bytes, to: file)
    }

    func append(_ path: String, _ bytes: [UInt8]) throws(SpoolFailure) {
        if case .file(let file) = entries[path] { return try write(bytes, to: file) }
        try create(path, bytes)
    }

    func synchronize(file path: String) throws(SpoolFailure) {
        try step()
        guard case .file(let file) = entries[path] else { throw missing(path) }
        file.durable = file.bytes
    }

    func synchronize(directory path: String) throws(SpoolFailure) {
        try step()
        guard path == "/" || entries[path] != nil else { throw missing(path) }
        for change in unsafeChanges.removeValue(forKey: path) ?? [] {
            apply(change, to: &durableEntries)
        }
    }

    func rename(_ path: String, to newPath: String) throws(SpoolFailure) {
        try step()
        guard let entry = entries[path] else { throw missing(path) }
        change(.rename(path, newPath, entry), in: parent(of: newPath))
    }

    func remove(_ path: String) throws(SpoolFailure) {
        try step()
        if entries[path] != nil { change(.remove(path), in: parent(of: path)) }
    }

    func lock(_ path: String, waits: Bool) throws(SpoolFailure) -> SpoolLock? {
        try checkRunning()
        guard entries[parent(of: path)] != nil else { throw missing(path) }
        guard locks.insert(path).inserted else {
            precondition(!waits, "one process waits for itself")
            return nil
        }
        return SpoolLock { [weak self] in _ = self?.locks.remove(path) }
    }

    // MARK: Steps

    private func checkRunning() throws(SpoolFailure) {
        if isStopped { throw SpoolFailure(Phrase(verbatim: "the machine has stopped")) }
    }

    private func step() throws(SpoolFailure) {
        try checkRunning()
        steps += 1
        if steps == stopsAtStep {
            isStopped = true
            try checkRunning()
        }
    }

    private func write(_ bytes: [UInt8], to file: File) throws(SpoolFailure) {
        do throws(SpoolFailure) {
            try step()
        } catch {
            file.bytes += bytes.prefix(Int.random(in: 0...bytes.count, using: &random))
            throw error
        }
        if let limit = isFullFromStep, steps >= limit {
            file.bytes += bytes.prefix(bytes.count / 2)
            throw SpoolFailure(Phrase(verbatim: "no space left on device"))
        }
        file.bytes += bytes
    }

    private func change(_ change: Change, in directory: String) {
        apply(change, to: &entries)
        unsafeChanges[directory, default: []].append(change)
    }

    private func apply(_ change: Change, to entries: inout [String: Entry]) {
        switch change {
        case .add(let path, let entry): entries[path] = entry
        case .remove(let path): entries[path] = nil
        case .rename(let path, let newPath, let entry):
            entries[path] = nil
            entries[newPath] = entry
        }
    }

    /// Leaves what is durable of a file and any part of what came after it.
    private func tear(_ file: File) {
        let isGrown = file.bytes.starts(with: file.durable)
        let rest = isGrown ? file.bytes.dropFirst(file.durable.count) : file.bytes[...]
        let kept = rest.prefix(Int.random(in: 0...rest.count, using: &random))
        file.bytes = (isGrown ? file.durable : []) + kept
        file.durable = file.bytes
    }

    private func hasParents(_ path: String, in entries: [String: Entry]) -> Bool {
        let parent = parent(of: path)
        return parent == "/" || entries[parent] != nil && hasParents(parent, in: entries)
    }

    private func parent(of path: String) -> String {
        "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    }

    private func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }

    private func missing(_ path: String) -> SpoolFailure {
        SpoolFailure(Phrase(verbatim: "\(path): no such file"))
    }
}

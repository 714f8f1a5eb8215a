package import GridModel

/// The calls of one terminal for one broker, on disk: those not yet sent, those refused, and those
/// confirmed in the last days (docs/spool.md says what lies where and what a crash leaves).
///
/// Every change is made durable in an order in which a stop between any two steps leaves a call at
/// least once in the spool; sending one twice files nothing twice, since its id is fixed. Writers
/// in several processes take `write.lock` for a moment, one that sends holds `flush.lock`.
package struct Spool {
    /// How many calls one file of pending ones holds at most.
    package static let callsPerFile = 1_024
    private static let format = "gridcall-spool 1\n"
    static let suffix = ".calls"

    let files: any SpoolFiles
    /// Holds everything, for its owner alone.
    package let directory: String

    /// The spool in `directory`, which is made when something is stored.
    package init(directory: String, files: any SpoolFiles = DiskSpoolFiles()) {
        self.directory = directory
        self.files = files
    }

    /// Whether anything was ever stored.
    package var exists: Bool {
        get throws(SpoolFailure) { try files.length(of: "\(directory)/format") != nil }
    }

    // MARK: Pending calls

    /// The files of calls that are not sent yet, oldest first. Quick when there are none.
    package func pendingNames() throws(SpoolFailure) -> [String] {
        try names(in: pending)
    }

    /// How many calls are not sent yet; changes nothing, not even a damaged file.
    package func pendingCount() throws(SpoolFailure) -> Int {
        var count = 0
        for name in try pendingNames() {
            let bytes = try files.contents(of: "\(pending)/\(name)")
            count += SpoolFormat.contents(of: bytes ?? []).records.count
        }
        return count
    }

    /// Stores calls, durably, before it returns; all of them or, on an error, perhaps none.
    package func store(_ records: [SpoolRecord]) throws(SpoolFailure) {
        try prepare()
        let lock = try writeLock()
        defer { withExtendedLifetime(lock) {} }
        let batch = TimeOrderedID.make()
        for start in stride(from: 0, to: records.count, by: Self.callsPerFile) {
            // Names sort as the calls were stored: by the time of the batch, then within it.
            let number = String(1_000_000_000 + start / Self.callsPerFile).dropFirst()
            let path = "\(pending)/\(batch)-\(number)\(Self.suffix)"
            let end = min(records.count, start + Self.callsPerFile)
            try replace(path, in: pending, with: records[start..<end])
        }
    }

    /// The calls of a pending file; a damaged one is set aside, and what is whole in it takes its
    /// place. Returns the place of the damaged file, if it was one.
    package func loadPending(
        _ name: String
    ) throws(SpoolFailure) -> (records: [SpoolRecord], damagedFile: String?) {
        let path = "\(pending)/\(name)"
        guard let bytes = try files.contents(of: path) else { return ([], nil) }
        let contents = SpoolFormat.contents(of: bytes)
        guard contents.damagedBytes > 0 || contents.records.isEmpty else {
            return (contents.records, nil)
        }
        let lock = try writeLock()
        defer { withExtendedLifetime(lock) {} }
        // The copy comes first, so that the file is never gone before it lies elsewhere.
        let aside = "\(directory)/damaged/\(name)"
        try replace(aside, in: "\(directory)/damaged", with: bytes)
        if contents.records.isEmpty {
            try files.remove(path)
            try files.synchronize(directory: pending)
        } else {
            try replace(path, in: pending, with: contents.records)
        }
        return (contents.records, aside)
    }

    /// Forgets pending files whose calls all lie elsewhere by now.
    package func removePending(_ names: [String]) throws(SpoolFailure) {
        guard !names.isEmpty else { return }
        for name in names { try files.remove("\(pending)/\(name)") }
        try files.synchronize(directory: pending)
    }

    /// Takes calls out of a pending file; with `flush.lock` held.
    package func dropPending(_ ids: Set<CallID>, from name: String) throws(SpoolFailure) {
        let rest = try loadPending(name).records.filter { !ids.contains($0.id) }
        if rest.isEmpty { return try removePending([name]) }
        let lock = try writeLock()
        defer { withExtendedLifetime(lock) {} }
        try replace("\(pending)/\(name)", in: pending, with: rest)
    }

    // MARK: Refused calls

    /// The calls that the broker refused, in the order of their ids, and the files that cannot be
    /// read.
    package func rejected() throws(SpoolFailure) -> (records: [SpoolRecord], damaged: [String]) {
        var records: [SpoolRecord] = []
        var damaged: [String] = []
        for name in try names(in: rejectedDirectory) {
            let path = "\(rejectedDirectory)/\(name)"
            guard let bytes = try files.contents(of: path) else { continue }
            let contents = SpoolFormat.contents(of: bytes)
            records += contents.records
            if contents.records.isEmpty { damaged.append(path) }
        }
        return (records, damaged)
    }

    /// Keeps refused calls, a file for each, under their ids.
    package func reject(_ records: [SpoolRecord]) throws(SpoolFailure) {
        guard !records.isEmpty else { return }
        let lock = try writeLock()
        defer { withExtendedLifetime(lock) {} }
        for record in records {
            try replace(rejectedPath(record.id), in: rejectedDirectory, with: [record])
        }
    }

    /// Forgets refused calls.
    package func removeRejected(_ ids: [CallID]) throws(SpoolFailure) {
        let names = try Set(names(in: rejectedDirectory))
        let known = ids.filter { names.contains(Self.name($0)) }
        guard !known.isEmpty else { return }
        for id in known { try files.remove(rejectedPath(id)) }
        try files.synchronize(directory: rejectedDirectory)
    }

    // MARK: Files

    /// The lock of whoever sends; `nil` if somebody sends already and `waits` is false.
    package func flushLock(waits: Bool) throws(SpoolFailure) -> SpoolLock? {
        try prepare()
        return try files.lock("\(directory)/flush.lock", waits: waits)
    }

    /// Makes the directories durable, once: the format file stands only after them.
    func prepare() throws(SpoolFailure) {
        let marker = "\(directory)/format"
        if let bytes = try files.contents(of: marker) {
            guard bytes == Array(Self.format.utf8) else {
                throw SpoolFailure(SpoolWords.newerFormat(directory))
            }
            return
        }
        var path = ""
        for part in directory.split(separator: "/") {
            let parent = path.isEmpty ? "/" : path
            path += "/" + part
            if try files.makeDirectory(path) { try files.synchronize(directory: parent) }
        }
        try files.protectDirectory(directory)
        for part in ["pending", "rejected", "damaged", "sent"] {
            _ = try files.makeDirectory("\(directory)/\(part)")
        }
        try files.synchronize(directory: directory)
        // What another process made but did not make durable before it was stopped.
        try files.synchronize(directory: parent(of: directory))
        let lock = try writeLock()
        defer { withExtendedLifetime(lock) {} }
        try replace(marker, in: directory, with: Array(Self.format.utf8))
    }

    func writeLock() throws(SpoolFailure) -> SpoolLock? {
        try files.lock("\(directory)/write.lock", waits: true)
    }

    /// Replaces a file as a whole; needs `write.lock`, under which every temporary file that lies
    /// there has lost its writer and may be overwritten.
    func replace(
        _ path: String, in directory: String, with bytes: [UInt8]
    ) throws(SpoolFailure) {
        let temporary = "\(directory)/.new"
        do throws(SpoolFailure) {
            try files.create(temporary, bytes)
            try files.synchronize(file: temporary)
            try files.rename(temporary, to: path)
            try files.synchronize(directory: directory)
        } catch {
            // A full disk: what was written of it is in the way of everything else.
            try? files.remove(temporary)
            throw error
        }
    }

    func names(in directory: String) throws(SpoolFailure) -> [String] {
        try files.names(in: directory).filter {
            $0.hasSuffix(Self.suffix) && !$0.hasPrefix(".")
        }.sorted()
    }

    private func replace(
        _ path: String, in directory: String, with records: some Sequence<SpoolRecord>
    ) throws(SpoolFailure) {
        try replace(path, in: directory, with: SpoolFormat.bytes(of: records))
    }

    private func parent(of path: String) -> String {
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        return "/" + parent
    }

    private static func name(_ id: UniqueID) -> String { "\(id)\(suffix)" }

    private func rejectedPath(_ id: CallID) -> String {
        "\(rejectedDirectory)/\(Self.name(id))"
    }

    private var pending: String { "\(directory)/pending" }
    private var rejectedDirectory: String { "\(directory)/rejected" }
}

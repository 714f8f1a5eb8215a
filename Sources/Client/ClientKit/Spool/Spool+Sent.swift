package import GridModel

/// Confirmed calls: kept for 30 days, in case the broker has to be restored from an older backup.
///
/// They lie in a directory for each street, in files that only grow, named by the broker's day.
extension Spool {
    /// How long confirmed calls are kept, in days of the broker's clock.
    package static let daysKept: Int64 = 30
    /// A file that has grown beyond this is followed by another of the same day.
    private static let fileBytes = 8 << 20
    private static let day: Int64 = 86_400_000

    /// A street's confirmed calls and the epochs they have been offered to.
    private struct Epochs: Equatable {
        /// Every call confirmed in an epoch before this was offered to a broker of this one.
        var offered: UInt32
        /// The epoch that calls are being offered to; 0 if they are not.
        var offering: UInt32

        var text: String { "offered \(offered)\noffering \(offering)\n" }

        init(offered: UInt32, offering: UInt32 = 0) {
            self.offered = offered
            self.offering = offering
        }

        init?(text: String) {
            let words = text.split { $0 == " " || $0 == "\n" }
            guard words.count == 4, words[0] == "offered", words[2] == "offering",
                let offered = UInt32(words[1]), let offering = UInt32(words[3])
            else { return nil }
            self.init(offered: offered, offering: offering)
        }
    }

    /// Keeps confirmed calls under the day of `time`, the broker's. With `isDurable` false they
    /// are durable only after a later call of `synchronizeSent`.
    package func confirm(
        _ records: [SpoolRecord], street: String, at time: Timestamp, isDurable: Bool = true
    ) throws(SpoolFailure) {
        guard let lowest = records.map(\.epoch).min() else { return }
        try prepare()
        let lock = try writeLock()
        defer { withExtendedLifetime(lock) {} }
        try prepareStreet(street, epoch: lowest)
        let path = try currentFile(of: street, at: time)
        try files.append(path, SpoolFormat.bytes(of: records))
        guard isDurable else { return }
        try files.synchronize(file: path)
        // Always: the one who made the file may have been stopped before it did so.
        try files.synchronize(directory: sent(street))
    }

    /// Makes durable what was kept under the day of `time`.
    package func synchronizeSent(street: String, at time: Timestamp) throws(SpoolFailure) {
        let prefix = Self.dayName(time)
        for name in try names(in: sent(street)) where name.hasPrefix(prefix) {
            try files.synchronize(file: "\(sent(street))/\(name)")
        }
        try files.synchronize(directory: sent(street))
    }

    /// The files of confirmed calls of a street, oldest first.
    package func sentNames(street: String) throws(SpoolFailure) -> [String] {
        try names(in: sent(street))
    }

    /// The confirmed calls in a file. Bytes that are none are what a stop in the middle of a write
    /// has left: their receipt was never shown.
    package func loadSent(
        _ name: String, street: String
    ) throws(SpoolFailure) -> [SpoolRecord] {
        let bytes = try files.contents(of: "\(sent(street))/\(name)")
        return SpoolFormat.contents(of: bytes ?? []).records
    }

    /// All calls confirmed in the last days, of every street, the latest receipt of each.
    package func confirmed() throws(SpoolFailure) -> [SpoolRecord] {
        var records: [SpoolRecord] = []
        var places: [CallID: Int] = [:]
        for street in try files.names(in: "\(directory)/sent").sorted() {
            for name in try sentNames(street: street) {
                for record in try loadSent(name, street: street) {
                    if let place = places[record.id] {
                        records[place] = record
                    } else {
                        places[record.id] = records.count
                        records.append(record)
                    }
                }
            }
        }
        return records
    }

    /// Removes the files whose calls are older than is promised, by the broker's clock.
    package func prune(street: String, now: Timestamp) throws(SpoolFailure) {
        let oldest = Self.dayName(now.advanced(byMilliseconds: -(Self.daysKept + 1) * Self.day))
        let names = try sentNames(street: street).filter { $0 < oldest }
        guard !names.isEmpty else { return }
        for name in names { try files.remove("\(sent(street))/\(name)") }
        try files.synchronize(directory: sent(street))
    }

    // MARK: A restored broker

    /// Whether calls confirmed before `epoch` have still to be offered to the broker. Quick.
    package func owesOffer(street: String, epoch: UInt32) throws(SpoolFailure) -> Bool {
        guard let epochs = try epochs(of: street) else {
            return try !sentNames(street: street).isEmpty
        }
        return epochs.offered < epoch
    }

    /// Notes that offering to `epoch` has begun.
    package func beginOffer(street: String, epoch: UInt32) throws(SpoolFailure) {
        let lock = try writeLock()
        defer { withExtendedLifetime(lock) {} }
        let offered = try epochs(of: street)?.offered ?? 0
        try write(Epochs(offered: offered, offering: epoch), of: street)
    }

    /// Notes that every call was offered to `epoch`, unless one that nobody offered was confirmed
    /// in an older epoch meanwhile: then it is all done again next time.
    package func endOffer(street: String, epoch: UInt32) throws(SpoolFailure) {
        let lock = try writeLock()
        defer { withExtendedLifetime(lock) {} }
        guard let epochs = try epochs(of: street), epochs.offering == epoch else { return }
        try write(Epochs(offered: epoch), of: street)
    }

    /// Makes a street's directory, and sees to it that calls of `epoch` will be offered to every
    /// later one.
    private func prepareStreet(_ street: String, epoch: UInt32) throws(SpoolFailure) {
        guard let known = try epochs(of: street) else {
            _ = try files.makeDirectory(sent(street))
            try files.synchronize(directory: "\(directory)/sent")
            return try write(Epochs(offered: epoch), of: street)
        }
        if epoch < max(known.offered, known.offering) {
            try write(Epochs(offered: min(epoch, known.offered)), of: street)
        }
    }

    private func epochs(of street: String) throws(SpoolFailure) -> Epochs? {
        guard let bytes = try files.contents(of: "\(sent(street))/epoch") else { return nil }
        // A damaged one means that nothing is known: then everything is offered.
        return Epochs(text: String(decoding: bytes, as: UTF8.self)) ?? Epochs(offered: 0)
    }

    private func write(_ epochs: Epochs, of street: String) throws(SpoolFailure) {
        try replace("\(sent(street))/epoch", in: sent(street), with: Array(epochs.text.utf8))
    }

    private func currentFile(of street: String, at time: Timestamp) throws(SpoolFailure) -> String {
        let prefix = Self.dayName(time)
        let last = try names(in: sent(street)).last { $0.hasPrefix(prefix) }
        let name = last ?? "\(prefix)-0001\(Self.suffix)"
        let path = "\(sent(street))/\(name)"
        guard try files.length(of: path) ?? 0 >= Self.fileBytes,
            let number = Int(name.dropFirst(prefix.count + 1).dropLast(Self.suffix.count))
        else { return path }
        return "\(sent(street))/\(prefix)-\(String(10_001 + number).dropFirst())\(Self.suffix)"
    }

    /// `2026-11-23`: the day in UTC.
    private static func dayName(_ time: Timestamp) -> String {
        String(RFC3339.shortText(time, in: .utc).prefix(10))
    }

    private func sent(_ street: String) -> String { "\(directory)/sent/\(street)" }
}

package import GridCodec
import GridModel

/// The rows of an import in the spool: those that were filed, in case the broker must be restored,
/// and those that could not be sent. For one thread.
///
/// Filed rows are made durable once a second and at the end, not one by one: until then the file
/// that is imported still has them, and the import has not said that it is done.
package final class KeptRows {
    private static let synchronizeMilliseconds: Int64 = 1_000

    private let spool: Spool
    private let fileName: String
    private var welcome: WireWelcome?
    private var unsafeSince: Int64?

    /// Rows of a file of that name.
    package init(_ spool: Spool, fileName: String) {
        self.spool = spool
        self.fileName = fileName
    }

    /// The broker has greeted; what is filed from now on is filed by that one.
    package func welcome(_ welcome: WireWelcome) throws(ClientFailure) {
        self.welcome = DeclaredID.isValid(welcome.street) ? welcome : nil
        guard let welcome = self.welcome else { return }
        try asFailure { () throws(SpoolFailure) in _ = try spool.bind(to: welcome.street) }
    }

    /// Keeps rows that have case numbers; `now` is of a clock that never goes back.
    package func confirm(
        _ rows: [(item: ImportItem, caseNumber: String)], now: Int64
    ) throws(ClientFailure) {
        guard let welcome, !rows.isEmpty else { return }
        let epoch = welcome.tag.epoch
        let records = rows.compactMap { row in
            record(row.item)?.confirmed(row.caseNumber, epoch: epoch)
        }
        let isDue = now - (unsafeSince ?? now) >= Self.synchronizeMilliseconds
        unsafeSince = isDue ? nil : unsafeSince ?? now
        try asFailure { () throws(SpoolFailure) in
            try spool.confirm(
                records, street: welcome.street,
                at: Timestamp(milliseconds: welcome.serverTime), isDurable: isDue)
        }
    }

    /// Makes everything kept so far durable.
    package func finish() throws(ClientFailure) {
        guard let welcome, unsafeSince != nil else { return }
        unsafeSince = nil
        try asFailure { () throws(SpoolFailure) in
            try spool.synchronizeSent(
                street: welcome.street, at: Timestamp(milliseconds: welcome.serverTime))
        }
    }

    /// Stores rows to be sent later, durably.
    package func store(_ rows: [ImportItem]) throws(ClientFailure) {
        guard !rows.isEmpty else { return }
        try asFailure { () throws(SpoolFailure) in try spool.store(rows.compactMap(record)) }
    }

    private func record(_ item: ImportItem) -> SpoolRecord? {
        SpoolRecord(item.call, storedAt: .now, origin: "\(fileName):\(item.line)")
    }

    private func asFailure(
        _ body: () throws(SpoolFailure) -> Void
    ) throws(ClientFailure) {
        do throws(SpoolFailure) {
            try body()
        } catch {
            throw ClientFailure(error)
        }
    }
}

/// One window of `gridcall-bench quick --json`.
struct QuickRow: Encodable {
    let window: Int
    let closedPerSecond: Double
    /// The warm-up included, and the time until the views showed all of it.
    let closedPerSecondUntilLevel: Double
    let relayPerSecond: Double?
    /// Quantiles from submit to receipt.
    let receiptMicroseconds: [String: UInt64]
    let callsPerBatch: Double
    /// Where there is a strace: calls of fdatasync and fsync for each batch.
    let journalSyncsPerBatch: Double?
    let otherSyncsPerBatch: Double?
    let residentBytes: UInt64
    let viewsLevelAfterSeconds: Double

    init(window: Int, _ result: Comparison, _ syncs: SyncCount) {
        self.window = window
        closedPerSecond = result.street.closedPerSecond
        closedPerSecondUntilLevel = result.street.level.closedPerSecond
        relayPerSecond = result.relay?.perSecond
        receiptMicroseconds = result.street.receipts.latency
        callsPerBatch = result.street.callsPerBatch
        journalSyncsPerBatch = syncs.journalPerBatch[window]
        otherSyncsPerBatch = syncs.othersPerBatch[window]
        residentBytes = result.street.residentBytes
        viewsLevelAfterSeconds = result.street.level.secondsAfterLoad
    }
}

/// What went wrong, or on, in a run: faults of each kind, and what was done about them.
package enum Happening: String, CaseIterable, Sendable {
    // Ends of processes.
    case brokerKilled, powerFailed, brokerFailedClosed, startRefused
    case terminalCrashed, workerCrashed, operatorCrashed, workerDrained, peerStalled

    // Connections.
    case cut, cutSilently, partitioned, partitionedOneWay, linkSlowed
    case frameRepeated, frameMangled, rateExceeded

    // Clocks and what people change.
    case wallJumped, clockLeapt, catalogueChanged, catalogueRefused

    // The disk.
    case batchLost, batchTorn, batchKept, headLost, archiveLost
    case writeFailed, syncFailed, headWriteFailed, diskFilled, diskLow
    case batchFlipped, logFlipped, headFlipped, snapshotFlipped, textFlipped, spoolFlipped

    // Snapshots and backups.
    case snapshotMade, snapshotUsed, snapshotIgnored, backupMade, backupRestored, callsOfferedAgain

    // What people wrote is gone.
    case textsErased
}

/// What was checked, and held.
package enum Check: String, CaseIterable, Sendable {
    /// A frame that left named nothing that was not durable.
    case frames
    /// A batch held no fact that must not follow what came before it.
    case batches, facts
    /// No lease ended before its time.
    case leases
    /// Counters, and histograms, were what a recount gives.
    case counters, histograms
    /// The engine's record was what the facts say, slot for slot.
    case records
    /// Every confirmed call was known, under its number.
    case confirmedCalls
    /// The views said of every call and part what the facts say.
    case views
    /// Nothing exceeded its limit: open calls, credit, windows, attempts, extensions.
    case limits
    /// A start had everything that was ever durable.
    case starts
    /// What was erased was nowhere, and what was not erased was there.
    case erasures
    /// When the faults stopped, everything came to its end.
    case drains
}

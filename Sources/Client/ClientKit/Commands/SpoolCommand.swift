import GridCodec
package import GridModel

/// Sends the spool's calls now.
package struct SpoolFlushCommand: ClientCommand {
    private let format: OutputFormat

    package var sendsSpoolItself: Bool { true }

    /// A flush whose case numbers are written as they come.
    package init(format: OutputFormat) { self.format = format }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        guard let spool = session.spool else { return .done }
        var calls = SpoolCalls()
        let sender = SpoolSender(spool: spool.spool, client: session.client) { settlement in
            calls.add(settlement.confirmed, as: .confirmed)
            calls.add(settlement.refused, as: .refused)
        }
        let report = try sender.sendPending(waits: true)
        let output = SpoolOutput(calls, session.presentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        spool.tell(report)
        spool.offerAgain(session.client)
        if report.otherStreet != nil || report.refusedCount > 0 { return .refused }
        return report.leftCount > 0 ? .tryAgain : .done
    }
}

/// Shows what lies in the spool.
package struct SpoolListCommand: OfflineCommand {
    private let showsConfirmed: Bool
    private let format: OutputFormat

    /// A list; with `showsConfirmed` of the calls confirmed in the last 30 days as well.
    package init(showsConfirmed: Bool, format: OutputFormat) {
        self.showsConfirmed = showsConfirmed
        self.format = format
    }

    package func run(in session: OfflineSession) throws(ClientFailure) -> ExitStatus {
        let terminal = session.spool
        let spool = terminal.spool
        do throws(SpoolFailure) {
            var calls = SpoolCalls()
            for name in try spool.pendingNames() {
                let (records, damagedFile) = try spool.loadPending(name)
                if let damagedFile { terminal.note(SpoolWords.damaged(damagedFile)) }
                calls.add(records, as: .waiting)
            }
            let (refused, damaged) = try spool.rejected()
            for file in damaged { terminal.note(SpoolWords.unreadable(file)) }
            calls.add(refused, as: .refused)
            if showsConfirmed { calls.add(try spool.confirmed(), as: .confirmed) }
            let output = SpoolOutput(calls, session.presentation(in: .machine))
            session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        } catch {
            throw ClientFailure(error)
        }
        return .done
    }
}

/// Which calls of the spool are meant.
package enum SpoolSelection: Hashable, Sendable {
    case all
    case calls([CallID])

    func contains(_ id: CallID) -> Bool {
        switch self {
        case .all: true
        case .calls(let ids): ids.contains(id)
        }
    }

    /// The calls asked for by name that were not among those found.
    func missing(from found: [CallID]) -> [CallID] {
        switch self {
        case .all: []
        case .calls(let ids): ids.filter { !found.contains($0) }
        }
    }
}

/// Puts refused calls back among those that are to be sent, corrected if need be.
package struct SpoolRetryCommand: OfflineCommand {
    /// What is put in the place of a field; `nil` leaves it.
    package struct Correction: Hashable, Sendable {
        package var category: String?
        package var condition: String?
        package var grid: String?
        package var campaign: String?
        package var description: String?

        /// A correction of nothing.
        package init() {}

        func apply(to item: inout WireSubmitItem) {
            item.category = category ?? item.category
            item.condition = condition ?? item.condition
            item.grid = grid ?? item.grid
            item.campaign = campaign ?? item.campaign
            item.texts.description_p = description ?? item.texts.description_p
        }
    }

    private let selection: SpoolSelection
    private let correction: Correction

    /// A retry of refused calls, with some fields corrected: a refused id is not used up.
    package init(_ selection: SpoolSelection, correction: Correction = Correction()) {
        self.selection = selection
        self.correction = correction
    }

    package func run(in session: OfflineSession) throws(ClientFailure) -> ExitStatus {
        let terminal = session.spool
        let spool = terminal.spool
        do throws(SpoolFailure) {
            var records = try spool.rejected().records.filter { selection.contains($0.id) }
            for index in records.indices {
                correction.apply(to: &records[index].item)
                records[index].refusal = nil
            }
            // First there, then no longer here: a stop between leaves them in both.
            if !records.isEmpty { try spool.store(records) }
            try spool.removeRejected(records.map(\.id))
            terminal.note(SpoolWords.retried(records.count))
            return terminal.status(missing: selection.missing(from: records.map(\.id)))
        } catch {
            throw ClientFailure(error)
        }
    }
}

/// Forgets calls that wait or were refused; what was filed stays filed.
package struct SpoolDropCommand: OfflineCommand {
    private let selection: SpoolSelection

    /// Forgets calls for good.
    package init(_ selection: SpoolSelection) { self.selection = selection }

    package func run(in session: OfflineSession) throws(ClientFailure) -> ExitStatus {
        let terminal = session.spool
        let spool = terminal.spool
        do throws(SpoolFailure) {
            guard try spool.exists else {
                return terminal.status(missing: selection.missing(from: []))
            }
            // Nobody may be sending what is being forgotten.
            let lock = try spool.flushLock(waits: true)
            defer { withExtendedLifetime(lock) {} }
            var dropped: [CallID] = []
            for name in try spool.pendingNames() {
                let ids = try spool.loadPending(name).records.map(\.id)
                let unwanted = ids.filter(selection.contains)
                if !unwanted.isEmpty { try spool.dropPending(Set(unwanted), from: name) }
                dropped += unwanted
            }
            let refused = try spool.rejected().records.map(\.id).filter(selection.contains)
            try spool.removeRejected(refused)
            dropped += refused
            terminal.note(SpoolWords.dropped(dropped.count))
            return terminal.status(missing: selection.missing(from: dropped))
        } catch {
            throw ClientFailure(error)
        }
    }
}

extension TerminalSpool {
    /// Tells which calls are not in the spool.
    fileprivate func status(missing: [CallID]) -> ExitStatus {
        for id in missing { note(SpoolWords.notThere("\(id)")) }
        return missing.isEmpty ? .done : .refused
    }
}

import GridCodec
import GridModel

/// Sends a spool's calls over a connection and keeps the answers.
package struct SpoolSender {
    /// What came of sending.
    package struct Report: Hashable, Sendable {
        /// Calls that have a case number now.
        package var confirmedCount = 0
        /// Calls the broker refused, which lie among the rejected ones.
        package var refusedCount = 0
        /// Calls that still wait.
        package var leftCount = 0
        /// Copies of files that were damaged; what was whole in them was sent.
        package var damagedFiles: [String] = []
        /// Another process sends the same spool.
        package var isBusy = false
        /// The street whose calls wait, if the broker is another's: then nothing was sent.
        package var otherStreet: String?

        /// Nothing came of it.
        package init() {}
    }

    private let spool: Spool
    private let client: BrokerClient
    private let onSettled: (SpoolFlush.Settlement) -> Void

    /// Sends the calls of `spool` over `client`; `onSettled` is told of answers once they are
    /// durable.
    package init(
        spool: Spool, client: BrokerClient,
        onSettled: @escaping (SpoolFlush.Settlement) -> Void = { _ in }
    ) {
        self.spool = spool
        self.client = client
        self.onSettled = onSettled
    }

    /// Sends what waits; `waits` says whether another process that sends is waited for.
    /// Errors: nobody answers, the broker refuses the session, the spool cannot be used.
    package func sendPending(waits: Bool) throws(ClientFailure) -> Report {
        let welcome = try client.connect()
        var report = Report()
        do throws(SpoolFailure) {
            let street = try Self.street(of: welcome)
            guard let lock = try spool.flushLock(waits: waits) else {
                report.isBusy = true
                return report
            }
            defer { withExtendedLifetime(lock) {} }
            if case .other(let street) = try spool.bind(to: street) {
                report.otherStreet = street
                return report
            }
            let names = try spool.pendingNames()
            var damagedFiles: [String] = []
            report = try run(names, welcome) { name throws(SpoolFailure) in
                let (records, damagedFile) = try spool.loadPending(name)
                damagedFiles += [damagedFile].compactMap(\.self)
                return records
            } keep: { settlement throws(SpoolFailure) in
                try spool.confirm(
                    settlement.confirmed, street: street,
                    at: Timestamp(milliseconds: welcome.serverTime))
                try spool.reject(settlement.refused)
                // A refused call that was sent once more is refused no longer.
                try spool.removeRejected(settlement.confirmed.map(\.id))
                try spool.removePending(settlement.finished)
            }
            report.damagedFiles = damagedFiles
        } catch {
            throw ClientFailure(error)
        }
        return report
    }

    /// Offers the confirmed calls again if the broker was restored since; those that it still had
    /// keep their case numbers. `nil` if there is nothing to offer, which is found out quickly.
    package func offerConfirmed() throws(ClientFailure) -> Report? {
        guard let welcome = client.welcome else { return nil }
        do throws(SpoolFailure) {
            let epoch = welcome.tag.epoch
            let street = try Self.street(of: welcome)
            guard try spool.owesOffer(street: street, epoch: epoch),
                let lock = try spool.flushLock(waits: false)
            else { return nil }
            defer { withExtendedLifetime(lock) {} }
            let time = Timestamp(milliseconds: welcome.serverTime)
            try spool.prune(street: street, now: time)
            try spool.beginOffer(street: street, epoch: epoch)
            let names = try spool.sentNames(street: street)
            let report = try run(names, welcome) { name throws(SpoolFailure) in
                try spool.loadSent(name, street: street).filter { $0.epoch < epoch }
            } keep: { settlement throws(SpoolFailure) in
                let anew = settlement.confirmed.filter { settlement.filedNow.contains($0.id) }
                try spool.confirm(anew, street: street, at: time)
                try spool.reject(settlement.refused)
            }
            if report.leftCount == 0 { try spool.endOffer(street: street, epoch: epoch) }
            return report
        } catch {
            throw ClientFailure(error)
        }
    }

    private func run(
        _ names: [String], _ welcome: WireWelcome,
        load: (String) throws(SpoolFailure) -> [SpoolRecord],
        keep: (SpoolFlush.Settlement) throws(SpoolFailure) -> Void
    ) throws(SpoolFailure) -> Report {
        var report = Report()
        var flush = SpoolFlush(names, window: client.window)
        while true {
            switch flush.next() {
            case .load(let name): flush.loaded(try load(name))
            case .send(let items): client.enqueue(items)
            case .wait:
                // A broker that refuses the session in the middle ends the sending, no more.
                let receipts = try? client.receipts()
                guard let receipts, !receipts.isEmpty else {
                    flush.giveUp()
                    continue
                }
                flush.take(receipts, epoch: client.welcome?.tag.epoch ?? welcome.tag.epoch)
            case .settle(let settlement):
                try keep(settlement)
                flush.settled()
                report.confirmedCount += settlement.confirmed.count
                report.refusedCount += settlement.refused.count
                onSettled(settlement)
            case .end:
                report.leftCount = flush.leftCount
                return report
            }
        }
    }

    private static func street(of welcome: WireWelcome) throws(SpoolFailure) -> String {
        guard DeclaredID.isValid(welcome.street) else {
            throw SpoolFailure(SpoolWords.unnamedStreet)
        }
        return welcome.street
    }
}

extension ClientFailure {
    /// The failure of a spool that cannot be used.
    package init(_ failure: SpoolFailure) {
        self = .file(reason: SpoolWords.unusable(failure.reason))
    }
}

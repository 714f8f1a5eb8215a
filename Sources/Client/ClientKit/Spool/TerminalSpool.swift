package import GridCodec
package import GridModel

/// The spool in the hands of a command: what is told to the user, and what is kept when.
package struct TerminalSpool {
    /// So many case numbers of stored calls are shown on the way to another command's result.
    private static let callsShown = 20

    /// The calls on disk.
    package let spool: Spool
    private let console: any Console
    private let language: Language

    /// A spool whose news are told on `console`.
    package init(_ spool: Spool, console: any Console, language: Language) {
        self.spool = spool
        self.console = console
        self.language = language
    }

    /// Sends what waits before a command does its own work. Nobody there is no failure here: the
    /// command finds out by itself, without waiting once more.
    package func sendFirst(_ client: BrokerClient) {
        do throws(SpoolFailure) {
            guard try !spool.pendingNames().isEmpty else { return }
        } catch {
            return note(ClientFailure(error).message)
        }
        do throws(ClientFailure) {
            var shown = 0
            let sender = SpoolSender(spool: spool, client: client) { settlement in
                for record in settlement.confirmed.prefix(Self.callsShown - shown) {
                    note(SpoolWords.sent(record))
                }
                shown = min(Self.callsShown, shown + settlement.confirmed.count)
            }
            tell(try sender.sendPending(waits: false))
        } catch {
            if error.exitStatus == .inputOutput { note(error.message) }
        }
    }

    /// Offers confirmed calls to a broker that was restored since.
    package func offerAgain(_ client: BrokerClient) {
        do throws(ClientFailure) {
            let sender = SpoolSender(spool: spool, client: client) { settlement in
                for record in settlement.confirmed where settlement.filedNow.contains(record.id) {
                    note(SpoolWords.filedAnew(record))
                }
            }
            guard let report = try sender.offerConfirmed(), report != .init() else { return }
            note(SpoolWords.offered(report))
        } catch {
            note(error.message)
        }
    }

    /// Keeps a call that was just confirmed. That it cannot be kept does not undo the filing.
    package func keep(_ item: WireSubmitItem, _ filed: WireFiledCall, _ welcome: WireWelcome?) {
        guard let welcome, DeclaredID.isValid(welcome.street),
            let record = SpoolRecord(item, storedAt: .now)?
                .confirmed(filed.caseNumber, epoch: welcome.tag.epoch)
        else { return }
        do throws(SpoolFailure) {
            _ = try spool.bind(to: welcome.street)
            try spool.confirm(
                [record], street: welcome.street,
                at: Timestamp(milliseconds: welcome.serverTime))
        } catch {
            note(ClientFailure(error).message)
        }
    }

    /// Stores a call for later, durably.
    package func store(_ item: WireSubmitItem) throws(ClientFailure) {
        guard let record = SpoolRecord(item, storedAt: .now) else {
            preconditionFailure("a call that is ready to be sent has an id")
        }
        do throws(SpoolFailure) {
            try spool.store([record])
        } catch {
            throw ClientFailure(error)
        }
    }

    /// Tells what came of sending.
    package func tell(_ report: SpoolSender.Report) {
        for file in report.damagedFiles { note(SpoolWords.damaged(file)) }
        if let street = report.otherStreet { note(SpoolWords.otherStreet(street, spool.directory)) }
        if report.isBusy { note(SpoolWords.busy) }
        if report.confirmedCount + report.refusedCount + report.leftCount > 0 {
            note(SpoolWords.summary(report))
        }
    }

    /// Tells something on standard error.
    func note(_ phrase: Phrase) { console.note("gridcall: \(language(phrase))\n") }
}

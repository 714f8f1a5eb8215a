package import GridCodec
package import GridModel
import GridSession

/// Files the rows of a feed, many at once, and stays with them until each has its answer.
///
/// The session sends again what a broken connection or a restarted broker left unanswered; ids
/// made from the rows keep anything from being filed twice. For one thread.
package final class Importer {
    /// How long the broker may be unreachable before the import gives up, in milliseconds.
    package static let patienceMilliseconds: Int64 = 60_000
    /// Rows under way at once, unless the broker allows fewer.
    package static let defaultWindow = ProtocolLimits().window
    /// Rows that are stored together when the broker stays away.
    private static let storedTogether = 4 * Spool.callsPerFile

    private let link: any BrokerLink
    private let endpoint: String
    private let console: any Console
    private let language: Language
    private let maximumWindow: Int
    private let kept: KeptRows?
    private let refused: RefusedRows?
    private var feed: ImportFeed
    private var run = ImportRun()
    private var progress: ProgressLine
    private var window: Int
    private var isFeedAtEnd = false
    private var isConnected = false
    private var silentSince: Int64
    private let welcome: WireWelcome?

    /// An import of `feed` over `link`; `window` is at least 1. What is filed, and what the broker
    /// stays away from, goes to `kept`; rows that are refused to `refused`. `welcome` is the
    /// greeting that somebody else took from the link, who sent the spool first.
    package init(
        _ feed: ImportFeed, over link: any BrokerLink, endpoint: String, console: any Console,
        language: Language = .english, window: Int = defaultWindow, kept: KeptRows? = nil,
        refused: RefusedRows? = nil, welcome: WireWelcome? = nil
    ) {
        self.welcome = welcome
        self.feed = feed
        self.link = link
        self.endpoint = endpoint
        self.console = console
        self.language = language
        self.kept = kept
        self.refused = refused
        maximumWindow = max(1, window)
        self.window = maximumWindow
        silentSince = link.now
        progress = ProgressLine(
            isTerminal: console.errorIsTerminal, language: language, now: link.now)
    }

    /// What became of the rows so far.
    package var tally: ImportTally { run.tally }

    /// Files everything. Errors: the broker stays unreachable or refuses the session, or a file
    /// cannot be read or written on; what was filed until then stays filed. If the broker stays
    /// unreachable the rows without an answer, and the rest of the feed, are stored first.
    package func fileAll() throws(ClientFailure) {
        defer { console.note(progress.end) }
        if let welcome { try take(.connected(welcome)) }
        while true {
            // A replay's clock begins with the connection, not while the broker is looked for.
            let wait = isConnected ? try send() : 200
            if isFeedAtEnd, run.unsettledCount == 0 { break }
            for event in link.events(waitingAtMost: min(200, max(1, wait))) { try take(event) }
            try checkPatience()
            guard isConnected else { continue }
            let fraction = feed.fractionTaken
            if let line = progress.text(run.tally, fraction: fraction, now: link.now) {
                console.note(line)
            }
        }
        try kept?.finish()
    }

    /// Sends what may be sent; returns how long there is nothing more to send.
    private func send() throws(ClientFailure) -> Int64 {
        var calls = run.retries(now: link.now)
        defer { if !calls.isEmpty { link.submit(calls) } }
        while !isFeedAtEnd, run.unsettledCount < window {
            switch try feed.next(now: link.now) {
            case .entry(let entry):
                if let call = run.take(entry) { calls.append(call) }
                try note(entry)
            case .wait(let milliseconds): return milliseconds
            case .end: isFeedAtEnd = true
            }
        }
        return 200
    }

    private func note(_ entry: ImportEntry) throws(ClientFailure) {
        guard case .refused(let problems) = entry else { return }
        try refused?.add(problems.cells, problems.list)
    }

    private func take(_ event: SessionEvent) throws(ClientFailure) {
        switch event {
        case .connected(let welcome):
            isConnected = true
            let announced = Int(welcome.limits.window)
            window = announced > 0 ? min(maximumWindow, announced) : maximumWindow
            try kept?.welcome(welcome)
        case .disconnected:
            if isConnected { silentSince = link.now }
            isConnected = false
        case .receipts(let items): try settle(items)
        case .brokerError(let error):
            if let failure = ClientFailure(ending: error) { throw failure }
        default: break
        }
    }

    private func settle(_ receipts: [ReceiptItem]) throws(ClientFailure) {
        var next: [WireSubmitItem] = []
        var filed: [(item: ImportItem, caseNumber: String)] = []
        for receipt in receipts {
            let settled = run.settle(receipt, now: link.now)
            if let call = settled.next { next.append(call) }
            if let row = settled.filed { filed.append(row) }
            if let (item, problem) = settled.refused { try refused?.add(item.cells, [problem]) }
        }
        link.submit(next)
        try kept?.confirm(filed, now: link.now)
    }

    private func checkPatience() throws(ClientFailure) {
        guard !isConnected else { return }
        let silence = link.now - silentSince
        guard silence < Self.patienceMilliseconds else {
            console.note(progress.end)
            try storeRest()
            throw .gaveUp(endpoint: endpoint, seconds: silence / 1_000)
        }
        if silence >= 1_000, progress.isDue(now: link.now) {
            console.note(progress.unreachable(endpoint: endpoint, now: link.now))
        }
    }

    /// Stores every row that has no answer, also those that were not read yet.
    private func storeRest() throws(ClientFailure) {
        guard let kept else { return }
        try kept.finish()
        var rows = run.unsettled
        while let entry = try feed.nextAtOnce() {
            run.takeForLater(entry)
            try note(entry)
            if case .item(let item) = entry { rows.append(item) }
            if rows.count >= Self.storedTogether { try store(&rows, in: kept) }
        }
        isFeedAtEnd = true
        try store(&rows, in: kept)
        if tally.stored > 0 {
            console.note("gridcall: \(language(SpoolWords.storedRows(tally.stored)))\n")
        }
    }

    private func store(_ rows: inout [ImportItem], in kept: KeptRows) throws(ClientFailure) {
        try kept.store(rows)
        run.noteStored(rows.count)
        rows = []
    }
}

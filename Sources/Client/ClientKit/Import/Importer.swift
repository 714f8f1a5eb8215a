import GridCodec
import GridModel
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

    private let link: any BrokerLink
    private let endpoint: String
    private let console: any Console
    private let maximumWindow: Int
    private var feed: ImportFeed
    private var run = ImportRun()
    private var progress: ProgressLine
    private var window: Int
    private var isFeedAtEnd = false
    private var isConnected = false
    private var silentSince: Int64

    /// An import of `feed` over `link`; `window` is at least 1.
    package init(
        _ feed: ImportFeed, over link: any BrokerLink, endpoint: String, console: any Console,
        window: Int = defaultWindow
    ) {
        self.feed = feed
        self.link = link
        self.endpoint = endpoint
        self.console = console
        maximumWindow = max(1, window)
        self.window = maximumWindow
        silentSince = link.now
        progress = ProgressLine(isTerminal: console.errorIsTerminal, now: link.now)
    }

    /// What became of the rows so far.
    package var tally: ImportTally { run.tally }

    /// Files everything. Errors: the broker stays unreachable or refuses the session, or the
    /// file cannot be read on; what was filed until then stays filed.
    package func fileAll() throws(ClientFailure) {
        defer { console.note(progress.end) }
        while true {
            // A replay's clock begins with the connection, not while the broker is looked for.
            let wait = isConnected ? try send() : 200
            if isFeedAtEnd, run.unsettledCount == 0 { return }
            for event in link.events(waitingAtMost: min(200, max(1, wait))) { try take(event) }
            try checkPatience()
            if isConnected, let line = progress.text(run.tally, now: link.now) {
                console.note(line)
            }
        }
    }

    /// Sends what may be sent; returns how long there is nothing more to send.
    private func send() throws(ClientFailure) -> Int64 {
        var calls = run.retries(now: link.now)
        defer { if !calls.isEmpty { link.submit(calls) } }
        while !isFeedAtEnd, run.unsettledCount < window {
            switch try nextOfFeed() {
            case .entry(let entry):
                if let call = run.take(entry) { calls.append(call) }
            case .wait(let milliseconds): return milliseconds
            case .end: isFeedAtEnd = true
            }
        }
        return 200
    }

    private func nextOfFeed() throws(ClientFailure) -> ImportFeed.Next {
        do throws(ImportFileError) {
            return try feed.next(now: link.now)
        } catch {
            throw ClientFailure(error)
        }
    }

    private func take(_ event: SessionEvent) throws(ClientFailure) {
        switch event {
        case .connected(let welcome):
            isConnected = true
            let announced = Int(welcome.limits.window)
            window = announced > 0 ? min(maximumWindow, announced) : maximumWindow
        case .disconnected:
            if isConnected { silentSince = link.now }
            isConnected = false
        case .receipts(let items):
            link.submit(items.compactMap { run.settle($0, now: link.now) })
        case .brokerError(let error):
            if let failure = ClientFailure(ending: error) { throw failure }
        default: break
        }
    }

    private func checkPatience() throws(ClientFailure) {
        guard !isConnected else { return }
        let silence = link.now - silentSince
        guard silence < Self.patienceMilliseconds else {
            throw .gaveUp(endpoint: endpoint, seconds: silence / 1_000)
        }
        if silence >= 1_000, progress.isDue(now: link.now) {
            console.note(progress.unreachable(endpoint: endpoint, now: link.now))
        }
    }
}

extension ClientFailure {
    /// The failure an import file means.
    package init(_ error: ImportFileError) {
        switch error {
        case .unreadable(let reason): self = .file(reason: Phrase(verbatim: reason))
        case .unusable(let problem):
            self = .badData(
                reason: Phrase(
                    chinese: "第 \(problem.line) 行：\(problem.reason)",
                    english: "line \(problem.line): \(problem.reason)"))
        }
    }
}

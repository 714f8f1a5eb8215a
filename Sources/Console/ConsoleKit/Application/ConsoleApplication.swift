package import ClientKit
import GridCodec
import GridModel
package import GridSession
import Synchronization

/// The console: watches brokers, answers requests, hands live pieces to open pages.
///
/// Knows nothing of the HTTP library: a `ConsoleRequest` goes in, a `ConsoleReply` comes out.
/// May be used from any thread.
package final class ConsoleApplication: Sendable {
    /// What it is made of.
    package struct Configuration: Sendable {
        /// Who may see the pages.
        package var rules: AccessRules
        /// The brokers' endpoints with the session for each.
        package var brokers: [(endpoint: String, session: SessionConfiguration)]
        /// Directories whose disks are watched.
        package var disks: [String] = []

        /// A console of these brokers.
        package init(
            rules: AccessRules, brokers: [(endpoint: String, session: SessionConfiguration)]
        ) {
            self.rules = rules
            self.brokers = brokers
        }
    }

    /// Times come from outside, so that tests decide them.
    package struct Clocks: Sendable {
        /// Milliseconds of a clock that never goes back.
        package let monotonic: @Sendable () -> Int64
        /// Milliseconds since 1970.
        package let wall: @Sendable () -> Int64

        /// Two clocks.
        package init(
            monotonic: @escaping @Sendable () -> Int64, wall: @escaping @Sendable () -> Int64
        ) {
            self.monotonic = monotonic
            self.wall = wall
        }
    }

    struct Counters {
        var requests: UInt64 = 0
        var refused: UInt64 = 0
        // People click, programs poll, and a browser that opens many pages at once is well-behaved.
        var limiter = RateLimiter(perSecond: 50, burst: 600)
        // Nobody can type faster; a token that is guessed needs far more tries.
        var logins = RateLimiter(perSecond: 0.2, burst: 10)
    }

    let rules: AccessRules
    let watches: [BrokerWatch]
    let clocks: Clocks
    let startedAt: Int64
    let counters = Mutex(Counters())
    let grids = GridCounter()
    let pages = RecentPages()
    /// Hands out live pieces.
    package let hub = LiveHub()
    private let disks: [String]
    private let isChanged: ChangeMark
    private let lastPublished = Mutex<(at: Int64, pulsedAt: Int64)>((0, 0))

    /// Milliseconds between two signs of life to a page.
    private static let pulseInterval: Int64 = 5_000
    /// Milliseconds after which a broker's figures are no longer lately.
    static let lately: Int64 = 10_000

    /// A console that begins to watch. Errors: an endpoint is malformed.
    package init(_ configuration: Configuration, clocks: Clocks) throws(ClientFailure) {
        rules = configuration.rules
        self.clocks = clocks
        disks = configuration.disks
        startedAt = clocks.monotonic()
        let mark = ChangeMark()
        isChanged = mark
        var watches: [BrokerWatch] = []
        for (index, broker) in configuration.brokers.enumerated() {
            watches.append(
                try BrokerWatch(
                    index: index, endpoint: broker.endpoint, configuration: broker.session,
                    clock: clocks.monotonic
                ) { mark.set() })
        }
        self.watches = watches
    }

    /// What all brokers said last.
    package var snapshot: Snapshot {
        Snapshot(watches.map(\.state), now: clocks.monotonic(), wall: clocks.wall())
    }

    /// What the console counts of itself.
    package var figures: ConsoleFigures {
        var figures = ConsoleFigures()
        figures.uptimeSeconds = (Double(clocks.monotonic() - startedAt) / 1_000).rounded(.down)
        figures.openPages = hub.listenerCount
        figures.disks = disks.map { DiskSpace(path: $0) }
        (figures.requests, figures.refused) = counters.withLock { ($0.requests, $0.refused) }
        return figures
    }

    /// Lets time act: asks brokers what is due, renders what changed. Called ten times a second.
    package func turn() {
        for watch in watches { watch.turn() }
        let now = clocks.monotonic()
        let pages = hub.listenerCount
        let (renders, pulses) = lastPublished.withLock { last in
            let renders = now - last.at >= LivePace.events(pages: pages)
            let pulses = now - last.pulsedAt >= Self.pulseInterval
            if renders { last.at = now }
            if pulses { last.pulsedAt = now }
            return (renders, pulses)
        }
        if renders, isChanged.take() || pulses { publish() }
        if pulses { hub.pulse() }
    }

    /// Renders the pieces of every topic that somebody listens to.
    package func publish() {
        let topics = hub.topics
        guard !topics.isEmpty else { return }
        let snapshot = snapshot
        for topic in topics { hub.publish(fragments(topic, snapshot), to: topic) }
    }

    /// Renders the pieces of one topic, for a page that has just begun to listen.
    package func publish(_ topic: LiveTopic) {
        hub.publish(fragments(topic, snapshot), to: topic)
    }

    /// Where the console is to listen.
    package var address: ConsoleAddress { rules.address }

    /// Where the brokers are.
    package var endpoints: [String] { watches.map(\.state.endpoint) }

    /// Ends the sessions with the brokers and all streams.
    package func stop() {
        hub.stop()
        for watch in watches { watch.stop() }
    }

    private func fragments(_ topic: LiveTopic, _ snapshot: Snapshot) -> [Fragment] {
        // Pages of a street that is no longer called so keep what they have.
        let fields = FormFields().with([("street", topic.street)])
        guard
            let context = try? PageContext(
                Preferences(language: topic.language), snapshot, path: "/", fields: fields)
        else { return [] }
        return switch topic.kind {
        case .now: NowPage(context).fragments
        case .campaigns: CampaignsPage(context).fragments
        case .health: HealthPage(context, console: figures).fragments
        case .lists: context.listFragments(pages: hub.listenerCount(of: .lists))
        }
    }
}

/// Whether something came since the last look.
final class ChangeMark: Sendable {
    private let isSet = Mutex(true)

    func set() { isSet.withLock { $0 = true } }

    func take() -> Bool {
        isSet.withLock { isSet in
            defer { isSet = false }
            return isSet
        }
    }
}

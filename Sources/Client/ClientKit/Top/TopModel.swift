package import GridCodec
package import GridModel
package import GridSession

/// What `gridcall top` knows and shows: keys, sizes and what the broker says go in, the lines of
/// the screen come out.
///
/// Does no I/O and reads no clock: every time is handed in, in milliseconds of a clock that never
/// goes back. `TopScreen` runs it on a terminal.
package struct TopModel: Sendable {
    /// The two tables.
    package enum Table: CaseIterable, Hashable, Sendable {
        case departments, campaigns
    }

    /// How the broker can be reached.
    enum Connection: Hashable, Sendable {
        case connecting(since: Int64)
        case connected(since: Int64)
        case lost(since: Int64)
        /// It is there but refuses the session; the text says why.
        case refused(Phrase)
    }

    /// What the keys do at the moment.
    enum Mode: Hashable, Sendable {
        case tables
        /// The filter is being typed; the text is what it was before.
        case filter(before: String)
        /// The help is shown from this line on.
        case help(offset: Int)
    }

    /// How a table is looked at.
    struct TableState: Hashable, Sendable {
        /// The column it is sorted by; `nil` for the catalogue's order.
        var sorted: String?
        var isReversed = false
        /// The first row shown.
        var offset = 0
    }

    /// What the broker said last.
    struct Figures: Sendable {
        var stats: WireStatsView
        /// When it came.
        var at: Int64
    }

    /// Where the interval goes with + and -, in milliseconds.
    static let intervals: [Int64] = [
        100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000,
    ]

    let endpoint: String
    let language: Language
    /// Milliseconds between two questions.
    var interval: Int64
    var columns = 80
    var rows = 24
    var connection: Connection
    var zone = LocalZone.utc
    var street = ""
    var reconnects = 0
    var figures: Figures?
    var rates = RateBook()
    /// Why the broker did not answer the last question, if it refused it.
    var refusal: Phrase?
    var mode = Mode.tables
    var filter = ""
    var focus = Table.departments
    /// Whether both tables share the screen.
    var isSplit = true
    var isPaused = false
    var tables: [Table: TableState] = [:]
    private var correlation: UInt64 = 0
    private var isAsking = false
    private var nextQuestionAt: Int64
    /// Whether the person has had enough.
    package private(set) var isFinished = false
    private var mustRepaint = true

    /// A model that begins at `now`; `interval` in milliseconds.
    package init(
        endpoint: String, language: Language, interval: Int64, filter: String = "", now: Int64
    ) {
        self.endpoint = endpoint
        self.language = language
        self.interval = interval
        self.filter = filter
        connection = .connecting(since: now)
        nextQuestionAt = now
    }

    /// The terminal has this size now.
    package mutating func resize(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        mustRepaint = true
        clampOffsets()
    }

    /// Ends at once.
    package mutating func finish() { isFinished = true }

    /// Draws everything anew: something else may have written to the screen.
    package mutating func repaint() { mustRepaint = true }

    /// Whether everything is to be drawn anew; `true` once for each reason.
    package mutating func takeRepaint() -> Bool {
        defer { mustRepaint = false }
        return mustRepaint
    }

    /// The question to send now, if it is time for one.
    ///
    /// There is never more than one on its way: the session keeps it over reconnects.
    package mutating func takeQuestion(now: Int64) -> WireQueryItem? {
        guard !isAsking, !isPaused, now >= nextQuestionAt else { return nil }
        isAsking = true
        correlation += 1
        nextQuestionAt = now + interval
        var question = WireQueryItem()
        question.correlation = correlation
        question.query = .stats(.init())
        return question
    }

    /// Whether an answer may come at any moment.
    package var expectsAnswer: Bool {
        if case .connected = connection { return isAsking }
        return false
    }

    /// Milliseconds until something is to be done if nothing happens, at least 1.
    package func pause(now: Int64) -> Int64 {
        let longest: Int64 = 200
        guard !isAsking, !isPaused else { return longest }
        return max(1, min(longest, nextQuestionAt - now))
    }

    /// The session says something.
    package mutating func apply(_ event: SessionEvent, now: Int64) {
        switch event {
        case .connected(let welcome): welcomed(welcome, now: now)
        case .disconnected:
            // Attempts that fail do not begin the wait anew.
            if case .connected = connection { connection = .lost(since: now) }
        case .brokerError(let error):
            guard ClientFailure(ending: error) != nil else { break }
            connection = .refused(
                Phrase(
                    verbatim: ClientFailure.refusalText(
                        code: error.code, field: error.field, reason: error.reason)))
        case .queryReplies(let items):
            for item in items where isAsking && item.correlation == correlation {
                answered(item, now: now)
            }
        default: break
        }
    }

    private mutating func welcomed(_ welcome: WireWelcome, now: Int64) {
        if case .lost = connection { reconnects += 1 }
        connection = .connected(since: now)
        zone = LocalZone(name: welcome.zone) ?? .utc
        let name = language.name(
            chinese: welcome.streetName, english: welcome.streetNameEnglish, id: ""
        ).escapedForTerminal
        let id = welcome.street.escapedForTerminal
        street = name.isEmpty || name == id ? id : "\(name) (\(id))"
    }

    private mutating func answered(_ item: WireQueryReplyItem, now: Int64) {
        isAsking = false
        switch item.reply {
        case .stats(let stats): show(stats, now: now)
        case .refused(let wire): refusal = ClientFailure(wire).message
        default: refusal = ClientFailure.unexpectedAnswer.message
        }
    }

    /// Takes new figures that came at `now`.
    package mutating func show(_ stats: WireStatsView, now: Int64) {
        rates.read(stats.counters, at: now)
        figures = Figures(stats: stats, at: now)
        refusal = nil
        clampOffsets()
    }

    /// Pauses or goes on; then the next question is due at once.
    mutating func togglePause() {
        isPaused.toggle()
        nextQuestionAt = 0
    }

    /// The next longer or shorter interval.
    mutating func changeInterval(longer: Bool) {
        let next =
            longer
            ? Self.intervals.first { $0 > interval } : Self.intervals.last { $0 < interval }
        guard let next else { return }
        nextQuestionAt += next - interval
        interval = next
    }
}

extension WireStatsView {
    /// Everything rates are made of.
    package var counters: [RateBook.Counter: UInt64] {
        var values: [RateBook.Counter: UInt64] = [.filed: callsFiled, .closed: callsClosed]
        for department in departments {
            // A broker of the version before does not tell.
            if department.hasReceived {
                values[.received(department: department.id)] = department.received
            }
            values[.completed(department: department.id)] = department.completed
        }
        for campaign in campaigns {
            values[.found(campaign: campaign.id)] = campaign.found
            values[.settled(campaign: campaign.id)] = campaign.closed
        }
        return values
    }
}

package import ClientKit
package import GridCodec
package import GridModel
package import GridSession

/// What the console knows of one broker: what its session says goes in, what is to be asked and
/// shown comes out.
///
/// Does no I/O and reads no clock: times are handed in, in milliseconds of a clock that never goes
/// back. `BrokerWatch` runs it.
package struct BrokerState: Sendable {
    /// How the broker can be reached.
    package enum Connection: Hashable, Sendable {
        case connecting(since: Int64)
        case connected(since: Int64)
        case lost(since: Int64)
        /// It is there but refuses the session; the text says why.
        case refused(Phrase, since: Int64)

        /// Whether the broker answers.
        package var isUp: Bool { if case .connected = self { true } else { false } }
    }

    /// Where the broker is.
    package let endpoint: String
    /// How it can be reached.
    package private(set) var connection: Connection
    /// Its greeting, the last one; `nil` until it came.
    package private(set) var welcome: WireWelcome?
    /// When that came.
    package private(set) var welcomedAt: Int64 = 0
    /// How often the connection was lost and found again.
    package private(set) var reconnects = 0
    /// Its figures, the last ones; `nil` until they came.
    package private(set) var stats: WireStatsView?
    /// When those came.
    package private(set) var statsAt: Int64 = 0
    /// How many milliseconds the answer took.
    package private(set) var answerMilliseconds: Int64 = 0
    /// Who works, as of the last answer.
    package private(set) var workers: [WireWorkerView] = []
    /// Parts that wait for an operator.
    package private(set) var stuck = StuckParts()
    /// The rates of its counters.
    package private(set) var rates = RateBook()
    /// The last hour.
    package private(set) var history = LatencyHistory()
    /// The catalogue's names and lists.
    package private(set) var catalogue = WireCatalogueReply()
    /// What the console's key may not see.
    package private(set) var forbidden: Set<Poll> = []
    /// Why it did not answer the last question, if it refused it.
    package private(set) var refusal: Phrase?
    /// Counts what was seen to have changed in the street: answers from before are stale.
    package private(set) var generation: UInt64 = 0
    private var polls = PollSchedule()
    private var changeMark: [UInt64] = []

    /// A broker that nobody has asked yet.
    package init(endpoint: String, now: Int64) {
        self.endpoint = endpoint
        connection = .connecting(since: now)
    }

    /// The street's id; empty until the broker said it.
    package var street: String { welcome?.street ?? "" }

    /// The street's name, else its id, else the endpoint.
    package func streetName(in language: Language) -> String {
        let name = welcome.map {
            language.name(chinese: $0.streetName, english: $0.streetNameEnglish, id: street)
        }
        return [name ?? "", endpoint].first { !$0.isEmpty } ?? endpoint
    }

    /// The street's zone.
    package var zone: LocalZone { welcome.flatMap { LocalZone(name: $0.zone) } ?? .utc }

    /// What pages depend on beside the data; clocks are judged by the broker's time.
    package func presentation(in language: Language, now: Int64) -> Presentation {
        var presentation = Presentation(zone: zone, language: language)
        presentation.names = CatalogueNames(catalogue)
        if let welcome, welcome.serverTime > 0 {
            presentation.now = welcome.serverTime &+ (now - welcomedAt)
        }
        return presentation
    }

    /// The questions that are due; the caller gives each a correlation and says so by `asked`.
    package mutating func takeQuestions(now: Int64) -> [Poll] {
        guard connection.isUp else { return [] }
        var due = polls.takeDue(now: now)
        due.removeAll { poll in
            if forbidden.contains(poll) {
                polls.answered(poll, now: now)
                return true
            }
            guard case .stuck = poll else { return false }
            guard let stats else { return true }
            let departments = stats.departments.filter { $0.stuck > 0 }.map(\.id)
            return !stuck.begin(departments)
        }
        return due
    }

    /// What is asked again and again.
    package enum Poll: Hashable, Sendable, CaseIterable {
        case stats, workers, catalogue, stuck
    }

    /// The question of a poll.
    package func query(of poll: Poll) -> WireQueryItem.OneOf_Query {
        switch poll {
        case .stats: .stats(.init())
        case .workers: .workers(.init())
        case .catalogue: .catalogue(.init())
        case .stuck: .tasks(stuck.query)
        }
    }

    /// The answer to a poll that was asked at `askedAt`.
    package mutating func answered(
        _ poll: Poll, _ reply: WireQueryReplyItem.OneOf_Reply?, askedAt: Int64, now: Int64
    ) {
        polls.answered(poll, now: now)
        switch (poll, reply) {
        case (.stats, .stats(let stats)): show(stats, askedAt: askedAt, now: now)
        case (.workers, .workers(let reply)): workers = reply.workers.sorted(by: Self.precedes)
        case (.catalogue, .catalogue(let reply)): catalogue = reply
        case (.stuck, .list(let reply)):
            if stuck.take(reply) { polls.askAgain(.stuck) }
        case (_, .refused(let wire)) where poll != .stats && wire.isForbidden:
            // Asking again would only fill the list of refusals.
            forbidden.insert(poll)
            stuck.abandon()
        case (_, .refused(let wire)):
            refusal = ClientFailure(wire).message
            if poll == .stuck { stuck.abandon() }
        default: refusal = ClientFailure.unexpectedAnswer.message
        }
    }

    /// A poll was lost and is asked again.
    package mutating func lost(_ poll: Poll, now: Int64) {
        polls.answered(poll, now: now)
        if poll == .stuck { stuck.abandon() }
    }

    /// The session says something besides answers.
    package mutating func apply(_ event: SessionEvent, now: Int64) {
        switch event {
        case .connected(let welcome):
            if self.welcome != nil, !connection.isUp { reconnects += 1 }
            connection = .connected(since: now)
            self.welcome = welcome
            welcomedAt = now
            forbidden = []
            polls.askAgain(.catalogue)
        case .disconnected:
            // Attempts that fail do not begin the wait anew.
            if case .connected = connection { connection = .lost(since: now) }
        case .brokerError(let error):
            guard let failure = ClientFailure(ending: error) else { break }
            connection = .refused(failure.message, since: now)
        default: break
        }
    }

    private mutating func show(_ stats: WireStatsView, askedAt: Int64, now: Int64) {
        rates.read(stats.counters, at: now)
        history.add(stats, at: now)
        let mark = stats.changeMark
        if mark != changeMark { generation += 1 }
        changeMark = mark
        self.stats = stats
        statsAt = now
        answerMilliseconds = max(0, now - askedAt)
        refusal = nil
        if stats.departments.allSatisfy({ $0.stuck == 0 }) { stuck = StuckParts() }
    }

    private static func precedes(_ left: WireWorkerView, _ right: WireWorkerView) -> Bool {
        (left.department, left.name, left.session.lexicographic)
            < (right.department, right.name, right.session.lexicographic)
    }
}

extension Sequence<UInt8> {
    fileprivate var lexicographic: String { map { String($0, radix: 16) }.joined(separator: " ") }
}

extension WireRefusal {
    /// Whether the key may not do it, now or later.
    fileprivate var isForbidden: Bool { RefusalCode(wire: code) == .forbidden }
}

extension WireStatsView {
    /// What changes whenever a list of calls may have: the number of batches of the journal, and
    /// the counts that time alone changes.
    fileprivate var changeMark: [UInt64] {
        [journalBatches, callsFiled] + departments.flatMap { [$0.overdue, $0.stuck] }
    }
}

/// When each poll is due: never a second one while one is on its way.
struct PollSchedule: Sendable {
    private var dueAt: [BrokerState.Poll: Int64] = [:]
    private var isAsking: Set<BrokerState.Poll> = []

    /// Milliseconds between two questions.
    private static func interval(_ poll: BrokerState.Poll) -> Int64 {
        switch poll {
        // Twice a second, so that what is filed shows within one.
        case .stats: 500
        case .workers: 1_000
        case .stuck: 2_000
        case .catalogue: 30_000
        }
    }

    /// The polls that are due; they are on their way from now on.
    mutating func takeDue(now: Int64) -> [BrokerState.Poll] {
        let due = BrokerState.Poll.allCases.filter {
            !isAsking.contains($0) && now >= dueAt[$0] ?? 0
        }
        for poll in due {
            dueAt[poll] = now + Self.interval(poll)
            if poll != .stuck { isAsking.insert(poll) }
        }
        return due
    }

    /// The answer of a poll came.
    mutating func answered(_ poll: BrokerState.Poll, now: Int64) { isAsking.remove(poll) }

    /// Asks at the next occasion.
    mutating func askAgain(_ poll: BrokerState.Poll) { dueAt[poll] = nil }
}

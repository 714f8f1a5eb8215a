import Foundation
import GridSession
import ZeroMQ

/// Many sessions that one thread serves.
///
/// It waits only for the sockets of members that something is to come for. To the others the
/// broker sends nothing but heartbeats, which lie in their sockets until their own is due: so
/// thousands of idle members cost no more than their heartbeats.
final class CrowdLoop {
    /// What a member's session told.
    typealias Event = (member: Int, event: SessionEvent)

    /// A context has room for 1,023 sockets (zmq_ctx_set(3), `ZMQ_MAX_SOCKETS`).
    private static let socketsOfContext = 1_000
    /// Members that may wait for their welcome at once.
    private static let greetingAtOnce = 128
    /// Nanoseconds for a welcome once a member's turn to connect has come.
    private static let patience: UInt64 = 120_000_000_000

    private let endpoint: String
    /// Whether members get something unasked, as workers do.
    private let watchesAll: Bool
    private let signals: SignalSource
    private let alarm: Alarm
    private var contexts: [Context] = []
    private var members: [CrowdMember] = []
    private var deadlines: [Int64] = []
    private var waiting: Set<Int> = []
    private var greeting: Set<Int> = []
    private var events: [Event] = []
    /// SIGUSR1 came: the load begins.
    private(set) var hasBegun = false
    /// SIGTERM came.
    private(set) var isEnding = false

    /// The signals a loop listens to; block them before anything else is done.
    static let signals = [SIGUSR1, SIGTERM]

    /// A loop without members.
    init(endpoint: String, watchesAll: Bool) throws {
        self.endpoint = endpoint
        self.watchesAll = watchesAll
        signals = try SignalSource(Self.signals)
        alarm = try Alarm()
    }

    /// Members added so far.
    var count: Int { members.count }

    /// Opens so many sessions, so many a second at most, and waits until all are welcomed.
    func open(
        _ count: Int, perSecond: Double, _ configuration: (Int) -> SessionConfiguration
    ) throws {
        let began = monotonicNanoseconds()
        let schedule = Schedule(startedAt: began, perSecond: perSecond)
        let limit = schedule.due(UInt64(count)) + Self.patience
        while members.count < count || !greeting.isEmpty, !isEnding {
            let now = monotonicNanoseconds()
            guard now < limit else { throw BenchFailure.brokerSilent }
            let due = min(count, Int(schedule.dueCount(at: now)))
            while members.count < due, greeting.count < Self.greetingAtOnce {
                try add(configuration(members.count))
            }
            let mayAdd = members.count < count && greeting.count < Self.greetingAtOnce
            try turn(until: mayAdd ? schedule.due(UInt64(members.count) + 1) : limit)
        }
    }

    /// Sends items through a member at once.
    func send(_ parcels: [Parcel], through member: Int) throws {
        members[member].enqueue(parcels)
        try serve(member)
    }

    /// Waits until something comes, a member's time has come or that of `limit`, in monotonic
    /// nanoseconds, and serves whom it concerns.
    func turn(until limit: UInt64 = .max) throws {
        let polled = waiting.compactMap { index in
            members[index].pollItem.map { (index: index, item: $0) }
        }
        var items = [signals.descriptor, alarm.descriptor].map { PollItem(descriptor: $0) }
        let first = items.count
        items += polled.map { $0.item }
        let (next, now) = (min(limit, nextDeadline), monotonicNanoseconds())
        alarm.set(nanoseconds: next > now ? next - now : 1)
        _ = try poll(&items, timeoutMilliseconds: -1)
        alarm.clear()
        for (place, entry) in polled.enumerated() where !items[first + place].ready.isEmpty {
            try serve(entry.index)
        }
        try serveDue()
        takeSignals()
    }

    /// What the sessions have told since this was last asked.
    func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }

    /// Says goodbye for all members and waits until it has left.
    func leave() throws {
        for member in members { try member.leave(now: Self.now()) }
        members = []
        deadlines = []
        contexts = []
    }

    private func add(_ configuration: SessionConfiguration) throws {
        if members.count == contexts.count * Self.socketsOfContext {
            contexts.append(try Context())
        }
        let now = Self.now()
        members.append(
            CrowdMember(
                configuration, endpoint: endpoint, in: contexts[contexts.count - 1], now: now))
        deadlines.append(now)
        try serve(members.count - 1)
    }

    private func serve(_ index: Int) throws {
        let member = members[index]
        for event in try member.turn(now: Self.now()) { events.append((index, event)) }
        deadlines[index] = member.deadline
        if watchesAll || member.isWaiting { waiting.insert(index) } else { waiting.remove(index) }
        if member.isReady { greeting.remove(index) } else { greeting.insert(index) }
    }

    private func serveDue() throws {
        let now = Self.now()
        guard let earliest = deadlines.min(), earliest <= now else { return }
        for index in deadlines.indices where deadlines[index] <= now { try serve(index) }
    }

    private func takeSignals() {
        while let number = signals.next() {
            hasBegun = hasBegun || number == SIGUSR1
            isEnding = isEnding || number == SIGTERM
        }
    }

    /// The members' earliest, in monotonic nanoseconds.
    private var nextDeadline: UInt64 {
        guard let earliest = deadlines.min() else { return .max }
        return UInt64(clamping: min(earliest, Int64.max / 1_000_000)) * 1_000_000
    }

    /// Monotonic milliseconds.
    private static func now() -> Int64 { Int64(monotonicNanoseconds() / 1_000_000) }
}

package import GridCodec
package import GridModel
import GridSession

/// Asks the broker one thing at a time and waits for the answer.
///
/// Two patiences: how long nobody may be at the endpoint, and how long one answer may take. For
/// one thread.
package final class BrokerClient {
    /// The default patience, in seconds.
    package static let defaultTimeout: Int64 = 10

    private let link: any BrokerLink
    private let endpoint: String
    private let timeout: Int64
    private var isConnected = false
    private var silentSince: Int64
    private var lastCorrelation: UInt64 = 0
    /// The broker's greeting, once it came.
    package private(set) var welcome: WireWelcome?
    private var welcomedAt: Int64 = 0

    /// A client over a session; `timeout` in seconds.
    package init(_ link: any BrokerLink, endpoint: String, timeout: Int64 = defaultTimeout) {
        self.link = link
        self.endpoint = endpoint
        self.timeout = timeout
        silentSince = link.now
    }

    /// The street's zone: UTC until the broker has said which, or if this machine lacks it.
    package var zone: LocalZone { welcome.flatMap { LocalZone(name: $0.zone) } ?? .utc }

    /// The broker's time in milliseconds, by its greeting; `nil` until it came.
    package var brokerTime: Int64? {
        guard let welcome, welcome.serverTime > 0 else { return nil }
        return welcome.serverTime &+ (link.now - welcomedAt)
    }

    /// The limits in force: the defaults until the broker has announced its own.
    package var limits: ProtocolLimits {
        var limits = ProtocolLimits()
        if let announced = welcome?.limits {
            if announced.descriptionBytes > 0 {
                limits.descriptionBytes = Int(announced.descriptionBytes)
            }
            if announced.textBytes > 0 { limits.textBytes = Int(announced.textBytes) }
        }
        return limits
    }

    /// The greeting of the connection that stands now; `nil` where none does.
    package var currentWelcome: WireWelcome? { isConnected ? welcome : nil }

    /// How many calls may be without an answer at once.
    package var window: Int {
        let announced = Int(welcome?.limits.window ?? 0)
        return announced > 0 ? announced : limits.window
    }

    /// Waits for the broker's greeting. Errors: nobody is there, or the session is refused.
    package func connect() throws(ClientFailure) -> WireWelcome {
        while true {
            if let welcome { return welcome }
            try checkSilence(since: silentSince)
            for event in link.events(waitingAtMost: 100) { try note(event) }
        }
    }

    /// Sends calls without waiting for their receipts.
    package func enqueue(_ items: [WireSubmitItem]) { link.submit(items) }

    /// The next receipts; none if they do not come in the time an answer may take.
    /// Errors: the broker refuses the session.
    package func receipts() throws(ClientFailure) -> [ReceiptItem] {
        let end = link.now + timeout * 1_000
        while link.now < end {
            var receipts: [ReceiptItem] = []
            for event in link.events(waitingAtMost: 100) {
                try note(event)
                if case .receipts(let items) = event { receipts += items }
            }
            if !receipts.isEmpty { return receipts }
        }
        return []
    }

    /// Files a call. Errors: a refusal, or no answer.
    package func submit(_ item: WireSubmitItem) throws(ClientFailure) -> WireFiledCall {
        link.submit([item])
        let receipt: ReceiptItem = try answer(to: .submit, within: timeout) { event in
            guard case .receipts(let items) = event else { return nil }
            return items.first { $0.id.data == item.id }
        }
        switch receipt.answer {
        case .filed(let filed): return filed
        case .refused(let refusal): throw ClientFailure(refusal)
        case nil: throw .unexpectedAnswer
        }
    }

    /// Asks; `seconds` is the patience for this answer, at least that for any other. Errors: a
    /// refusal, or no answer.
    package func query(
        _ query: WireQueryItem.OneOf_Query, within seconds: Int64? = nil
    ) throws(ClientFailure) -> WireQueryReplyItem.OneOf_Reply {
        try self.query(query, atMost: max(seconds ?? timeout, timeout))
    }

    /// Asks what can be done without: never waits longer than `patience` seconds. Errors: a
    /// refusal, or no answer.
    package func query(
        _ query: WireQueryItem.OneOf_Query, atMost patience: Int64
    ) throws(ClientFailure) -> WireQueryReplyItem.OneOf_Reply {
        lastCorrelation += 1
        let correlation = lastCorrelation
        var asked = WireQueryItem()
        asked.correlation = correlation
        asked.query = query
        link.query(asked)
        let item: WireQueryReplyItem = try answer(to: .query, within: patience) { event in
            guard case .queryReplies(let items) = event else { return nil }
            return items.first { $0.correlation == correlation }
        }
        guard let reply = item.reply else { throw .unexpectedAnswer }
        if case .refused(let refusal) = reply { throw ClientFailure(refusal) }
        return reply
    }

    /// Commands. Errors: a refusal, or no answer.
    package func command(_ item: WireCommandItem) throws(ClientFailure) -> WireCommandReplyItem {
        link.command(item)
        let reply: WireCommandReplyItem = try answer(to: .command, within: timeout) { event in
            guard case .commandReplies(let items) = event else { return nil }
            return items.first { $0.id == item.id }
        }
        if reply.hasRefused { throw ClientFailure(reply.refused) }
        return reply
    }

    /// Lets time pass while the session goes on. Errors: the broker refuses the session.
    package func pause(milliseconds: Int64) throws(ClientFailure) {
        let end = link.now + milliseconds
        while link.now < end {
            for event in link.events(waitingAtMost: max(1, end - link.now)) { try note(event) }
        }
    }

    /// Milliseconds of a clock that never goes back.
    package var now: Int64 { link.now }

    /// Says goodbye.
    package func close() { link.close() }

    private func answer<Answer>(
        to what: ClientFailure.Question, within seconds: Int64, find: (SessionEvent) -> Answer?
    ) throws(ClientFailure) -> Answer {
        let askedAt = link.now
        while true {
            // Whoever was never there is not waited for once more.
            try checkSilence(since: welcome == nil ? silentSince : max(silentSince, askedAt))
            guard link.now - askedAt < seconds * 1_000 else {
                throw .unanswered(what, seconds: seconds)
            }
            var found: Answer?
            for event in link.events(waitingAtMost: 100) {
                try note(event)
                found = found ?? find(event)
            }
            if let found { return found }
        }
    }

    private func checkSilence(since: Int64) throws(ClientFailure) {
        guard !isConnected, link.now - since >= timeout * 1_000 else { return }
        throw .unreachable(endpoint: endpoint, seconds: timeout)
    }

    private func note(_ event: SessionEvent) throws(ClientFailure) {
        switch event {
        case .connected(let welcome):
            self.welcome = welcome
            welcomedAt = link.now
            isConnected = true
        case .disconnected:
            if isConnected { silentSince = link.now }
            isConnected = false
        case .brokerError(let error):
            if let failure = ClientFailure(ending: error) { throw failure }
        default: break
        }
    }
}

extension ClientFailure {
    /// The failure an Error frame means; `nil` if the session gets over it by itself.
    package init?(ending error: WireError) {
        switch RefusalCode(wire: error.code) {
        case .helloRequired, .stopping, .tooManySessions: return nil
        default:
            self = .sessionRefused(code: error.code, field: error.field, reason: error.reason)
        }
    }
}

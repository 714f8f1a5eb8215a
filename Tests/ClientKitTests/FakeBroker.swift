import ClientKit
import Foundation
import GridCodec
import GridModel
import GridSession

/// A broker in memory behind a link: files calls for ever, answers from tables, on a clock that
/// moves only when somebody waits.
final class FakeBroker: BrokerLink {
    /// What was filed: the encoded content of each id, in order of case numbers.
    private(set) var filed: [CallID: WireSubmitItem] = [:]
    private(set) var order: [CallID] = []
    private var serials: [CallID: UInt64] = [:]
    private(set) var submits: [[WireSubmitItem]] = []
    private(set) var queries: [WireQueryItem.OneOf_Query] = []
    private(set) var commands: [WireCommandItem] = []
    private(set) var isClosed = false
    private(set) var now: Int64 = 1_000

    /// Who is there; `false` from the beginning: nobody ever answers.
    var isThere = true
    var welcome = WireWelcome()
    /// Refuses calls by their description.
    var refusals: [String: WireRefusal] = [:]
    /// Answers queries in their order; the last one is repeated.
    var replies: [WireQueryReplyItem.OneOf_Reply] = []
    /// The names in force; those who ask for them are not noted in `queries`.
    var catalogue = WireCatalogueReply()
    var commandRefusal: WireRefusal?
    /// Errors to be sent before anything else.
    var errors: [WireError] = []
    /// Keeps receipts back, as if they were lost with a connection: the next so many submits.
    var submitsToLose = 0
    /// Files calls that name a campaign without it.
    var areCampaignsClosed = false
    /// Carries out the next so many commands and keeps their answers back.
    var commandsToLose = 0
    /// Queries that are not answered: the next so many.
    var queriesToLose = 0
    /// Submits of each call that are refused for want of room before it is filed.
    var roomComesAfter = 0

    private var waiting: [SessionEvent] = []
    private var hasWelcomed = false
    private var attempts: [CallID: Int] = [:]
    /// The revision after each command that was carried out, by its id.
    private var revisions: [Data: UInt32] = [:]

    init(zone: String = "Asia/Shanghai") { welcome.zone = zone }

    func submit(_ items: [WireSubmitItem]) {
        guard !items.isEmpty else { return }
        submits.append(items)
        let receipts = items.compactMap { ReceiptItem(receipt($0)) }
        if submitsToLose > 0 {
            submitsToLose -= 1
            // The session offers unanswered items again after each Welcome.
            waiting.append(.disconnected(.connectionLost, retryInMilliseconds: 100))
            waiting.append(.connected(welcome))
            waiting.append(.receipts(items.compactMap { ReceiptItem(receipt($0)) }))
        } else {
            waiting.append(.receipts(receipts))
        }
    }

    func query(_ item: WireQueryItem) {
        guard let query = item.query else { return }
        if case .catalogue = query {
            var answer = WireQueryReplyItem()
            answer.correlation = item.correlation
            answer.catalogue = catalogue
            waiting.append(.queryReplies([answer]))
            return
        }
        queries.append(query)
        if queriesToLose > 0 {
            queriesToLose -= 1
            return
        }
        guard let reply = replies.count > 1 ? replies.removeFirst() : replies.first else { return }
        var answer = WireQueryReplyItem()
        answer.correlation = item.correlation
        answer.reply = reply
        waiting.append(.queryReplies([answer]))
    }

    func command(_ item: WireCommandItem) {
        commands.append(item)
        var answer = WireCommandReplyItem()
        answer.id = item.id
        if let commandRefusal {
            answer.refused = commandRefusal
        } else {
            answer.repeated = revisions[item.id] != nil
            answer.revision = revisions[item.id] ?? item.expectedRevision + 1
            revisions[item.id] = answer.revision
        }
        guard commandsToLose == 0 else {
            commandsToLose -= 1
            return
        }
        waiting.append(.commandReplies([answer]))
    }

    func events(waitingAtMost milliseconds: Int64) -> [SessionEvent] {
        guard isThere else {
            now += milliseconds
            return []
        }
        if !hasWelcomed {
            hasWelcomed = true
            waiting = errors.map { .brokerError($0) } + [.connected(welcome)] + waiting
        }
        if waiting.isEmpty { now += milliseconds }
        defer { waiting = [] }
        return waiting
    }

    func close() { isClosed = true }

    /// Another process connects: its session is welcomed anew.
    func expectNewSession() { hasWelcomed = false }

    /// The broker was restored from a backup that has only the first calls.
    func restore(epoch: UInt32, keeping count: Int = 0) {
        welcome.tag.epoch = epoch
        for id in order.dropFirst(count) { filed[id] = nil }
        order = Array(order.prefix(count))
    }

    private func receipt(_ item: WireSubmitItem) -> WireReceiptItem {
        var receipt = WireReceiptItem()
        receipt.id = item.id
        guard let id = CallID(bytes: item.id) else { return receipt }
        attempts[id, default: 0] += 1
        if let refusal = refusals[item.texts.description_p] {
            receipt.refused = refusal
        } else if attempts[id, default: 0] <= roomComesAfter {
            receipt.refused = WireRefusal(Refusal(.tooManyOpenCalls, reason: "full"))
        } else if let known = filed[id], known != item {
            receipt.refused = WireRefusal(Refusal(.contentDiffers, field: "id", reason: "differs"))
        } else {
            receipt.filed.repeated = filed[id] != nil
            receipt.filed.campaign = areCampaignsClosed ? "" : item.campaign
            if filed[id] == nil {
                order.append(id)
                serials[id] = UInt64(order.count)
            }
            filed[id] = item
            receipt.filed.caseNumber =
                CaseNumber(prefix: "T", year: 2026, serial: serials[id] ?? 0).description
        }
        return receipt
    }
}

/// A console that keeps what was written.
final class CollectingConsole: Console {
    private(set) var output = ""
    private(set) var notes = ""
    let outputIsTerminal: Bool
    let errorIsTerminal: Bool

    init(isTerminal: Bool = false) {
        outputIsTerminal = isTerminal
        errorIsTerminal = isTerminal
    }

    func write(_ text: String) { output += text }
    func note(_ text: String) { notes += text }

    /// What a person will type, one line for each question; `nil`: nobody can be asked.
    var answers: [String]?
    var isInteractive: Bool { answers != nil }

    func ask(_ question: String) -> String? {
        notes += question
        guard let answer = answers?.first else { return nil }
        answers?.removeFirst()
        return answer
    }
}

extension ClientSession {
    /// A session with a broker in memory.
    init(_ broker: FakeBroker, _ console: CollectingConsole) {
        self.init(link: broker, console: console, endpoint: "tcp://test:1")
    }
}

extension ReceiptItem {
    /// The item of a message; `nil` without an id.
    init?(_ item: WireReceiptItem) {
        guard let id = CallID(data: item.id) else { return nil }
        self.init(id, item.answer)
    }
}

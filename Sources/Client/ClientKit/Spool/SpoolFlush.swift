package import GridCodec
package import GridModel

/// Decides how stored calls get to the broker and what becomes of their files. No I/O, no clock.
///
/// The owner does what `next` says and tells what came of it. Files are taken in rounds: as many as
/// fill the window are loaded, sent together, and settled together when every call has its answer,
/// so that the cost of making answers durable is shared. A call's file is finished, and only then
/// to be removed, when all its calls have been settled.
package struct SpoolFlush: Sendable {
    /// What the owner has to do.
    package enum Step: Sendable {
        /// Read this file and pass its calls to `loaded`.
        case load(String)
        /// Send these; pass receipts to `take` as they come.
        case send([WireSubmitItem])
        /// Wait for receipts, or call `giveUp`.
        case wait
        /// Make these answers durable, then remove the finished files, then call `settled`.
        case settle(Settlement)
        /// Nothing is left to do.
        case end
    }

    /// Answers to be kept.
    package struct Settlement: Equatable, Sendable {
        /// Calls with their case numbers.
        package var confirmed: [SpoolRecord] = []
        /// Those of them that no broker had filed before.
        package var filedNow: Set<CallID> = []
        /// Calls the broker refused for good.
        package var refused: [SpoolRecord] = []
        /// Files all of whose calls are settled.
        package var finished: [String] = []
    }

    private enum Phase { case gathering, waiting, settling }

    private let window: Int
    private var phase = Phase.gathering
    private var names: ArraySlice<String>
    /// Calls without an answer in each file of the round.
    private var unanswered: [String: Int] = [:]
    private var underWay: [CallID: (file: String, record: SpoolRecord)] = [:]
    /// Calls with the id of one that is under way: sent after its answer.
    private var behind: [CallID: [(file: String, record: SpoolRecord)]] = [:]
    private var outgoing: [WireSubmitItem] = []
    private var settlement = Settlement()
    private var hasGivenUp = false
    /// Calls that stay for later: without an answer, or the broker has no room for them now.
    package private(set) var leftCount = 0

    /// Sends the calls of these files, in their order, about `window` at once.
    package init(_ names: [String], window: Int) {
        self.names = names[...]
        self.window = max(1, window)
    }

    /// What to do now.
    package mutating func next() -> Step {
        switch phase {
        case .gathering:
            if !hasGivenUp, let name = names.first, unanswered.values.reduce(0, +) < window {
                return .load(name)
            }
            phase = .waiting
            return next()
        case .waiting:
            if !outgoing.isEmpty {
                defer { outgoing = [] }
                return .send(outgoing)
            }
            if !underWay.isEmpty { return .wait }
            settlement.finished = unanswered.filter { $0.value == 0 }.map(\.key).sorted()
            unanswered = [:]
            guard settlement != Settlement() else {
                if names.isEmpty || hasGivenUp { return .end }
                phase = .gathering
                return next()
            }
            phase = .settling
            return .settle(settlement)
        case .settling:
            return .settle(settlement)
        }
    }

    /// Takes the calls of the file that `next` wanted; those of a file that is gone are none.
    package mutating func loaded(_ records: [SpoolRecord]) {
        guard let name = names.popFirst(), !records.isEmpty else { return }
        unanswered[name] = records.count
        for record in records {
            if underWay[record.id] == nil {
                begin((name, record))
            } else {
                behind[record.id, default: []].append((name, record))
            }
        }
    }

    /// Takes answers that came in `epoch`; those to others' calls are none of its business.
    package mutating func take(_ receipts: [ReceiptItem], epoch: UInt32) {
        for receipt in receipts {
            let id = receipt.id
            guard let (file, record) = underWay[id] else { continue }
            switch receipt.answer {
            case .filed(let filed):
                settlement.confirmed.append(record.confirmed(filed.caseNumber, epoch: epoch))
                if !filed.repeated { settlement.filedNow.insert(id) }
                unanswered[file, default: 1] -= 1
            case .refused(let refusal) where ClientFailure(refusal).exitStatus == .tryAgain:
                leftCount += 1
            case .refused(let refusal):
                settlement.refused.append(record.refused(SpoolRecord.Refusal(refusal)))
                unanswered[file, default: 1] -= 1
            case nil: continue
            }
            underWay[id] = nil
            if let next = behind[id]?.first {
                behind[id]?.removeFirst()
                begin(next)
            }
        }
    }

    /// Says that the answers of the settlement are durable and its finished files removed.
    package mutating func settled() {
        settlement = Settlement()
        phase = .gathering
    }

    /// Says that no more answers come: what has its answer is settled, the rest stays.
    package mutating func giveUp() {
        hasGivenUp = true
        leftCount += underWay.count + behind.values.reduce(0) { $0 + $1.count }
        underWay = [:]
        behind = [:]
        outgoing = []
    }

    private mutating func begin(_ call: (file: String, record: SpoolRecord)) {
        underWay[call.record.id] = call
        outgoing.append(call.record.item)
    }
}

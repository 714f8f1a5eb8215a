import BrokerEngine
import BrokerJournal
import GridCodec
import GridModel
import SwiftProtobuf

/// SplitMix64: the same seed, the same history.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}

/// Makes a valid history of random calls, in batches of random size, with every kind of fact.
struct RandomHistory {
    private var writer = HistoryWriter()
    private var random: SeededGenerator
    private var calls: [OpenCall] = []
    private var filed: UInt64 = 0

    /// What the generator must know to go on with a call.
    private struct OpenCall {
        var serial: UInt64
        var state: CallState
        var parts: [AssignmentState] = []
        var beforeReview = AssignmentState.accepted
        var attempts: UInt32 = 0
    }

    /// What calls are about.
    static let problems = [
        "占道经营", "夜市烧烤扰民，油烟大", "露天烧烤店", "Open-air BBQ stall", "烧水、烤串", "违法建设",
        "barbecue smoke", "ＢＢＱ　噪音", "井盖缺失 manhole cover", "Missing cover", "店外经营2处",
    ]
    /// Where they are.
    static let places = ["鼓楼大街12号", "河沿路3号楼", "Market Street 7", "市场街", ""]

    /// The batches of `steps` random steps.
    static func batches(seed: UInt64, steps: Int) -> [Batch] {
        var history = RandomHistory(seed: seed)
        for _ in 0..<steps { history.step() }
        history.writer.endBatch()
        return history.writer.batches
    }

    private init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private mutating func step() {
        if Int.random(in: 0..<4, using: &random) == 0 {
            writer.endBatch(milliseconds: .random(in: 0...60_000, using: &random))
        }
        guard calls.count > 3, Int.random(in: 0..<6, using: &random) > 0 else { return file() }
        let index = Int.random(in: 0..<calls.count, using: &random)
        var call = calls[index]
        advance(&call)
        calls[index] = call
        calls.removeAll { $0.state == .closed || $0.state == .voided }
    }

    private mutating func file() {
        filed += 1
        var texts = WireCallTexts()
        texts.description_p = "call \(filed): " + Self.problems[Int(filed) % Self.problems.count]
        texts.address = Self.places[Int(filed) % Self.places.count]
        texts.reporter = "张三"
        texts.contact = "contact \(filed)"
        let bytes: [UInt8] = (try? texts.serializedBytes()) ?? []
        let isVerifying = chance(5)
        let place = chance(6) ? nil : writer.place(bytes)
        writer.add(
            .callFiled(
                CallFiled(
                    serial: filed, year: 2026, id: CallID(high: random.next(), low: filed),
                    contentDigest: UniqueID(high: 1, low: 1), category: pick(3),
                    condition: UInt8(pick(2)), grid: pick(3),
                    campaign: chance(2) ? pick(2) : CallFiled.noCampaign,
                    urgency: Urgency.allCases.randomElement(using: &random)!,
                    observedAt: writer.now.advanced(byMilliseconds: -5_000),
                    isRecordedEarlier: chance(4), isClockSuspect: chance(7),
                    isVerifying: isVerifying,
                    coordinates: chance(3) ? Coordinates(latitude: 39.9, longitude: -116.4) : nil,
                    catalogueVersion: 1, actor: ActorID(pick(3)), texts: place)))
        var call = OpenCall(serial: filed, state: isVerifying ? .verifying : .filed)
        if !isVerifying { queueStage(&call) }
        calls.append(call)
    }

    private mutating func queueStage(_ call: inout OpenCall) {
        let stage = UInt8(call.parts.isEmpty ? 0 : 1)
        writer.add(.stageBegan(serial: call.serial, stage: stage))
        for department in 0..<UInt16.random(in: 1...3, using: &random) {
            queuePart(&call, department, stage)
        }
    }

    private mutating func queuePart(_ call: inout OpenCall, _ department: UInt16, _ stage: UInt8) {
        let number = AssignmentNumber(serial: call.serial, ordinal: call.parts.count)
        writer.add(
            .assignmentQueued(
                AssignmentQueued(
                    number: number, department: department,
                    role: department == 0 ? .lead : .assist, stage: stage,
                    dispatch: writer.due(in: 1_000),
                    resolve: chance(4) ? .none : writer.due(in: Int64(pick(50)) * 10_000))))
        call.parts.append(.queued)
    }

    private mutating func advance(_ call: inout OpenCall) {
        if call.state == .merged {
            call.state = .working
            return writer.add(.callUnmerged(serial: call.serial, actor: 2, reason: reason()))
        }
        if call.state == .verifying { return verify(&call) }
        if call.state == .checking { return check(&call) }
        if chance(12) { return aside(&call) }
        let open = call.parts.indices.filter { call.parts[$0].isOpen }
        if let ordinal = open.randomElement(using: &random) { return work(&call, ordinal) }
        endOrGoOn(&call)
    }

    private mutating func verify(_ call: inout OpenCall) {
        let passed = !chance(4)
        call.state = passed ? .filed : .voided
        writer.add(
            .callVerified(serial: call.serial, passed: passed, actor: 2, note: reason()))
        if passed { queueStage(&call) }
    }

    private mutating func endOrGoOn(_ call: inout OpenCall) {
        if !call.parts.contains(.completed) {
            call.state = .voided
            return writer.add(.callVoided(serial: call.serial, actor: 0, reason: reason()))
        }
        if call.parts.count < 4, chance(3) { return queueStage(&call) }
        call.state = chance(2) ? .checking : .closed
        writer.add(
            call.state == .closed
                ? .callClosed(serial: call.serial)
                : .checkOpened(serial: call.serial, deadline: writer.due(in: 9_000)))
    }

    private mutating func check(_ call: inout OpenCall) {
        let passed = chance(2)
        writer.add(
            .checkDecided(serial: call.serial, passed: passed, actor: 1, note: reason()))
        if passed {
            call.state = .closed
            return writer.add(.callClosed(serial: call.serial))
        }
        call.state = .working
        let ordinal = call.parts.firstIndex(of: .completed)!
        call.parts[ordinal] = .queued
        writer.add(
            .assignmentReworked(
                AssignmentNumber(serial: call.serial, ordinal: ordinal),
                dispatch: writer.due(in: 1), resolve: writer.due(in: 70_000)))
    }

    /// Things that happen beside the work.
    private mutating func aside(_ call: inout OpenCall) {
        let number = AssignmentNumber(serial: call.serial, ordinal: 0)
        switch pick(15) {
        case 0:
            let id = CommandID(high: 2, low: random.next())
            writer.add(
                .commandDecided(
                    CommandDecided(
                        id: id, contentDigest: id, serial: call.serial, revision: 4)))
        case 1: writer.add(.deadlineWarned(number, clock: .resolve))
        case 2: writer.add(.deadlineMissed(number, clock: .dispatch))
        case 3:
            writer.add(
                .deadlineRevised(number, clock: .resolve, deadline: writer.due(in: 40_000)))
        case 4: writer.add(.extensionRequested(number, actor: 1, reason: reason()))
        case 5:
            writer.add(
                .extensionDecided(
                    number, approved: chance(2), resolve: writer.due(in: 99_000), actor: 2,
                    reason: reason()))
        case 6:
            writer.add(
                .assignmentSuspended(
                    number, remaining: 77, until: writer.now.advanced(byMilliseconds: 9_000),
                    actor: 2, reason: reason()))
        case 7:
            writer.add(
                .assignmentResumed(
                    number, step: .none, resolve: writer.due(in: 5_000),
                    actor: chance(2) ? nil : 2, reason: reason()))
        case 8:
            writer.add(
                .supervisionOpened(
                    number, deadline: writer.due(in: 3_000), supervisor: chance(2) ? nil : 1,
                    actor: 2, order: reason()))
        case 9: writer.add(.supervisionReplied(number, actor: 1, reply: reason()))
        case 10:
            call.state = .merged
            writer.add(.duplicateReported(serial: call.serial, of: 1, actor: 1))
            writer.add(
                .callMerged(serial: call.serial, into: 1, actor: 2, reason: reason()))
            if chance(2) { writer.add(.mergeSettled(serial: call.serial)) }
        case 11: writer.add(.leadTaken(number))
        case 12:
            writer.add(.reportFiled(serial: call.serial, actor: 1, text: reason()))
            writer.add(
                .reportScheduled(serial: call.serial, deadline: writer.due(in: 600_000)))
        case 13:
            writer.add(.erasureRequested(serial: call.serial, actor: 1, reason: reason()))
            guard chance(2) else { return }
            writer.add(
                .personalDataErased(
                    PersonalDataErased(
                        serial: call.serial, actor: 2, requestedBy: 1, texts: [],
                        reason: reason())))
        default:
            writer.add(
                .queuePaused(department: 0, until: writer.now, actor: 2, reason: reason()))
            writer.add(.queueResumed(department: 0, actor: 2))
        }
    }
}

extension RandomHistory {
    private mutating func work(_ call: inout OpenCall, _ ordinal: Int) {
        let number = AssignmentNumber(serial: call.serial, ordinal: ordinal)
        switch call.parts[ordinal] {
        case .queued: dispatch(&call, number)
        case .dispatched: handle(&call, number)
        case .delivered: accept(&call, number)
        case .accepted: acceptedOn(&call, number)
        case .arrived: finish(&call, number)
        case .underReview: review(&call, number)
        case .returned: replace(&call, number)
        case .stuck:
            set(&call, number, .queued)
            writer.add(.assignmentRequeued(number, actor: 0, reason: reason()))
        case .completed, .withdrawn: break
        }
    }

    private mutating func dispatch(_ call: inout OpenCall, _ number: AssignmentNumber) {
        if chance(9) {
            set(&call, number, .withdrawn)
            return writer.add(.assignmentWithdrawn(number, actor: 0, reason: reason()))
        }
        call.attempts += 1
        call.state = .working
        set(&call, number, .dispatched)
        writer.add(
            .assignmentDispatched(
                AssignmentDispatched(
                    number: number, attempt: call.attempts, worker: 1,
                    accept: writer.due(in: 600))))
    }

    private mutating func handle(_ call: inout OpenCall, _ number: AssignmentNumber) {
        switch pick(5) {
        case 0:
            set(&call, number, .delivered)
            writer.add(.assignmentDelivered(number))
        case 1, 2: accept(&call, number)
        case 3:
            set(&call, number, .queued)
            writer.add(
                .assignmentReleased(
                    AssignmentReleased(
                        number: number, cause: .failed, failures: 1,
                        notBefore: writer.now.advanced(byMilliseconds: 10), reason: reason())))
        default:
            set(&call, number, .stuck)
            writer.add(.assignmentStuck(number, cause: .leaseEnded))
        }
    }

    private mutating func accept(_ call: inout OpenCall, _ number: AssignmentNumber) {
        set(&call, number, .accepted)
        writer.add(
            .assignmentAccepted(
                AssignmentAccepted(number: number, actor: 2, arrive: writer.due(in: 400))))
    }

    private mutating func acceptedOn(_ call: inout OpenCall, _ number: AssignmentNumber) {
        guard chance(2) else { return finish(&call, number) }
        set(&call, number, .arrived)
        writer.add(.assignmentArrived(number, actor: 2))
    }

    private mutating func finish(_ call: inout OpenCall, _ number: AssignmentNumber) {
        let ended = AssignmentEnded(
            number: number, attempt: call.attempts, actor: 1, texts: reason())
        switch pick(4) {
        case 0:
            set(&call, number, .returned)
            writer.add(.assignmentReturned(ended))
        case 1:
            let isMajor = chance(2)
            if isMajor {
                call.beforeReview = call.parts[number.ordinal]
                set(&call, number, .underReview)
            }
            writer.add(
                .measuresProposed(
                    MeasuresProposed(
                        number: number, digest: Digest(hashing: [1]), isMajor: isMajor, actor: 1,
                        review: writer.due(in: 100), texts: reason())))
        default:
            set(&call, number, .completed)
            writer.add(.assignmentCompleted(ended))
        }
    }

    private mutating func review(_ call: inout OpenCall, _ number: AssignmentNumber) {
        // One review at a time: the state before it is this call's only one.
        set(&call, number, call.beforeReview)
        writer.add(
            .proposalReviewed(
                ProposalReviewed(
                    number: number, digest: Digest(hashing: [1]),
                    verdict: ReviewVerdict.allCases.randomElement(using: &random)!, actor: 2,
                    reason: reason())))
    }

    private mutating func replace(_ call: inout OpenCall, _ number: AssignmentNumber) {
        guard call.parts.count < 20 else {
            set(&call, number, .withdrawn)
            return writer.add(.assignmentWithdrawn(number, actor: 0, reason: nil))
        }
        set(&call, number, .withdrawn)
        let next = AssignmentNumber(serial: call.serial, ordinal: call.parts.count)
        writer.add(
            .assignmentRedispatched(from: number, to: next, actor: 0, reason: reason()))
        queuePart(&call, pick(3), 0)
    }

    private func set(
        _ call: inout OpenCall, _ number: AssignmentNumber, _ state: AssignmentState
    ) {
        call.parts[number.ordinal] = state
    }

    private mutating func pick(_ count: UInt16) -> UInt16 {
        .random(in: 0..<count, using: &random)
    }

    private mutating func chance(_ oneIn: Int) -> Bool {
        Int.random(in: 0..<oneIn, using: &random) == 0
    }

    private mutating func reason() -> TextPlace? {
        chance(3) ? nil : writer.place("reason \(pick(1_000)): 不属于本部门")
    }
}

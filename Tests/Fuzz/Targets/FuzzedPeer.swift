import ClientKit
import Foundation
import GridCodec
import GridModel
import GridSession
import WorkerKit

/// A worker's session that hears what no broker should say, and the worker behind it.
struct FuzzedPeer {
    private var session: PeerSession
    private var machine: WorkerMachine
    private var now: Int64 = 1_000

    /// A peer before its Welcome, and one after it with work under way, hear the frames.
    static func hear(_ frames: [UnsafeRawBufferPointer]) throws {
        for isWelcomed in [false, true] {
            var peer = FuzzedPeer()
            if isWelcomed { try peer.becomeBusy() }
            for frame in frames { try peer.hear(frame) }
            for _ in 0..<3 { try peer.advance(milliseconds: 7_000) }
        }
    }

    private init() {
        var configuration = SessionConfiguration(
            session: SessionID(high: 1, low: 2), role: .worker, software: "fuzz/1", name: "worker")
        configuration.department = "urban"
        session = PeerSession(configuration)
        machine = WorkerMachine(
            settings: .init(capacity: 2, graceMilliseconds: 1_000, settleMilliseconds: 0))
        session.start(now: now)
        _ = session.step(now: now)
    }

    private mutating func becomeBusy() throws {
        try hear(.welcome(WireSamples.welcome))
        for item in WireSamples.calls.items { session.enqueue(Parcel(item)) }
        for item in WireSamples.outcomes.items { session.enqueue(Parcel(item)) }
        for item in WireSamples.progress.items { session.enqueue(Parcel(item)) }
        for item in WireSamples.commands.items { session.enqueue(Parcel(item)) }
        for item in WireSamples.queries.items { session.enqueue(Parcel(item)) }
        try hear(.assign(WireSamples.assignments))
    }

    private mutating func hear(_ message: WireMessage) throws {
        try Frame.encode(message).withUnsafeBytes { try hear($0) }
    }

    private mutating func hear(_ frame: UnsafeRawBufferPointer) throws {
        session.receive(frame: frame, now: now)
        try step()
    }

    private mutating func advance(milliseconds: Int64) throws {
        now += milliseconds
        try work(.tick(now: now))
        try step()
    }

    /// Does what the session asks for; every frame it sends can be read.
    private mutating func step() throws {
        for action in session.step(now: now) {
            switch action {
            case .connect, .disconnect: break
            case .send(let frame):
                _ = try frame.withUnsafeBytes { try Frame.decode($0) }
            case .event(let event): try take(event)
            }
        }
        _ = session.nextDeadline
    }

    private mutating func take(_ event: SessionEvent) throws {
        switch event {
        case .assigned(let items):
            for item in items {
                guard let message = item.message else { continue }
                _ = try? JSONEncoder().encode(AssignmentDocument(message))
            }
            try work(.assigned(items))
        case .withdrawn(let items):
            try work(.claimsLost(items.map(\.claim.model), reason: "withdrawn"))
        case .claimsLost(let claims): try work(.claimsLost(claims, reason: "lost"))
        case .outcomeReceipts(let items):
            try work(
                .answered(
                    items.map { item in
                        let code = item.refused.map {
                            UInt16(exactly: $0.code).flatMap(RefusalCode.init(rawValue:))
                                ?? .malformedFrame
                        }
                        return WorkAnswer(
                            item.claim, item.step, refusal: code.map { Refusal($0, reason: "no") })
                    }))
        case .ordered(let order):
            if order == .drain { try work(.drainRequested(now: now)) }
        case .queryReplies(let items): for item in items { FuzzedScreen.show(item) }
        case .receipts(let items): for item in items { _ = item.answer }
        case .connected, .disconnected, .commandReplies, .tagAdvanced, .postponed, .brokerError:
            break
        case .unreadable(let refusal):
            try require(!refusal.reason.isEmpty, "an unreadable frame without a reason")
        }
    }

    private mutating func work(_ event: WorkerMachine.Event) throws {
        let actions = machine.handle(event)
        for outcome in actions.outcomes { session.enqueue(Parcel(outcome)) }
        session.release(actions.releases)
        if let credit = actions.credit { session.setCredit(UInt32(clamping: credit)) }
        let finished = actions.stops.map { FinishedWork($0, .stopped) }
        if !finished.isEmpty { try work(.finished(finished)) }
    }
}

/// A terminal that shows whatever a broker answers.
enum FuzzedScreen {
    static func show(_ item: WireQueryReplyItem) {
        for language in [Language.chinese, .english] {
            var presentation = Presentation(zone: .utc, language: language)
            presentation.now = 1_767_600_000_000
            show(item, presentation)
        }
    }

    private static func show(_ item: WireQueryReplyItem, _ presentation: Presentation) {
        switch item.reply {
        case .call(let call):
            let output = CallOutput(call, presentation)
            _ = (output.json(withSteps: true).rendered, output.table, output.csv)
        case .list(let list):
            let output = CallListOutput(list, isCounted: true, presentation)
            _ = (output.json.rendered, output.table, output.csv)
            let tasks = TaskListOutput(list, presentation)
            _ = (tasks.json.rendered, tasks.table, tasks.csv)
            let reviews = ReviewListOutput(list, presentation)
            _ = (reviews.json.rendered, reviews.table, reviews.csv)
        case .stats(let stats):
            let output = StatsOutput(stats, presentation)
            _ = (output.json.rendered, output.table, output.csv)
            for campaign in stats.campaigns { _ = CampaignRates(campaign).all.map(\.percent) }
        case .campaigns(let reply):
            let output = CampaignsOutput(reply.campaigns, presentation)
            _ = (output.json.rendered, output.table, output.csv)
        case .campaign(let view):
            let output = CampaignOutput(view, presentation)
            _ = (output.json.rendered, output.table, output.csv)
        case .activities(let reply):
            let output = ActivitiesOutput(reply.activities, presentation)
            _ = (output.json.rendered, output.table, output.csv)
        case .workers(let reply):
            let output = WorkersOutput(reply.workers, presentation)
            _ = (output.json.rendered, output.table, output.csv)
        case .audit(let view):
            let output = AuditOutput(view)
            _ = (output.json.rendered, output.table(in: presentation.language))
        case .catalogue(let reply): _ = CatalogueNames(reply)
        case .similar, .export, .refused, nil: break
        }
    }
}

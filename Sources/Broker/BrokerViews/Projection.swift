import BrokerEngine
import BrokerJournal
import GridModel

import struct Foundation.Data

/// Folds facts into the records that one transaction writes: pure, but for `load`.
///
/// A call filed and closed within one transaction is written once. Open records stay for the
/// next transaction, so that a busy broker's calls are not read back; `settle` bounds how many.
struct Projection {
    /// Reads the record of a call that an earlier transaction wrote; `nil` if there is none.
    typealias Load = (UInt64) throws -> CallRecord?

    /// The last batch folded.
    private(set) var seq: UInt64
    /// The time of the last turn.
    private(set) var now: Timestamp
    private(set) var records: [CallRecord] = []
    private(set) var catalogues: [CatalogueNames] = []
    private(set) var actors: [(number: ActorID, name: String)] = []
    private(set) var campaignSteps: [CampaignStep] = []
    private(set) var activities: [ActivityRecord] = []
    /// Facts that named a call nobody filed: the journal or the engine is broken.
    private(set) var orphans = 0
    /// The calls whose texts were erased.
    private(set) var erased: [UInt64] = []

    private var places: [UInt64: Int] = [:]

    /// Open records kept from one transaction to the next.
    static let keptRecords = 32_768

    /// A projection that goes on after batch `seq`.
    init(seq: UInt64, now: Timestamp) {
        self.seq = seq
        self.now = now
    }

    /// Folds one batch.
    mutating func apply(_ batch: Batch, load: Load) throws {
        for fact in batch.facts {
            try apply(fact, of: batch, load: load)
        }
        seq = batch.seq
    }

    /// Everything folded so far was committed.
    mutating func settle() {
        catalogues = []
        actors = []
        campaignSteps = []
        activities = []
        orphans = 0
        erased = []
        records.removeAll { !$0.state.isOpen }
        // Those that nothing happened to are the least likely to be needed again soon.
        if records.count > Self.keptRecords { records.removeAll { $0.change == .none } }
        if records.count > Self.keptRecords * 2 { records = [] }
        places.removeAll(keepingCapacity: true)
        for (index, record) in records.enumerated() {
            record.settle()
            places[record.filing.serial] = index
        }
    }

    private mutating func apply(_ fact: Fact, of batch: Batch, load: Load) throws {
        switch fact {
        case .turnBegan(let at): now = max(now, at)
        case .catalogueAdopted(let catalogue):
            catalogues.append(CatalogueNames(catalogue))
            campaignSteps.append(CampaignStep(kind: .declared, at: now))
        case .actorNamed(let actor, let name): actors.append((actor, name))
        case .callFiled(let fact): file(fact, of: batch)
        case .campaignOpened, .campaignExtended, .campaignClosed, .activityRecorded:
            applyToStreet(fact, of: batch)
        // No call's story: epochs live in claims, a paused queue in the engine's record.
        case .epochBegan, .queuePaused, .queueResumed, .accessRefused, .workerDirected,
            .clockJumped, .clockConfirmed:
            break
        default:
            // A command of the whole street names no call.
            guard let serial = fact.serial, serial != 0 else { return }
            guard let place = try place(of: serial, load: load) else {
                orphans += 1
                return
            }
            records[place].fold(fact, of: batch, at: now)
            if case .personalDataErased = fact { erased.append(serial) }
        }
    }

    /// Facts about campaigns and activities, which name no call.
    private mutating func applyToStreet(_ fact: Fact, of batch: Batch) {
        switch fact {
        case .campaignOpened(let campaign, let until, let actor, let reason):
            campaignSteps.append(
                CampaignStep(
                    kind: .opened, campaign: campaign, at: now, until: until, actor: actor,
                    text: Array(batch.text(at: reason))))
        case .campaignExtended(let campaign, let until, let actor, let reason):
            campaignSteps.append(
                CampaignStep(
                    kind: .extended, campaign: campaign, at: now, until: until, actor: actor,
                    text: Array(batch.text(at: reason))))
        case .campaignClosed(let campaign, let actor, let summary):
            campaignSteps.append(
                CampaignStep(
                    kind: .closed, campaign: campaign, at: now, actor: actor,
                    text: Array(batch.text(at: summary))))
        case .activityRecorded(let activity, let actor, let theme):
            activities.append(
                ActivityRecord(
                    activity: activity, actor: actor, recordedAt: now,
                    theme: Array(batch.text(at: theme))))
        default: break
        }
    }

    private mutating func file(_ fact: CallFiled, of batch: Batch) {
        let filing = CallRecord.Filing(fact, filedAt: now, textsSeq: batch.seq)
        let record = CallRecord(
            filed: filing, isVerifying: fact.isVerifying, texts: Data(batch.text(at: fact.texts)))
        record.tell(
            Step(
                kind: .callFiled, at: now, actor: fact.actor, first: fact.isVerifying ? 1 : 0),
            isFirst: true)
        places[fact.serial] = records.count
        records.append(record)
    }

    private mutating func place(of serial: UInt64, load: Load) throws -> Int? {
        if let place = places[serial] { return place }
        guard let record = try load(serial) else { return nil }
        places[serial] = records.count
        records.append(record)
        return records.count - 1
    }
}

extension CallRecord.Filing {
    /// What the fact of filing says.
    init(_ fact: CallFiled, filedAt: Timestamp, textsSeq: UInt64) {
        self.init(
            serial: fact.serial, id: fact.id, year: fact.year,
            catalogueVersion: fact.catalogueVersion, category: fact.category,
            condition: fact.condition, grid: fact.grid, campaign: fact.campaign,
            urgency: fact.urgency, filedAt: filedAt, observedAt: fact.observedAt,
            isRecordedEarlier: fact.isRecordedEarlier, isClockSuspect: fact.isClockSuspect,
            coordinates: fact.coordinates, textsSeq: fact.texts == nil ? 0 : textsSeq,
            textsOffset: fact.texts?.offset ?? 0, textsLength: fact.texts?.length ?? 0)
    }
}

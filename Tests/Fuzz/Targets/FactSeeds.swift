import BrokerEngine
import BrokerJournal
import GridModel

/// Batches of sound facts.
enum FactSeeds {
    static var all: [[UInt8]] {
        facts.compactMap { try? FactCodec.encode([$0]) }
            + [try? FactCodec.encode(facts)].compactMap(\.self)
    }

    private static let digest = Digest(words: (1, .max, 0x0123_4567_89AB_CDEF, 0))
    private static let place = TextPlace(offset: 300, length: 216, digest: digest)
    private static let number = AssignmentNumber(serial: 123_456, ordinal: 62)
    private static let id = UniqueID(high: 1, low: 2)
    private static let time = Timestamp(milliseconds: 1_790_000_800_000)
    private static let deadline = Deadline(
        warnsAt: time, dueAt: .distantFuture, isProvisional: true)

    private static var facts: [Fact] {
        let ended = AssignmentEnded(number: number, attempt: 3, actor: 8, texts: place)
        return [
            .turnBegan(at: time), .epochBegan(epoch: 2, firstSerial: 1_000),
            .catalogueAdopted(WireSamples.catalogue), .actorNamed(actor: 7, name: "网格员"),
            .commandDecided(CommandDecided(id: id, contentDigest: id, serial: 4, revision: 9)),
            .queuePaused(department: 0, until: .distantFuture, actor: 0, reason: place),
            .accessRefused(
                AccessRefusal(actor: 1, action: .void, code: .forbidden, unlisted: 300)),
            .callFiled(
                CallFiled(
                    serial: 1, year: 2026, id: id, contentDigest: id, category: 14, condition: 0,
                    grid: 77, campaign: CallFiled.noCampaign, urgency: .urgent, observedAt: time,
                    isRecordedEarlier: true, isClockSuspect: false, isVerifying: true,
                    coordinates: Coordinates(latitude: -35.1, longitude: 129), catalogueVersion: 1,
                    actor: 3, texts: place)),
            .checkOpened(serial: 1, deadline: deadline),
            .callMerged(serial: 1, into: 2, actor: 1, reason: nil),
            .assignmentQueued(
                AssignmentQueued(
                    number: number, department: 3, role: .assist, stage: 2, dispatch: deadline,
                    resolve: .none)),
            .assignmentDispatched(
                AssignmentDispatched(number: number, attempt: 1, worker: 8, accept: deadline)),
            .assignmentCompleted(ended),
            .assignmentReleased(
                AssignmentReleased(
                    number: number, cause: .leaseEnded, failures: 4, notBefore: time,
                    reason: place)),
            .measuresProposed(
                MeasuresProposed(
                    number: number, digest: digest, isMajor: true, actor: 8, review: deadline,
                    texts: place)),
            .assignmentSuspended(number, remaining: -5, until: time, actor: 2, reason: place),
            .supervisionOpened(number, deadline: deadline, supervisor: nil, actor: 2, order: place),
            .deadlineWarned(number, clock: .reportDue, report: 1),
            .campaignOpened(campaign: 3, until: time, actor: 2, reason: place),
            .workerDirected(worker: 8, order: .quiet, actor: 2, stands: true),
            .erasureRequested(serial: 1, actor: 2, reason: place),
            .personalDataErased(
                PersonalDataErased(
                    serial: 1, actor: 2, requestedBy: 3,
                    texts: [ErasedText(seq: 1, place: place), ErasedText(seq: 9, place: place)],
                    reason: nil)),
        ]
    }
}

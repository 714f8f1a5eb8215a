import BrokerEngine
import GridModel

@testable import BrokerJournal

/// At least one fact of every kind, with and without what is optional.
enum SampleFacts {
    static let deadline = Deadline(
        warnsAt: Timestamp(milliseconds: 1_790_000_800_000),
        dueAt: Timestamp(milliseconds: 1_790_001_000_000), isProvisional: true)
    static let digest = Digest(words: (1, .max, 0x0123_4567_89AB_CDEF, 0))
    static let place = TextPlace(offset: 300, length: 216, digest: digest)
    static let number = AssignmentNumber(serial: 123_456, ordinal: 62)
    static let id = UniqueID(high: 0x0198_0000_0000_7000, low: 0x8000_0000_0000_0001)

    static func callFiled(
        serial: UInt64, texts: TextPlace? = place, coordinates: Coordinates? = nil
    ) -> CallFiled {
        CallFiled(
            serial: serial, year: 2026, id: UniqueID(high: 1, low: serial),
            contentDigest: UniqueID(high: serial, low: 2), category: 14, condition: 0, grid: 77,
            campaign: CallFiled.noCampaign, urgency: .urgent, observedAt: SampleBatch.time,
            isRecordedEarlier: true, isClockSuspect: false, isVerifying: true,
            coordinates: coordinates, catalogueVersion: 1, actor: 3, texts: texts)
    }

    static var catalogue: StreetCatalogue {
        var limits = ClockLimits()
        limits.resolve = Limit(2, .urgentHour)
        limits.check = Limit(7, .workDay)
        let name = LocalizedName(chinese: "占道经营/\"夜市\"", english: "Street \\ vendors")
        return StreetCatalogue(
            street: Street(id: "gulou", name: name, casePrefix: "GL"),
            departments: [Department(id: "urban", name: name)],
            grids: [Grid(id: "G-1", name: name)],
            categories: [
                Category(
                    id: "vendors", name: name, nationalCode: "01001", urgency: .emergency,
                    stages: [Stage(parts: [Stage.Part(department: "urban", role: .lead)])],
                    conditions: [FilingCondition(id: "default", name: name, limits: limits)])
            ],
            campaigns: [
                Campaign(
                    id: "summer", name: name, lead: "urban", assists: [], categories: [],
                    grids: ["G-1"], from: .zero, until: .distantFuture, target: 5,
                    legalBasis: "条例")
            ],
            calendar: WorkCalendar(
                intervals: [.init(opens: .zero, closes: SampleBatch.time, day: 0)],
                publishedThrough: SampleBatch.time, zone: .utc),
            policy: WorkPolicy())
    }

    static var all: [Fact] { general + calls + assignments + later + campaigns }

    private static var campaigns: [Fact] {
        [
            .campaignOpened(campaign: 0, until: .distantFuture, actor: 0, reason: nil),
            .campaignOpened(campaign: 3, until: SampleBatch.time, actor: 2, reason: place),
            .campaignExtended(campaign: .max, until: SampleBatch.time, actor: 2, reason: place),
            .campaignClosed(campaign: 3, actor: 2, summary: place),
        ]
            + ActivityKind.allCases.flatMap { kind -> [Fact] in
                [
                    .activityRecorded(
                        Activity(kind: kind, heldAt: SampleBatch.time, sessions: 30, people: .max),
                        actor: 2, theme: place),
                    .activityRecorded(
                        Activity(kind: kind, heldAt: .zero, sessions: 1, people: 0), actor: 0,
                        theme: nil),
                ]
            }
    }

    private static var general: [Fact] {
        [
            .turnBegan(at: .zero), .turnBegan(at: Timestamp(milliseconds: -1)),
            .turnBegan(at: .distantFuture), .epochBegan(epoch: .max),
            .epochBegan(epoch: 1_795_887_600, firstSerial: 86_400_000_001),
            .catalogueAdopted(catalogue), .actorNamed(actor: 0, name: ""),
            .actorNamed(actor: 7, name: String(repeating: "网格员", count: 60)),
            .commandDecided(
                CommandDecided(id: id, contentDigest: id, serial: .max, revision: 9)),
            .queuePaused(department: 0, until: .distantFuture, actor: 0, reason: nil),
            .queuePaused(department: .max, until: .zero, actor: .max, reason: place),
            .queueResumed(department: 2, actor: 1),
            .accessRefused(
                AccessRefusal(actor: 1, action: .void, code: .forbidden, unlisted: 300)),
        ]
    }

    private static var calls: [Fact] {
        let busan = Coordinates(latitude: -35.1796, longitude: 129.0756)
        var tied = callFiled(serial: 127, texts: nil, coordinates: busan)
        tied.campaign = 0
        var last = callFiled(serial: .max)
        last.campaign = CallFiled.noCampaign - 1
        last.observedAt = .distantFuture
        return [
            .callFiled(callFiled(serial: 1)), .callFiled(tied), .callFiled(last),
            .callVerified(serial: 1, passed: true, actor: 4, note: place),
            .stageBegan(serial: 1, stage: .max), .checkOpened(serial: 1, deadline: deadline),
            .checkOpened(serial: 1, deadline: .none),
            .checkDecided(serial: 1, passed: false, actor: 4, note: nil),
            .callClosed(serial: 1), .callVoided(serial: 1, actor: 1, reason: place),
            .callMerged(serial: 1, into: 2, actor: 1, reason: nil),
            .callUnmerged(serial: 1, actor: 1, reason: place),
        ]
    }

    private static var assignments: [Fact] {
        let ended = AssignmentEnded(number: number, attempt: 3, actor: 8, texts: place)
        return [
            .assignmentQueued(
                AssignmentQueued(
                    number: number, department: 3, role: .assist, stage: 2, dispatch: deadline,
                    resolve: .none)),
            .assignmentQueued(
                AssignmentQueued(
                    number: number, department: 3, role: .lead, stage: 0, dispatch: .none,
                    resolve: deadline, continues: 0)),
            .assignmentDispatched(
                AssignmentDispatched(number: number, attempt: 1, worker: 8, accept: deadline)),
            .assignmentDelivered(number),
            .assignmentAccepted(
                AssignmentAccepted(
                    number: number, actor: 8,
                    arrive: Deadline(
                        warnsAt: .zero, dueAt: .distantFuture, isProvisional: false))),
            .assignmentArrived(number, actor: 8), .assignmentCompleted(ended),
            .assignmentReturned(ended), .assignmentWithdrawn(number, actor: 1, reason: place),
            .assignmentRedispatched(
                from: number, to: AssignmentNumber(rawValue: 1), actor: 1, reason: place),
            .assignmentRequeued(number, actor: 1, reason: nil),
            .assignmentReworked(number, dispatch: deadline, resolve: .none),
        ]
            + ReleaseCause.allCases.flatMap { cause -> [Fact] in
                [
                    .assignmentReleased(
                        AssignmentReleased(
                            number: number, cause: cause, failures: 4,
                            notBefore: SampleBatch.time, reason: place)),
                    .assignmentStuck(number, cause: cause),
                ]
            }
    }

    private static var later: [Fact] {
        [
            .measuresProposed(
                MeasuresProposed(
                    number: number, digest: digest, isMajor: true, actor: 8, review: deadline,
                    texts: place)),
            .extensionRequested(number, actor: 8, reason: place),
            .extensionDecided(
                number, approved: true, resolve: deadline, actor: 2, reason: nil),
            .assignmentSuspended(
                number, remaining: -5, until: SampleBatch.time, actor: 2, reason: place),
            .assignmentResumed(
                number, step: deadline, resolve: deadline, actor: 0, reason: place),
            .assignmentResumed(number, step: .none, resolve: deadline, actor: nil, reason: nil),
            .supervisionOpened(
                number, deadline: deadline, supervisor: nil, actor: 2, order: place),
            .supervisionOpened(
                number, deadline: .none, supervisor: .max, actor: 0, order: nil),
            .leadTaken(number), .mergeSettled(serial: .max), .clockJumped(milliseconds: 300_001),
            .clockConfirmed(actor: 3), .reportScheduled(serial: 1, deadline: deadline),
            .reportFiled(serial: 1, actor: 8, text: place),
            .reportScheduled(serial: 1, deadline: deadline, report: .max),
            .reportFiled(serial: 1, actor: 8, text: place, report: 1),
            .deadlineWarned(number, clock: .reportDue, report: 1),
            .deadlineMissed(number, clock: .reportDue, report: .max),
            .duplicateReported(serial: 2, of: 1, actor: 8),
            .erasureRequested(serial: .max, actor: 8, reason: place),
            .personalDataErased(
                PersonalDataErased(
                    serial: .max, actor: 8, requestedBy: 2,
                    texts: [
                        ErasedText(seq: 1, place: place),
                        ErasedText(
                            seq: .max,
                            place: TextPlace(offset: .max, length: .max, digest: digest)),
                    ], reason: place)),
            .personalDataErased(
                PersonalDataErased(
                    serial: 1, actor: 0, requestedBy: 0, texts: [], reason: nil)),
            .supervisionReplied(number, actor: 8, reply: place),
        ]
            + WorkerOrder.allCases.flatMap { order in
                [true, false].map {
                    .workerDirected(worker: 8, order: order, actor: 2, stands: $0)
                }
            }
            + ReviewVerdict.allCases.map {
                .proposalReviewed(
                    ProposalReviewed(
                        number: number, digest: digest, verdict: $0, actor: 5, reason: place))
            }
            + ClockKind.allCases.flatMap { clock -> [Fact] in
                [
                    .deadlineWarned(number, clock: clock), .deadlineMissed(number, clock: clock),
                    .deadlineRevised(number, clock: clock, deadline: deadline),
                ]
            }
    }
}

import Foundation
import GridCodec
import GridModel
import SwiftProtobuf

/// One command of every kind.
enum CommandSamples {
    static let all: [WireCommandItem] = kinds.enumerated().map { number, kind in
        .with {
            $0.id = id(UInt64(number + 1))
            $0.call = WireSamples.id(UInt64(number % 3 + 1))
            $0.reason = "理由"
            $0.command = kind
        }
    }

    static func id(_ number: UInt64) -> Data { UniqueID(high: 2, low: number).data }

    private static let measures = [
        WireMeasure.with {
            $0.name = "fine"
            $0.value = "50000"
        }
    ]

    private static let digest = Data(repeating: 7, count: 32)

    private static var kinds: [WireCommandItem.OneOf_Command] {
        [
            .redispatch(.with { $0.department = "market" }), .requeue(.init()),
            .withdraw(.init()), .voidCall(.init()), .accept(.init()), .arrive(.init()),
            .propose(.with { $0.measures = measures }),
            .complete(.with { $0.measures = measures }), .returnPart(.init()), .fail(.init()),
            .requestExtension(.init()), .suspend(.with { $0.until = 1_768_600_000_000 }),
            .resume(.init()),
            .check(
                .with {
                    $0.passed = false
                    $0.failed = [0, 1]
                }),
            .verify(.with { $0.passed = true }),
            .review(
                .with {
                    $0.verdict = .approved
                    $0.digest = digest
                }),
            .bypass(.with { $0.digest = digest }), .supervise(.init()), .reply(.init()),
            .decideExtension(.with { $0.approved = true }),
            .merge(.with { $0.into = WireSamples.id(1) }), .unmerge(.init()),
            .report(.with { $0.report = "weekly" }), .requestErasure(.init()),
            .confirmErasure(.init()),
        ] + streetKinds
    }

    private static var streetKinds: [WireCommandItem.OneOf_Command] {
        [
            .pauseQueue(
                .with {
                    $0.department = "urban"
                    $0.until = 1_768_600_000_000
                }),
            .resumeQueue(.with { $0.department = "urban" }),
            .directWorker(
                .with {
                    $0.order = .quiet
                    $0.department = "urban"
                    $0.name = "peer"
                }),
            .confirmClock(.init()), .openCampaign(.with { $0.campaign = "spring" }),
            .extendCampaign(
                .with {
                    $0.campaign = "spring"
                    $0.until = 1_769_600_000_000
                }),
            .closeCampaign(.with { $0.campaign = "spring" }),
            .recordActivity(
                .with {
                    $0.kind = .training
                    $0.heldAt = 1_767_500_000_000
                    $0.sessions = 2
                    $0.people = 30
                }),
        ]
    }
}

/// One query of every kind.
enum QuerySamples {
    static let all: [WireQueryItem.OneOf_Query] = [
        .track(.with { $0.id = WireSamples.id(1) }),
        .track(.with { $0.caseNumber = "T-2026-000001-5" }),
        .track(.with { $0.fragment = "2026 1" }),
        .list(
            .with {
                $0.department = "urban"
                $0.state = "working"
                $0.text = "占道"
                $0.limit = 20
                $0.order = .byDue
                $0.count = true
                $0.page = Data([1, 2, 3])
            }),
        .stats(.init()), .campaigns(.init()), .catalogue(.init()), .audit(.init()),
        .tasks(.with { $0.department = "urban" }), .reviews(.with { $0.limit = 5 }),
        .workers(.with { $0.department = "urban" }),
        .similar(
            .with {
                $0.category = "raze"
                $0.grid = "g1"
                $0.coordinates.latitude = 32.06
                $0.coordinates.longitude = 118.77
            }),
        .campaign(.with { $0.campaign = "spring" }), .activities(.with { $0.limit = 5 }),
        .export(.with { $0.texts = true }), .duplicates(.with { $0.limit = 5 }),
    ]
}

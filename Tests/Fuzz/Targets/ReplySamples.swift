import Foundation
import GridCodec
import GridModel
import SwiftProtobuf

/// One reply to a query of every kind.
enum ReplySamples {
    static let all: [WireQueryReplyItem.OneOf_Reply] = [
        .refused(WireSamples.refusal), .call(call),
        .list(
            .with {
                $0.calls = [call]
                $0.nextPage = Data([1])
                $0.total = 7
            }), .stats(stats), .campaigns(.with { $0.campaigns = [campaign] }),
        .catalogue(
            .with {
                $0.street = "test"
                $0.zone = "Asia/Shanghai"
                $0.departments = [
                    .with {
                        $0.id = "urban"
                        $0.chinese = "城管"
                        $0.english = "Urban"
                    }
                ]
            }),
        .audit(
            .with {
                $0.batches = 3
                $0.firstBadSeq = 2
                $0.reason = "its hash is another"
                $0.chain = Data(repeating: 1, count: 32)
            }), .workers(workers), .similar(similar),
        .campaign(campaignDetail),
        .activities(
            .with {
                $0.activities = [
                    .with {
                        $0.kind = .training
                        $0.heldAt = 1_767_500_000_000
                        $0.theme = "宣传"
                        $0.people = 30
                    }
                ]
            }), .export(.with { $0.piece = Data("{}\n".utf8) }),
    ]

    private static let call = WireCallView.with {
        $0.id = WireSamples.id(1)
        $0.caseNumber = "T-2026-000001-5"
        $0.state = "working"
        $0.category = "litter"
        $0.grid = "g1"
        $0.filedAt = 1_767_600_000_000
        $0.coordinates.latitude = 32.06
        $0.texts.description_p = "占道经营"
        $0.clocks = [clock("check")]
        $0.parts = [part]
        $0.steps = ["callFiled", "assignmentDispatched", "deadlineMissed"].map { step in
            .with {
                $0.at = 1_767_600_000_000
                $0.step = step
                $0.ordinal = 1
                $0.actor = "local"
                $0.detail = "cause=lease attempt=2; 原因"
                $0.valuesBytes = 21
            }
        }
    }

    private static let part = WirePartView.with {
        $0.department = "urban"
        $0.role = .lead
        $0.state = "accepted"
        $0.queuedAt = 1_767_600_000_000
        $0.clocks = [clock("resolve"), clock("accept")]
        $0.suspendedUntil = 1_768_600_000_000
        $0.proposal.digest = Data(repeating: 7, count: 32)
        $0.proposal.major = true
        $0.proposal.measures = [
            .with {
                $0.name = "fine"
                $0.value = "50000"
            }
        ]
        $0.supervision.order = "限期"
    }

    private static func clock(_ name: String) -> WireClockView {
        .with {
            $0.clock = name
            $0.state = .running
            $0.light = .yellow
            $0.warnsAt = 1_767_650_000_000
            $0.dueAt = 1_767_700_000_000
        }
    }

    private static let stats = WireStatsView.with {
        $0.at = 1_767_600_000_000
        $0.callsFiled = 9
        $0.departments = [
            .with {
                $0.id = "urban"
                $0.queued = 1
                $0.oldestQueuedSeconds = 1.5
                $0.dispatch.count = 2
                $0.dispatch.p50 = 0.001
                $0.dispatch.max = 14
                $0.pausedUntil = .max
            }
        ]
        $0.campaigns = [campaign]
    }

    private static let campaign = WireCampaignView.with {
        $0.id = "spring"
        $0.target = 100
        $0.found = 3
        $0.closed = 2
        $0.rectified = 2
        $0.closedOnTime = 1
        $0.from = 1_767_500_000_000
        $0.until = 1_769_500_000_000
        $0.state = .open
    }

    private static let campaignDetail = WireCampaignDetailView.with {
        $0.campaign = campaign
        $0.departments = [
            .with {
                $0.id = "urban"
                $0.target = 10
                $0.found = 3
            }
        ]
        $0.legalBasis = "条例"
        $0.callsPerWeekBefore = 1.5
        $0.callsPerWeekDuring = 2.5
        $0.weeks = 3
        $0.summary = "总结"
    }

    private static let workers = WireWorkersReply.with {
        $0.workers = [
            .with {
                $0.session = WireSamples.id(9)
                $0.name = "urban-1"
                $0.department = "urban"
                $0.silentSeconds = 1.5
                $0.order = .quiet
            }
        ]
    }

    private static let similar = WireSimilarReply.with {
        $0.calls = [
            .with {
                $0.id = WireSamples.id(2)
                $0.metres = 12.5
            }
        ]
    }
}

import Foundation
import GridCodec
import GridModel
import SwiftProtobuf

/// Sound messages about the calls of `FuzzedStreet`, from which fuzzing begins.
enum WireSamples {
    /// The ids of the calls that are open.
    static let calls = WireSubmit.with {
        $0.items = [
            call(1, "litter"),
            call(2, "raze") {
                $0.coordinates.latitude = 32.06
                $0.coordinates.longitude = 118.77
            },
            call(3, "checked") {
                $0.urgency = .emergency
                $0.observedAt = 1_767_600_000_000
                $0.texts.address = "中山路 1 号"
                $0.texts.reporter = "网格员"
                $0.texts.contact = "12345"
            },
        ]
    }

    /// A session's first word.
    static func hello(_ role: WirePeerRole) -> WireHello {
        .with {
            $0.session = UniqueID(high: 9, low: UInt64(role.rawValue)).data
            $0.role = role
            $0.lowestVersion = 1
            $0.highestVersion = 1
            $0.software = "fuzz/1"
            $0.name = "peer"
            if role == .worker {
                $0.department = "urban"
                $0.credit = 8
            }
        }
    }

    static let welcome = WireWelcome.with {
        $0.version = 1
        $0.limits.window = 4_096
        $0.limits.frameBytes = 1 << 20
        $0.heartbeatMs = 2_000
        $0.deadMs = 10_000
        $0.resendMs = 5_000
        $0.tag = tag
        $0.street = "test"
        $0.zone = "Asia/Shanghai"
        $0.claims = [
            .with {
                $0.claim = claim(1)
                $0.kept = true
            }, .with { $0.claim = claim(2) },
        ]
    }

    static let outcomes = WireOutcome.with {
        $0.items = [
            .with {
                $0.claim = claim(1)
                $0.result = .completed
            },
            .with {
                $0.claim = claim(2)
                $0.result = .returned
                $0.reason = "不归我们"
                $0.measures = [
                    .with {
                        $0.name = "fine"
                        $0.value = "50000"
                    }
                ]
            },
        ]
    }

    static let progress = WireProgress.with {
        $0.items = (1...4).map { step in
            .with {
                $0.claim = claim(1)
                $0.step = .init(rawValue: step) ?? .accept
            }
        }
    }

    static let assignments = WireAssign.with {
        $0.tag = tag
        $0.items = (1...3 as ClosedRange<UInt64>).map { number in
            .with {
                $0.claim = claim(number)
                $0.call = id(number)
                $0.caseNumber = "T-2026-000001-5"
                $0.department = "urban"
                $0.role = .lead
                $0.category = "litter"
                $0.grid = "g1"
                $0.coordinates.latitude = 32.06
                $0.texts.description_p = "占道经营"
            }
        }
    }

    static let commands = WireCommand.with { $0.items = CommandSamples.all }

    static let queries = WireQuery.with {
        $0.items = QuerySamples.all.enumerated().map { number, query in
            .with {
                $0.correlation = UInt64(number + 1)
                $0.query = query
            }
        }
    }

    static func id(_ number: UInt64) -> Data { UniqueID(high: 1, low: number).data }

    /// The claim under which the worker has the first part of a call.
    static func claim(_ serial: UInt64, attempt: UInt32 = 1) -> WireClaim {
        WireClaim(
            Claim(
                epoch: 1, assignment: AssignmentNumber(serial: serial, ordinal: 0),
                attempt: attempt))
    }

    static let tag = WireTag.with {
        $0.epoch = 1
        $0.seq = 3
        $0.mac = Data([9])
    }

    static let refusal = WireRefusal.with {
        $0.code = 201
        $0.field = "claim"
        $0.reason = "the claim was lost"
    }

    private static func call(
        _ number: UInt64, _ category: String, _ change: (inout WireSubmitItem) -> Void = { _ in }
    ) -> WireSubmitItem {
        .with {
            $0.id = id(number)
            $0.category = category
            $0.grid = "g1"
            $0.texts.description_p = "占道经营"
            change(&$0)
        }
    }
}

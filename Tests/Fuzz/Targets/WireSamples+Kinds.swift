import Foundation
import GridCodec
import GridModel
import SwiftProtobuf

extension WireSamples {
    /// Every sample.
    static var all: [WireMessage] { MessageKind.spoken.flatMap(of) }

    /// The samples of one kind.
    static func of(_ kind: MessageKind) -> [WireMessage] {
        switch kind {
        case .hello:
            [WirePeerRole.terminal, .worker, .operator, .officer, .reviewer, .auditor].map {
                .hello(hello($0))
            } + [.hello(claiming)]
        case .welcome: [.welcome(welcome), .welcome(WireWelcome())]
        case .heartbeat: [.heartbeat(heartbeat)]
        case .goodbye: [.goodbye(.with { $0.reason = "drained" })]
        case .submit: [.submit(calls), .submit(newCalls)]
        case .receipt: [.receipt(receipt)]
        case .assign: [.assign(assignments)]
        case .withdraw: [.withdraw(withdraw)]
        case .progress: [.progress(progress)]
        case .outcome: [.outcome(outcomes)]
        case .outcomeReceipt: [.outcomeReceipt(outcomeReceipt)]
        case .command: commands.items.map { item in .command(.with { $0.items = [item] }) }
        case .commandReply: [.commandReply(commandReply)]
        case .query: queries.items.map { item in .query(.with { $0.items = [item] }) }
        case .queryReply:
            ReplySamples.all.map { reply in
                .queryReply(
                    .with {
                        $0.items = [
                            .with {
                                $0.correlation = 1
                                $0.asOf = 3
                                $0.reply = reply
                            }
                        ]
                    })
            }
        case .error:
            ([7, 8, 9] as [UInt32]).map { code in
                .error(
                    .with {
                        $0.code = code
                        $0.reason = "say Hello first"
                        $0.kind = 5
                    })
            }
        case .watch, .event, .put, .get, .chunk: []
        }
    }

    /// A worker's life, an officer's decisions, and what a broker says back.
    static var conversations: [[UInt8]] {
        let day: [(UInt8, WireMessage)] = [
            (0x01, .heartbeat(heartbeat)), (0x01, .progress(progress)), (0x81, .outcome(outcomes)),
            (0x00, .submit(newCalls)),
        ]
        let decisions: [(UInt8, WireMessage)] = commands.items.map { item in
            (0x80, .command(.with { $0.items = [item] }))
        }
        let broker: [(UInt8, WireMessage)] = [
            (0, .receipt(receipt)), (0, .outcomeReceipt(outcomeReceipt)), (0, .withdraw(withdraw)),
            (0, .commandReply(commandReply)), (0, .goodbye(.init())), (0, .welcome(welcome)),
        ]
        return [day, broker].map(Conversation.bytes)
            + stride(from: 0, to: decisions.count, by: 4).map { start in
                Conversation.bytes(of: Array(decisions[start...].prefix(4)))
            }
    }

    private static var claiming: WireHello {
        var hello = hello(.worker)
        hello.claims = [claim(1), claim(2, attempt: 7)]
        hello.grids = ["g1"]
        hello.categories = ["litter"]
        hello.highestSeen = tag
        return hello
    }

    private static let heartbeat = WireHeartbeat.with {
        $0.claims = [claim(1), claim(2)]
        $0.credit = 4
        $0.tag = tag
        $0.serverTime = 1_767_600_000_000
        $0.order = .drain
    }

    private static let newCalls = WireSubmit.with {
        $0.items = [
            .with {
                $0.id = id(4)
                $0.category = "raze"
                $0.condition = "default"
                $0.grid = "g2"
                $0.campaign = "spring"
                $0.recordedEarlier = true
                $0.sameAs = id(2)
            }
        ]
    }

    private static let receipt = WireReceipt.with {
        $0.tag = tag
        $0.items = [
            .with {
                $0.id = id(1)
                $0.filed.caseNumber = "T-2026-000001-5"
                $0.filed.filedAt = 1_767_600_000_000
            },
            .with {
                $0.id = id(2)
                $0.refused = refusal
            },
        ]
    }

    private static let withdraw = WireWithdraw.with {
        $0.tag = tag
        $0.items = [
            .with {
                $0.claim = claim(1)
                $0.reason = "merged"
            }
        ]
    }

    private static let outcomeReceipt = WireOutcomeReceipt.with {
        $0.tag = tag
        $0.items = [
            .with {
                $0.claim = claim(1)
                $0.repeated = true
            },
            .with {
                $0.claim = claim(2)
                $0.step = .giveBack
                $0.refused = refusal
            },
        ]
    }

    private static let commandReply = WireCommandReply.with {
        $0.tag = tag
        $0.items = [
            .with {
                $0.id = CommandSamples.id(1)
                $0.revision = 3
            },
            .with {
                $0.id = CommandSamples.id(2)
                $0.refused = refusal
            },
        ]
    }
}

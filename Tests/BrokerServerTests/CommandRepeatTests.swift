import Access
import BrokerEngine
import GridCodec
import GridModel
import SwiftProtobuf
import Testing
import ZeroMQ

@testable import BrokerServer

/// A command that is sent again because its answer was lost.
@Suite("BrokerCore: commands sent again")
struct CommandRepeatTests {
    private let person = RoutingID([1])!

    private func withdraw(_ id: UInt64, seen revision: UInt32) -> WireCommandItem {
        .with {
            $0.id = UniqueID(high: 3, low: id).data
            $0.call = UniqueID(high: 1, low: 1).data
            $0.expectedRevision = revision
            $0.reason = "because"
            $0.withdraw = WireWithdrawPart()
        }
    }

    private func reply(
        _ item: WireCommandItem, _ bench: CoreBench
    ) throws -> WireCommandReplyItem {
        let answers = bench.answers(to: .command(.with { $0.items = [item] }), from: person)
        return try #require(answers.commandReplies.first)
    }

    @Test("a repeat succeeds although the command itself has advanced the call's revision")
    func advanced() throws {
        let bench = try CoreBench(person)
        _ = bench.answers(to: .submit(bench.call(1)), from: person)
        let revision = bench.core.engine.record.calls[0].revision
        let first = try reply(withdraw(1, seen: revision), bench)
        #expect(!first.hasRefused && !first.repeated && first.revision > revision)
        let again = try reply(withdraw(1, seen: revision), bench)
        #expect(!again.hasRefused && again.repeated && again.revision == first.revision)
        // Another command that saw the same is too late.
        #expect(try reply(withdraw(2, seen: revision), bench).refused.code == 204)
    }

    @Test("the revision that was seen is no part of what a command says")
    func otherRevision() throws {
        let bench = try CoreBench(person)
        _ = bench.answers(to: .submit(bench.call(1)), from: person)
        let revision = bench.core.engine.record.calls[0].revision
        #expect(try reply(withdraw(1, seen: revision + 5), bench).refused.code == 204)
        // What was refused was not done: the same id may be used with the revision looked up anew.
        let done = try reply(withdraw(1, seen: revision), bench)
        #expect(!done.hasRefused && !done.repeated)
        for seen in [0, done.revision, 99] {
            let again = try reply(withdraw(1, seen: seen), bench)
            #expect(again.repeated && again.revision == done.revision)
        }
        var other = withdraw(1, seen: revision)
        other.reason = "something else"
        #expect(try reply(other, bench).refused.code == 200)
    }
}

/// Refusals that say what would be possible and who may do it.
@Suite("BrokerCore: advice of refusals")
struct RefusalAdviceTests {
    private let person = RoutingID([1])!

    @Test("every command that a state allows is one of the role table, and somebody may give it")
    func words() {
        let words =
            AssignmentState.allCases.flatMap { Transitions.commands(in: $0) }
            + CallState.allCases.flatMap { Transitions.commands(in: $0) }
        #expect(words.count > 40)
        for word in Set(words) {
            let told = Refusal(.notAllowedInState, reason: "no", possible: [word]).namingWhoMay
            #expect(told.reason.hasPrefix("no; possible: \(word) ("), "\(told.reason)")
            #expect(!told.reason.hasSuffix("()"))
        }
    }

    @Test("a command that the state does not allow is told what would be, and who may do that")
    func state() throws {
        let bench = try CoreBench(person)
        _ = bench.answers(to: .submit(bench.call(1)), from: person)
        let item = WireCommandItem.with {
            $0.id = UniqueID(high: 3, low: 1).data
            $0.call = UniqueID(high: 1, low: 1).data
            $0.arrive = WireArrivePart()
        }
        let answers = bench.answers(to: .command(.with { $0.items = [item] }), from: person)
        let refused = try #require(answers.commandReplies.first?.refused)
        #expect(refused.code == 203)
        #expect(
            refused.reason == "arrive is not possible while the part is queued; possible: "
                + "requestExtension (officer), decideExtension (operator), suspend (officer, "
                + "operator), resume (officer, operator), withdraw (operator), redispatch "
                + "(operator)")
    }

    @Test("a refusal for want of a right names the roles that have it")
    func roles() throws {
        let bench = try CoreBench(person)
        let session = try #require(bench.core.sessions.values.first)
        #expect(bench.core.forbidden(.accept, session).reason == "accept is for: officer")
        #expect(
            bench.core.forbidden(.supervise, session).reason
                == "supervise is for: reviewer, operator")
        #expect(
            bench.core.forbidden(.check, session).reason == "check is for: terminal, operator")
    }
}

extension [WireMessage] {
    fileprivate var commandReplies: [WireCommandReplyItem] {
        flatMap { message -> [WireCommandReplyItem] in
            if case .commandReply(let reply) = message { reply.items } else { [] }
        }
    }
}

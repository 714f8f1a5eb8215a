import Foundation
import GridCodec
import SwiftProtobuf
import TestSupport

extension RoleProbe {
    /// A command on what is the role's own, and on what is not where that makes a difference.
    func command(_ action: String, _ peer: WirePeer) async throws -> Seen {
        guard Self.beyondReach[action] != nil else {
            return Seen(
                own: try await command(action, on: ("stages", 0), peer), others: nil)
        }
        guard action != "check" else {
            return Seen(
                own: try await command(action, on: ownCall, 0, peer),
                others: try await command(action, on: otherCall, 0, peer))
        }
        // The third part of `three` is safety's; `stages` begins with urban alone.
        return Seen(
            own: try await command(action, on: ("three", 2), peer),
            others: try await command(action, on: ("stages", 0), peer))
    }

    /// Each command on a call of its own, of which no part was handed out to anybody who answers.
    private func command(
        _ action: String, on target: (category: String, ordinal: UInt32), _ peer: WirePeer
    ) async throws -> String {
        let call = try await Self.file(.call(target.category, grid: "g-2"), by: office)
        return try await command(action, on: call, target.ordinal, peer)
    }

    private func command(
        _ action: String, on call: Data, _ ordinal: UInt32, _ peer: WirePeer
    ) async throws -> String {
        var item = WireCommandItem.with {
            $0.id = WirePeer.freshID()
            $0.call = call
            $0.ordinal = ordinal
            $0.reason = "a test"
        }
        guard let command = Self.commands[action] else {
            throw TestFailure("nobody exercises \(action): add it here")
        }
        item.command = command
        if case .merge = command { item.merge.into = ownCall }
        if Self.ofStreet.contains(action) {
            item.call = Data()
            item.ordinal = 0
        }
        peer.send(.command(.with { $0.items = [item] }))
        let answer = try await peer.next("a CommandReply") { message -> WireCommandReplyItem? in
            guard case .commandReply(let reply) = message else { return nil }
            return reply.items.first { $0.id == item.id }
        }
        // Whoever is refused for the state of things was let through by the role.
        let isOfState =
            answer.refused.code == 203 || (action == "directWorker" && answer.refused.code == 202)
            || (action == "extendCampaign" && answer.refused.code == 109)
        return !answer.hasRefused || isOfState ? "done" : "\(answer.refused.code)"
    }

    private static let ofStreet = [
        "pauseQueue", "resumeQueue", "directWorker", "confirmClock", "openCampaign",
        "extendCampaign", "closeCampaign", "recordActivity",
    ]

    private static let commands: [String: WireCommandItem.OneOf_Command] = {
        let digest = Data(repeating: 1, count: 32)
        let measures = [WireMeasure.with { $0.name = "fine" }]
        let nextHour = Int64((Date().timeIntervalSince1970 + 3_600) * 1_000)
        return [
            "redispatch": .redispatch(.with { $0.department = "judicial" }),
            "requeue": .requeue(WireRequeue()), "withdraw": .withdraw(WireWithdrawPart()),
            "void": .voidCall(WireVoidCall()), "accept": .accept(WireAcceptPart()),
            "arrive": .arrive(WireArrivePart()),
            "propose": .propose(.with { $0.measures = measures }),
            "complete": .complete(WireCompletePart()), "return": .returnPart(WireReturnPart()),
            "fail": .fail(WireFailPart()),
            "requestExtension": .requestExtension(WireRequestExtension()),
            "suspend": .suspend(.with { $0.until = nextHour }),
            "resume": .resume(WireResumePart()), "reply": .reply(WireReplySupervision()),
            "report": .report(WireFileReport()),
            "check": .check(.with { $0.passed = true }),
            "verify": .verify(.with { $0.passed = true }),
            "review": .review(
                .with {
                    $0.verdict = .approved
                    $0.digest = digest
                }),
            "bypass": .bypass(.with { $0.digest = digest }),
            "supervise": .supervise(WireSupervise()),
            "decideExtension": .decideExtension(.with { $0.approved = true }),
            "merge": .merge(WireMergeCall()), "unmerge": .unmerge(WireUnmergeCall()),
            "pauseQueue": .pauseQueue(.with { $0.department = "judicial" }),
            "resumeQueue": .resumeQueue(.with { $0.department = "judicial" }),
            "directWorker": .directWorker(
                .with {
                    $0.order = .quiet
                    $0.department = "judicial"
                    $0.name = "nobody"
                }),
            "confirmClock": .confirmClock(WireConfirmClock()),
            "openCampaign": .openCampaign(.with { $0.campaign = "always" }),
            "extendCampaign": .extendCampaign(
                .with {
                    $0.campaign = "always"
                    $0.until = nextHour
                }),
            "closeCampaign": .closeCampaign(.with { $0.campaign = "always" }),
            "requestErasure": .requestErasure(WireRequestErasure()),
            "confirmErasure": .confirmErasure(WireConfirmErasure()),
            "recordActivity": .recordActivity(
                .with {
                    $0.kind = .outreach
                    $0.heldAt = nextHour - 86_400_000
                    $0.sessions = 1
                }),
        ]
    }()
}

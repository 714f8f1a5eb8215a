import Foundation
import GridCodec
import SwiftProtobuf
import TestSupport

extension RoleProbe {
    /// A question without parameters.
    func plain(_ action: String) -> WireQueryItem.OneOf_Query {
        switch action {
        case "campaigns": .campaigns(WireCampaignsQuery())
        case "catalogue": .catalogue(WireCatalogueQuery())
        case "campaign": .campaign(.with { $0.campaign = "always" })
        case "activities": .activities(WireActivitiesQuery())
        case "export": .export(WireExportQuery())
        default: .audit(WireAuditQuery())
        }
    }

    /// Asks and reads the answer; a refusal is its code.
    func ask(
        _ query: WireQueryItem.OneOf_Query, _ peer: WirePeer,
        _ read: (WireQueryReplyItem) -> String
    ) async throws -> String {
        let answer = try await peer.ask(query)
        if case .refused(let refusal) = answer.reply { return "\(refusal.code)" }
        return read(answer)
    }

    /// A question about people's work, within the departments of an officer and beyond them.
    func askPeople(_ action: String, _ peer: WirePeer) async throws -> Seen {
        func query(_ department: String) -> WireQueryItem.OneOf_Query {
            switch action {
            case "tasks": .tasks(.with { $0.department = department })
            case "reviews": .reviews(.with { $0.department = department })
            case "workers": .workers(.with { $0.department = department })
            case "duplicates": .duplicates(WireDuplicatesQuery())
            default: .similar(.with { $0.category = "one" })
            }
        }
        let own = try await ask(query("safety"), peer) { _ in "done" }
        guard Self.beyondReach[action] != nil else { return Seen(own: own, others: nil) }
        return Seen(own: own, others: try await ask(query("urban"), peer) { _ in "done" })
    }

    func track(_ call: Data, _ peer: WirePeer) async throws -> String {
        try await ask(.track(.with { $0.id = call }), peer) {
            $0.call.id == call ? "done" : "another call"
        }
    }

    /// One answer shows both: what is the role's own, and whether the rest is hidden.
    func list(_ peer: WirePeer) async throws -> Seen {
        try await both(.list(.with { $0.limit = 1_000 }), peer) { answer, seen in
            let ids = answer.list.calls.map(\.id)
            seen = Seen(
                own: ids.contains(self.ownCall) ? "done" : "hidden",
                others: ids.contains(self.otherCall) ? "done" : "hidden")
        }
    }

    func stats(_ peer: WirePeer) async throws -> Seen {
        try await both(.stats(WireStatsQuery()), peer) { answer, seen in
            let ids = answer.stats.departments.map(\.id)
            seen = Seen(
                own: ids.contains("safety") ? "done" : "hidden",
                others: ids.contains("urban") ? "done" : "hidden")
        }
    }

    private func both(
        _ query: WireQueryItem.OneOf_Query, _ peer: WirePeer,
        _ read: (WireQueryReplyItem, inout Seen) -> Void
    ) async throws -> Seen {
        var seen = Seen(own: "", others: nil)
        let word = try await ask(query, peer) {
            read($0, &seen)
            return "read"
        }
        return word == "read" ? seen : Seen(own: word, others: word)
    }
}

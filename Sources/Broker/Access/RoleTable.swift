/// Who may do what: the one table that the broker obeys, prints and is tested by.
package enum RoleTable {
    /// How far a role may go with an action.
    package static func reach(_ role: AccessRole, _ action: AccessAction) -> AccessReach {
        guard let row = rows[action], let column = AccessRole.allCases.firstIndex(of: role) else {
            return .none
        }
        return row[column]
    }

    /// The cells, by action; columns in the order of `AccessRole.allCases`.
    private static let rows: [AccessAction: [AccessReach]] = [
        // terminal, worker, officer, reviewer, operator, auditor
        .submit: [.own, .none, .all, .none, .all, .none],
        .progress: [.none, .own, .none, .none, .none, .none],
        .outcome: [.none, .own, .none, .none, .none, .none],
        .redispatch: [.none, .none, .none, .none, .all, .none],
        .requeue: [.none, .none, .none, .none, .all, .none],
        .withdraw: [.none, .none, .none, .none, .all, .none],
        .void: [.none, .none, .none, .none, .all, .none],
        .accept: [.none, .none, .own, .none, .none, .none],
        .arrive: [.none, .none, .own, .none, .none, .none],
        .propose: [.none, .none, .own, .none, .none, .none],
        .complete: [.none, .none, .own, .none, .none, .none],
        .return: [.none, .none, .own, .none, .none, .none],
        .fail: [.none, .none, .own, .none, .none, .none],
        .requestExtension: [.none, .none, .own, .none, .none, .none],
        .suspend: [.none, .none, .own, .none, .all, .none],
        .resume: [.none, .none, .own, .none, .all, .none],
        .reply: [.none, .none, .own, .none, .none, .none],
        .report: [.none, .none, .own, .none, .none, .none],
        .check: [.own, .none, .none, .none, .all, .none],
        .verify: [.none, .none, .none, .none, .all, .none],
        .review: [.none, .none, .none, .all, .none, .none],
        .bypass: [.none, .none, .none, .none, .all, .none],
        .supervise: [.none, .none, .none, .all, .all, .none],
        .decideExtension: [.none, .none, .none, .none, .all, .none],
        .merge: [.none, .none, .none, .none, .all, .none],
        .unmerge: [.none, .none, .none, .none, .all, .none],
        .pauseQueue: [.none, .none, .none, .none, .all, .none],
        .resumeQueue: [.none, .none, .none, .none, .all, .none],
        .directWorker: [.none, .none, .none, .none, .all, .none],
        .confirmClock: [.none, .none, .none, .none, .all, .none],
        .openCampaign: [.none, .none, .none, .none, .all, .none],
        .extendCampaign: [.none, .none, .none, .none, .all, .none],
        .closeCampaign: [.none, .none, .none, .none, .all, .none],
        .recordActivity: [.none, .none, .none, .none, .all, .none],
        .requestErasure: [.none, .none, .none, .none, .all, .none],
        .confirmErasure: [.none, .none, .none, .none, .all, .none],
        .track: [.own, .own, .own, .all, .all, .all],
        .list: [.own, .own, .own, .all, .all, .all],
        .stats: [.none, .own, .own, .all, .all, .all],
        .campaigns: [.all, .all, .all, .all, .all, .all],
        .catalogue: [.all, .all, .all, .all, .all, .all],
        .audit: [.none, .none, .none, .none, .all, .all],
        .tasks: [.none, .none, .own, .all, .all, .all],
        .reviews: [.none, .none, .own, .all, .all, .all],
        .workers: [.none, .none, .own, .none, .all, .all],
        .similar: [.all, .none, .all, .all, .all, .all],
        .campaign: [.all, .all, .all, .all, .all, .all],
        .activities: [.none, .none, .all, .all, .all, .all],
        .export: [.none, .none, .none, .none, .all, .all],
        .duplicates: [.none, .none, .none, .all, .all, .all],
    ]

    /// The number of cells.
    package static var cellCount: Int { AccessAction.allCases.count * AccessRole.allCases.count }

    /// The table as Markdown, as docs/threat-model.md shows it.
    package static var markdown: String {
        let roles = AccessRole.allCases
        var lines = [
            "| message | action | " + roles.map(\.rawValue).joined(separator: " | ") + " |",
            "|---|---|" + roles.map { _ in "---|" }.joined(),
        ]
        for action in AccessAction.allCases {
            let cells = roles.map { reach($0, action).rawValue }.joined(separator: " | ")
            lines.append("| \(action.kind) | \(action.rawValue) | \(cells) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

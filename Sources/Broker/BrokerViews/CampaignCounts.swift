import BrokerEngine
import GridModel

/// How many calls of a campaign have come how far: of a grid, of a department or of all of it.
struct CampaignCounts: Equatable, AdditiveArithmetic {
    var found: Int64 = 0
    var rectified: Int64 = 0
    var closed: Int64 = 0
    var closedOnTime: Int64 = 0
    /// Decided by the time that asks; nothing stored counts it.
    var overdue: Int64 = 0

    static let zero = CampaignCounts()

    static func + (left: CampaignCounts, right: CampaignCounts) -> CampaignCounts {
        CampaignCounts(
            found: left.found + right.found, rectified: left.rectified + right.rectified,
            closed: left.closed + right.closed,
            closedOnTime: left.closedOnTime + right.closedOnTime,
            overdue: left.overdue + right.overdue)
    }

    static func - (left: CampaignCounts, right: CampaignCounts) -> CampaignCounts {
        CampaignCounts(
            found: left.found - right.found, rectified: left.rectified - right.rectified,
            closed: left.closed - right.closed,
            closedOnTime: left.closedOnTime - right.closedOnTime,
            overdue: left.overdue - right.overdue)
    }
}

/// Whose share of a campaign's calls.
struct CampaignShare: Hashable {
    /// Raw values are stored.
    enum Holder: UInt8 {
        /// A call lies in one grid, so that these add up to the whole campaign.
        case grid = 0
        /// A call counts for every department that has a part of it.
        case department = 1
    }

    var campaign: UInt16
    var holder: Holder
    /// The grid's or the department's.
    var number: UInt16
}

extension CallRecord {
    /// What one call adds to a share.
    struct Counted: Equatable {
        let share: CampaignShare
        var counts: CampaignCounts
    }

    /// What the call adds to its campaign's shares as it stands now; nothing without a campaign.
    ///
    /// Its grid has rectified it when it is checked or closed, a department when all its parts
    /// are completed. A part that was withdrawn is no department's.
    func shares() -> [Counted] {
        let campaign = filing.campaign
        guard campaign != CallFiled.noCampaign else { return [] }
        let isClosed = state == .closed
        var all = [
            Counted(
                share: CampaignShare(campaign: campaign, holder: .grid, number: filing.grid),
                counts: CampaignCounts(
                    found: 1, rectified: isClosed || state == .checking ? 1 : 0,
                    closed: isClosed ? 1 : 0, closedOnTime: isClosed && !missedResolve ? 1 : 0))
        ]
        for part in parts where part.state != .withdrawn {
            let isDone: Int64 = part.state == .completed ? 1 : 0
            let share = CampaignShare(
                campaign: campaign, holder: .department, number: part.department)
            if let place = all.firstIndex(where: { $0.share == share }) {
                all[place].counts.rectified = min(all[place].counts.rectified, isDone)
            } else {
                all.append(
                    Counted(
                        share: share,
                        counts: CampaignCounts(
                            found: 1, rectified: isDone, closed: isClosed ? 1 : 0)))
            }
        }
        return all
    }
}

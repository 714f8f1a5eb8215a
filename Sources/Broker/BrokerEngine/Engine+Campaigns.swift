import GridModel

/// What an operator does with a campaign.
enum CampaignInput: String, CaseIterable {
    case open
    case extend
    case close

    /// The table of states and commands; what is not in it is refused.
    static func allowed(in state: CampaignState) -> [CampaignInput] {
        switch state {
        case .planned: [.open, .extend]
        case .open: [.extend, .close]
        case .ended: [.open, .extend, .close]
        case .closed: [.open]
        }
    }
}

extension Engine {
    /// A campaign's end lies at most so far ahead: ten years, leap days included.
    static let longestCampaign: Int64 = 3_653 * 86_400_000
    /// At most so many sessions or people in one record; more is a slip of the pen.
    static let largestActivity: UInt32 = 10_000_000

    /// A campaign begins now. It keeps an end that lies ahead; else it has none until it is
    /// extended or closed.
    mutating func openCampaign(_ order: Order, _ id: String) throws(Refusal) {
        let number = try campaign(id, for: .open)
        let end = record.campaignWindows[Int(number)].until
        emit(
            .campaignOpened(
                campaign: number, until: end > now ? end : .distantFuture, actor: order.actor,
                reason: order.reason))
    }

    /// A campaign's end moves later; one without an end gets one.
    mutating func extendCampaign(
        _ order: Order, _ id: String, until: Timestamp
    ) throws(Refusal) {
        let number = try campaign(id, for: .extend)
        let end = record.campaignWindows[Int(number)].until
        let objection: String? =
            if until <= now {
                "a campaign ends in the future"
            } else if until.milliseconds(since: now) > Self.longestCampaign {
                "a campaign ends within ten years"
            } else if end != .distantFuture, until <= end {
                "the campaign ends at \(end.milliseconds) (milliseconds since 1970); "
                    + "extending moves its end later"
            } else {
                nil
            }
        if let objection { throw Refusal(.valueOutOfRange, field: "until", reason: objection) }
        emit(
            .campaignExtended(
                campaign: number, until: until, actor: order.actor, reason: order.reason))
    }

    /// A campaign is over for good, with a summary; no call is tied to it any more.
    mutating func closeCampaign(_ order: Order, _ id: String) throws(Refusal) {
        let number = try campaign(id, for: .close)
        emit(.campaignClosed(campaign: number, actor: order.actor, summary: order.reason))
    }

    /// Outreach or training was held.
    mutating func recordActivity(_ order: Order, _ activity: Activity) throws(Refusal) {
        guard activity.heldAt.milliseconds(since: now) <= Self.suspectAhead else {
            throw Refusal(
                .valueOutOfRange, field: "held_at",
                reason: "what is recorded has been held: its time lies in the past")
        }
        guard activity.sessions > 0, activity.sessions <= Self.largestActivity else {
            throw Refusal(
                .valueOutOfRange, field: "sessions",
                reason: "1 to \(Self.largestActivity) sessions")
        }
        guard activity.people <= Self.largestActivity else {
            throw Refusal(
                .valueOutOfRange, field: "people",
                reason: "at most \(Self.largestActivity) people")
        }
        emit(.activityRecorded(activity, actor: order.actor, theme: order.reason))
    }

    /// The number of a campaign of the catalogue in force that `input` is possible for.
    private func campaign(_ id: String, for input: CampaignInput) throws(Refusal) -> UInt16 {
        guard record.catalogue?.catalogue.campaigns.contains(where: { $0.id == id }) == true,
            let number = record.symbols.campaigns.number(of: id)
        else {
            throw Refusal(
                .unknownCampaign, field: "campaign",
                reason: "the catalogue in force declares no such campaign")
        }
        let state = record.campaignWindows[Int(number)].state(at: now)
        let allowed = CampaignInput.allowed(in: state)
        guard allowed.contains(input) else {
            throw Refusal(
                .notAllowedInState, field: "campaign",
                reason: "\(input) is not possible while the campaign is \(state); possible: "
                    + allowed.map(\.rawValue).joined(separator: ", "))
        }
        return number
    }
}

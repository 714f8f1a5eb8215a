package import GridCodec
import GridModel

extension PersonCommand {
    /// Begins a campaign now, by id or name.
    package static func openCampaign(_ campaign: String) -> PersonCommand {
        var command = PersonCommand(
            .openCampaign(WireOpenCampaign()), on: .street,
            done: Phrase(chinese: "专项行动已开始", english: "campaign opened"))
        command.lookups = [.campaign(campaign)]
        return command
    }

    /// Moves a campaign's end; a day given as the end belongs to it.
    package static func extendCampaign(_ campaign: String, until: TimeBound) -> PersonCommand {
        var command = PersonCommand(
            .extendCampaign(WireExtendCampaign()), on: .street,
            done: Phrase(chinese: "专项行动已延长", english: "campaign extended"))
        command.lookups = [.campaign(campaign), .end(until)]
        return command
    }

    /// Closes a campaign; the reason is its closing summary.
    package static func closeCampaign(_ campaign: String) -> PersonCommand {
        var command = PersonCommand(
            .closeCampaign(WireCloseCampaign()), on: .street,
            done: Phrase(chinese: "专项行动已总结关闭", english: "campaign closed"))
        command.lookups = [.campaign(campaign)]
        return command
    }

    /// Records outreach or training of a day or moment; the reason is its theme.
    package static func recordActivity(
        _ kind: WireActivityKind, at date: TimeBound, sessions: UInt32, people: UInt32
    ) -> PersonCommand {
        var activity = WireRecordActivity()
        activity.kind = kind
        activity.sessions = sessions
        activity.people = people
        var command = PersonCommand(
            .recordActivity(activity), on: .street,
            done: Phrase(chinese: "已登记", english: "recorded"))
        command.lookups = [.start(date)]
        return command
    }
}

extension WireCommandItem {
    /// Names the campaign the command is about; nothing happens if it is about none.
    mutating func set(campaign: String) {
        switch command {
        case .openCampaign: openCampaign.campaign = campaign
        case .extendCampaign: extendCampaign.campaign = campaign
        case .closeCampaign: closeCampaign.campaign = campaign
        default: break
        }
    }
}

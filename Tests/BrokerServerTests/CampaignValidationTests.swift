import BrokerEngine
import GridCodec
import GridModel
import Testing

@testable import BrokerServer

@Suite("What a message says of campaigns and activities")
struct CampaignValidationTests {
    private let validation = ItemValidation(limits: ProtocolLimits())

    private func refusal(
        _ command: WireCommandItem.OneOf_Command
    ) -> Refusal? {
        do throws(Refusal) {
            _ = try validation.action(command, proposal: nil)
            return nil
        } catch { return error }
    }

    private func activity(_ kind: Int, at time: Int64) -> WireCommandItem.OneOf_Command {
        var activity = WireRecordActivity()
        activity.kind = WireActivityKind(rawValue: kind) ?? .unspecified
        activity.heldAt = time
        activity.sessions = 1
        return .recordActivity(activity)
    }

    @Test("a missing campaign, an end that is no time and an unknown kind have their codes")
    func refused() {
        var extended = WireExtendCampaign()
        extended.campaign = "winter"
        let latest: Int64 = 253_402_300_799_999
        let cases: [(WireCommandItem.OneOf_Command, RefusalCode, String)] = [
            (.openCampaign(WireOpenCampaign()), .missingField, "campaign"),
            (.closeCampaign(WireCloseCampaign()), .missingField, "campaign"),
            (.extendCampaign(WireExtendCampaign()), .missingField, "campaign"),
            (.extendCampaign(extended), .valueOutOfRange, "until"),
            (activity(0, at: 1), .valueOutOfRange, "kind"),
            (activity(3, at: 1), .valueOutOfRange, "kind"),
            (activity(258, at: 1), .valueOutOfRange, "kind"),
            (activity(1, at: 0), .valueOutOfRange, "held_at"),
            (activity(1, at: latest + 1), .valueOutOfRange, "held_at"),
        ]
        for (command, code, field) in cases {
            let refusal = refusal(command)
            #expect(refusal?.code == code && refusal?.field == field, "\(command)")
        }
        #expect(refusal(activity(2, at: latest)) == nil)
    }
}

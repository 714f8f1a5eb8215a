import BrokerEngine
import GridCodec
import GridModel

extension ItemValidation {
    /// A campaign's id as a command names it; throws if it is missing or no text.
    func campaign(_ id: String) throws(Refusal) -> String {
        guard !id.isEmpty else {
            throw Refusal(.missingField, field: "campaign", reason: "a campaign is needed")
        }
        try text(id, "campaign", limits.textBytes)
        return id
    }

    /// What was held; throws for a kind or time that cannot be.
    func activity(_ command: WireRecordActivity) throws(Refusal) -> Activity {
        guard let kind = ActivityKind(rawValue: UInt8(clamping: command.kind.rawValue)) else {
            throw Refusal(
                .valueOutOfRange, field: "kind", reason: "outreach (1) or training (2)")
        }
        return Activity(
            kind: kind, heldAt: try time(command.heldAt, "held_at"), sessions: command.sessions,
            people: command.people)
    }
}

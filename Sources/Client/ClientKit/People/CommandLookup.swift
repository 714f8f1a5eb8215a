import GridCodec
import GridModel

/// Something a command needs that only the broker knows.
package enum CommandLookup: Hashable, Sendable {
    /// The department that people call so.
    case department(String)
    /// The campaign that people call so.
    case campaign(String)
    /// The end of a range, in the street's zone: a day belongs to it.
    case end(TimeBound)
    /// The beginning of a day, in the street's zone.
    case start(TimeBound)

    /// Looks it up and puts it into the command.
    func fill(
        _ prepared: inout PreparedCommand, in session: ClientSession
    ) throws(ClientFailure) {
        switch self {
        case .department(let name):
            prepared.item.set(department: try session.id(.department, named: name))
        case .campaign(let name):
            prepared.item.set(campaign: try session.id(.campaign, named: name))
        case .end(let bound):
            let until = bound.end(in: try Self.zone(for: bound, session)).milliseconds
            prepared.item.extendCampaign.until = until
        case .start(let bound):
            let heldAt = bound.start(in: try Self.zone(for: bound, session)).milliseconds
            prepared.item.recordActivity.heldAt = heldAt
        }
    }

    /// The street's zone, which is known after an answer; a moment needs none.
    private static func zone(
        for bound: TimeBound, _ session: ClientSession
    ) throws(ClientFailure) -> LocalZone {
        if case .day = bound { _ = try session.client.query(.catalogue(.init())) }
        return session.client.zone
    }
}

extension WireCommandItem {
    /// Names the department the command is about; nothing happens if it is about none.
    fileprivate mutating func set(department: String) {
        switch command {
        case .redispatch: redispatch.department = department
        case .pauseQueue: pauseQueue.department = department
        case .resumeQueue: resumeQueue.department = department
        case .directWorker: directWorker.department = department
        default: break
        }
    }
}

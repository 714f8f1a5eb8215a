import Foundation
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
    /// Until when, by the street's clock and zone.
    case until(GivenTime)
    /// The call that a duplicate is joined to.
    case mainCall(CallReference)
    /// The proposal that was read.
    case proposal(ProposalPrefix)
    /// The parts that are reworked, from 1; none: the broker chooses.
    case reworked([Int])

    /// Looks it up and puts it into the command; `isRepeat`: it was sent before.
    func fill(
        _ prepared: inout PreparedCommand, isRepeat: Bool, in session: ClientSession
    ) throws(ClientFailure) {
        switch self {
        case .department(let name):
            prepared.item.set(department: try session.id(.department, named: name))
        case .campaign(let name):
            prepared.item.set(campaign: try session.id(.campaign, named: name))
        case .end(let bound):
            let until = bound.end(in: try session.zoneOfStreet()).milliseconds
            prepared.item.extendCampaign.until = until
        case .start(let bound):
            let heldAt = bound.start(in: try session.zoneOfStreet()).milliseconds
            prepared.item.recordActivity.heldAt = heldAt
        case .until(let given):
            try fill(&prepared, until: given, isRepeat: isRepeat, in: session)
        case .mainCall(let reference):
            let main = try session.track(reference)
            prepared.item.merge.into = main.id
            let number = main.caseNumber.escapedForTerminal
            prepared.done = Phrase(chinese: "已并入 \(number)", english: "merged into \(number)")
        case .proposal(let prefix):
            guard let part = prepared.part else { return }
            prepared.item.set(digest: try prefix.digest(of: part, in: session))
        case .reworked(let numbers):
            prepared.item.check.failed = try ordinals(numbers, of: prepared.call)
        }
    }

    private func fill(
        _ prepared: inout PreparedCommand, until given: GivenTime, isRepeat: Bool,
        in session: ClientSession
    ) throws(ClientFailure) {
        let zone = try session.zoneOfStreet()
        let now = session.client.brokerTime.map(Timestamp.init(milliseconds:)) ?? .now
        let time = given.moment(in: zone, now: now)
        let text = RFC3339.text(time, in: zone)
        // What was carried out in time stays so; the broker knows whether it was.
        guard isRepeat || time > now else {
            throw .badInput(
                reason: Phrase(
                    chinese: "--until 指 \(text)，已经过去",
                    english: "--until means \(text), which is past"))
        }
        prepared.item.set(until: time.milliseconds)
        prepared.done =
            prepared.done
            + Phrase(chinese: "，至 ", english: " until ") + RFC3339.shortText(time, in: zone)
        // Counted anew from the time of the repeat it would be another command.
        if given.dependsOnNow { prepared.fixedOptions.append("--until \(text)") }
    }

    private func ordinals(
        _ numbers: [Int], of call: WireCallView?
    ) throws(ClientFailure) -> [UInt32] {
        guard let call else { return [] }
        for number in numbers where !call.parts.contains(where: { $0.number == number }) {
            throw PartChoice.noPart(number, of: call)
        }
        return numbers.map { UInt32($0 - 1) }
    }
}

extension ClientSession {
    /// The street's zone. Errors: nobody is there, or this machine does not know the zone, so that
    /// a date would be the wrong moment.
    func zoneOfStreet() throws(ClientFailure) -> LocalZone {
        let name = try client.connect().zone
        guard let zone = LocalZone(name: name) else {
            let shown = name.escapedForTerminal
            throw .badInput(
                reason: Phrase(
                    chinese: "本机不认识街道的时区“\(shown)”；请安装时区数据（tzdata）",
                    english: "this machine does not know the street's zone \"\(shown)\"; "
                        + "install the time zones (tzdata)"))
        }
        return zone
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

    /// Says until when; nothing happens if the command has no end.
    fileprivate mutating func set(until milliseconds: Int64) {
        switch command {
        case .suspend: suspend.until = milliseconds
        case .pauseQueue: pauseQueue.until = milliseconds
        case .extendCampaign: extendCampaign.until = milliseconds
        default: break
        }
    }

    /// Names the proposal that was read; nothing happens if the command is about none.
    fileprivate mutating func set(digest: Data) {
        switch command {
        case .review: review.digest = digest
        case .bypass: bypass.digest = digest
        default: break
        }
    }
}

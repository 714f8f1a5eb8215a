import BrokerEngine
import GridCodec
import GridModel

import struct Foundation.Data

extension ClockBook.Part {
    /// The clocks as they stand at `now`; `report` tells the id of a report's place.
    func views(
        at now: Timestamp, report: (UInt8) -> String = { _ in "" }
    ) -> [WireClockView] {
        clocks.map { clock in
            var view = WireClockView()
            view.clock = "\(clock.kind)"
            if clock.kind == .reportDue { view.report = report(clock.report) }
            view.warnsAt = Int64(bitPattern: clock.warnsAt)
            view.dueAt = Int64(bitPattern: clock.dueAt)
            view.provisional = clock.isProvisional && clock.stoppedAt == nil
            let pausedAt = clock.kind == .reply ? nil : suspendedAt
            view.state = clock.stoppedAt != nil ? .stopped : pausedAt != nil ? .paused : .running
            view.stoppedAt = clock.stoppedAt?.milliseconds ?? 0
            let looked = (clock.stoppedAt ?? pausedAt ?? now).milliseconds
            view.light = looked >= view.dueAt ? .red : looked >= view.warnsAt ? .yellow : .green
            return view
        }
    }

    /// The last proposal; `name` tells who an actor is.
    func proposalView(_ name: (ActorID) throws -> String) rethrows -> WireProposalView? {
        guard let proposal else { return nil }
        var view = WireProposalView()
        view.digest = Data(proposal.text.prefix(Self.digestBytes))
        view.measures = Self.measures(in: proposal.text.dropFirst(Self.digestBytes))
        view.major = proposal.first == 1
        view.proposedBy = try proposal.actor.map(name) ?? ""
        view.proposedAt = proposal.at.milliseconds
        if let review {
            view.verdict = WireReviewVerdict(rawValue: Int(review.first)) ?? .unspecified
            view.reviewedBy = try review.actor.map(name) ?? ""
            view.reason = String(decoding: review.text, as: UTF8.self)
        }
        return view
    }

    /// The last supervision; `department` tells the id of a number.
    func supervisionView(
        _ name: (ActorID) throws -> String, department: (UInt16) -> String
    ) rethrows -> WireSupervisionView? {
        guard let supervision else { return nil }
        var view = WireSupervisionView()
        view.order = String(decoding: supervision.text, as: UTF8.self)
        if supervision.first > 0 {
            view.supervisor = department(UInt16(truncatingIfNeeded: supervision.first - 1))
        } else {
            view.openedBy = try supervision.actor.map(name) ?? ""
        }
        view.openedAt = supervision.at.milliseconds
        if let reply {
            view.reply = String(decoding: reply.text, as: UTF8.self)
            view.repliedBy = try reply.actor.map(name) ?? ""
            view.repliedAt = reply.at.milliseconds
        }
        return view
    }

    private static let digestBytes = 32

    /// One measure a line, up to the first empty one; behind it lies what was said besides.
    private static func measures(in text: ArraySlice<UInt8>) -> [WireMeasure] {
        String(decoding: text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { !$0.isEmpty }
            .map { line in
                var measure = WireMeasure()
                guard let colon = line.firstIndex(of: ":") else {
                    measure.name = String(line)
                    return measure
                }
                measure.name = String(line[..<colon])
                measure.value = String(line[line.index(after: colon)...].drop { $0 == " " })
                return measure
            }
    }
}

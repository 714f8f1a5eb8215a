package import GridModel

/// Where a campaign stands at some moment.
package enum CampaignState: UInt8, CaseIterable, Sendable {
    /// Its window has not begun.
    case planned = 1
    case open = 2
    /// Its window is over.
    case ended = 3
    /// An operator closed it, with a summary.
    case closed = 4
}

/// When calls are tied to a campaign: the catalogue's window, until an operator decides otherwise.
///
/// A decision holds over the catalogue until a catalogue gives the campaign another window than it
/// had: whoever moves the window in the file has thought of the campaign anew, and whoever adopts
/// a file for another reason does not take a decision back. Facts alone change it, so engine and
/// views fold the same.
package struct CampaignWindow: Hashable, Sendable, Codable {
    /// The first moment that calls are tied at.
    package private(set) var from: Timestamp
    /// The first moment after the window; `distantFuture` for one that has no end yet.
    package private(set) var until: Timestamp
    /// When an operator closed it; `nil` for a campaign that is not closed.
    package private(set) var closedAt: Timestamp?
    private var declaredFrom: Timestamp
    private var declaredUntil: Timestamp

    /// The window of a campaign as a catalogue first declares it.
    package init(from: Timestamp, until: Timestamp) {
        self.from = from
        self.until = until
        declaredFrom = from
        declaredUntil = until
    }

    /// A catalogue that declares the campaign was adopted.
    package mutating func declare(from: Timestamp, until: Timestamp) {
        guard from != declaredFrom || until != declaredUntil else { return }
        self = CampaignWindow(from: from, until: until)
    }

    /// An operator opened it.
    package mutating func open(at time: Timestamp, until: Timestamp) {
        from = time
        self.until = until
        closedAt = nil
    }

    /// An operator moved its end.
    package mutating func extend(until: Timestamp) { self.until = until }

    /// An operator closed it.
    package mutating func close(at time: Timestamp) { closedAt = time }

    /// Where the campaign stands at `time`.
    package func state(at time: Timestamp) -> CampaignState {
        if closedAt != nil { return .closed }
        if time < from { return .planned }
        return time < until ? .open : .ended
    }

    /// Whether a call observed at `time` is tied to it.
    package func ties(_ time: Timestamp) -> Bool {
        closedAt == nil && from <= time && time < until
    }

    /// The first moment after what has run of it at `now`; not before `from`.
    package func ranUntil(_ now: Timestamp) -> Timestamp {
        max(from, min(until, closedAt ?? now, now))
    }
}

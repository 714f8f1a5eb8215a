import BrokerEngine
import GridModel

/// One thing that decides when calls are tied to a campaign, as the views keep it.
struct CampaignStep {
    /// What happened; the numbers are those of the table.
    enum Kind: Int64 {
        /// A catalogue was adopted: the next version declares the windows of its campaigns.
        case declared = 0
        case opened = 1
        case extended = 2
        case closed = 3
    }

    var kind: Kind
    /// `nil` for a catalogue, which concerns them all.
    var campaign: UInt16?
    var at: Timestamp
    var until = Timestamp.distantFuture
    var actor: ActorID = 0
    /// Reason or summary, UTF-8.
    var text: [UInt8] = []
}

/// Outreach or training, as the views keep it.
struct ActivityRecord {
    var activity: Activity
    var actor: ActorID
    var recordedAt: Timestamp
    /// UTF-8.
    var theme: [UInt8]
}

/// A campaign's window with who closed it, folded from its steps in their order.
struct CampaignHistory {
    private(set) var window = CampaignWindow(from: .distantFuture, until: .distantFuture)
    /// The step that closed it, if it is closed.
    private(set) var closing: CampaignStep?
    private var isDeclared = false

    /// A catalogue says when the campaign is; `nil` if it leaves it out.
    mutating func declare(_ names: CatalogueNames.CampaignNames?) {
        guard let names else { return }
        if isDeclared {
            window.declare(from: names.from, until: names.until)
        } else {
            window = CampaignWindow(from: names.from, until: names.until)
            isDeclared = true
        }
        if window.closedAt == nil { closing = nil }
    }

    /// An operator decided.
    mutating func apply(_ step: CampaignStep) {
        closing = nil
        switch step.kind {
        case .declared: break
        case .opened: window.open(at: step.at, until: step.until)
        case .extended: window.extend(until: step.until)
        case .closed:
            window.close(at: step.at)
            closing = step
        }
    }
}

import Access
import BrokerEngine
import GridModel
import ZeroMQ

/// What one key may still ask for and has coming, over all its sessions; without a key, one
/// session.
final class PeerAccount {
    /// The key's holder, kept so that its identity stays unique as long as the account is there.
    let identity: PeerIdentity
    /// The work it may still ask for.
    var allowance: WorkAllowance
    /// What waits to be sent to it.
    let unsent: UnsentBytes
    /// How much of its queries the views have not answered; an examination of the journal counts
    /// as many.
    var waitingQueries = 0

    init(_ identity: PeerIdentity, allowance: WorkAllowance, unsent: UnsentBytes) {
        self.identity = identity
        self.allowance = allowance
        self.unsent = unsent
    }
}

/// A query that the views have not answered, by what makes it unique.
struct WaitingQuery: Hashable {
    let session: SessionID
    let correlation: UInt64
}

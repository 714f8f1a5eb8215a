package import GridModel

/// What the shell shall tell a peer, once everything the decision could have seen is durable.
package enum Effect: Sendable {
    /// `kept` answers the claims of the Hello, in its order.
    case welcome(SessionHandle, kept: [(claim: Claim, isKept: Bool)])
    case helloRefused(SessionID, Refusal)
    case confirmFiled(SessionHandle, FiledReceipt)
    case refuseSubmit(SessionHandle, CallID, Refusal)
    /// Hand the assignment in this slot to the session; the slot is as it is now.
    case assign(SessionHandle, Slot)
    case callBack(SessionHandle, Claim)
    case confirmOutcome(SessionHandle, Claim, isRepeated: Bool)
    case refuseOutcome(SessionHandle, Claim, Refusal)
    case confirmProgress(SessionHandle, Claim, ProgressStep, isRepeated: Bool)
    case refuseProgress(SessionHandle, Claim, ProgressStep, Refusal)
    case confirmCommand(SessionHandle, CommandID, revision: UInt32, isRepeated: Bool)
    case refuseCommand(SessionHandle, CommandID, Refusal)
    /// Tell a worker what an operator wants of it.
    case directWorker(SessionHandle, WorkerOrder)
    /// The peer shall go: there is nothing for it here any more.
    case dismiss(SessionHandle, reason: String)
    /// The session is over: nothing more is sent to it.
    case sessionEnded(SessionHandle, SessionID)
}

/// What the terminal gets for a filed call, the first time and every time.
package struct FiledReceipt: Hashable, Sendable {
    package var id: CallID
    package var serial: UInt64
    package var year: UInt16
    package var filedAt: Timestamp
    /// `CallFiled.noCampaign` for none.
    package var campaign: UInt16
    package var isRepeated: Bool
    package var isClockSuspect: Bool
}

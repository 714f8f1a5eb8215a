package import GridCodec
package import GridModel

/// What a session tells its owner. Lists hold only what is new: repeated answers and repeated
/// assignments are dropped before.
package enum SessionEvent: Sendable {
    /// The broker welcomed the session; also after each reconnect.
    case connected(WireWelcome)
    /// The connection was given up; the session tries again after so many milliseconds.
    case disconnected(Disconnect, retryInMilliseconds: Int64)
    /// Answers to submitted calls.
    case receipts([ReceiptItem])
    /// New work; each claim is held from now on.
    case assigned([AssignItem])
    /// Work in hand was called back; these claims are no longer held.
    case withdrawn([WireWithdrawItem])
    /// Answers to outcomes and to steps of progress.
    case outcomeReceipts([OutcomeReceiptItem])
    /// Answers to commands.
    case commandReplies([WireCommandReplyItem])
    /// Answers to queries.
    case queryReplies([WireQueryReplyItem])
    /// These claims belong to somebody else now; what is done under them does not count.
    case claimsLost([Claim])
    /// What an operator wants of this worker from now on.
    case ordered(WireWorkerOrder)
    /// The highest proof of the journal's progress rose: to be kept across processes.
    case tagAdvanced(WireTag)
    /// The broker asks for patience (`tooManyOpenCalls`, `windowExceeded`, `stopping`, `diskFull`,
    /// `rateExceeded`, `tooMuchUnread`, `starting`, or one of a later version in the 400s): so many
    /// items stay with the session and are sent again by themselves.
    case postponed(items: Int, code: UInt32)
    /// The broker found a frame of ours wrong, or refuses the session (`brokerBehind`,
    /// `unsupportedVersion`, …); a refused session tries again until it is ended.
    case brokerError(WireError)
    /// The broker sent a frame this side cannot read.
    case unreadable(Refusal)
}

/// Why a connection was given up.
package enum Disconnect: Hashable, Sendable {
    /// The transport reported a broken or an impossible connection.
    case connectionLost
    /// Nothing was heard for the time after which a side counts as dead.
    case silence
    /// The broker ended the session, with its reason.
    case goodbye(String)
    /// The broker refused the Hello, with its code.
    case refused(code: UInt32)
}

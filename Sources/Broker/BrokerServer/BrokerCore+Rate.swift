import Access
import BrokerEngine
import GridCodec
import GridModel
import ZeroMQ

import struct Foundation.Data

/// No key, and no session without a key, gets more of the loop than its share, or more memory.
extension BrokerCore {
    /// So much work ends a turn: what was decided leaves before more is taken in.
    private static let turnUnits = 100_000
    /// An examination of the journal counts as so many queries that wait: others find room too.
    private static let auditQueries = 16
    /// A piece of an export counts as so many: it is read from the disk and is as large as a
    /// hundred answers.
    private static let exportQueries = 4

    /// Whether the turn has done enough work.
    package var isTurnFull: Bool { turnWork >= Self.turnUnits }

    /// Looks at a frame if its sender may still ask for work, and lets the sender pay for it.
    func withinRate(
        _ frame: UnsafeRawBufferPointer, from route: RoutingID, _ body: () -> Void
    ) {
        let account = account(of: route)
        if let account, !account.allowance.isOpen(at: moment.monotonicMilliseconds) {
            drop(frame, from: route, account)
            return
        }
        work = WorkPrice.frame + frame.count / WorkPrice.frameBytesPerUnit
        body()
        turnWork += work
        account?.allowance.pay(work)
    }

    /// The peer is told now and then; it sends again what was not answered.
    private func drop(
        _ frame: UnsafeRawBufferPointer, from route: RoutingID, _ account: PeerAccount
    ) {
        turnWork += WorkPrice.frame
        counters.framesOverRate += 1
        guard account.allowance.mayTell(at: moment.monotonicMilliseconds) else {
            counters.framesRefused += 1
            return
        }
        answerDirectly(
            Refusal(
                .rateExceeded,
                reason: "this key asks for more than \(settings.limits.workPerSecond) units of "
                    + "work a second; what is dropped may be sent again"),
            kind: MessageKind(rawValue: Frame.claimedKind(of: frame)), to: route)
    }

    /// The account of whoever sent the message at hand; a peer without key or session has none.
    private func account(of route: RoutingID) -> PeerAccount? {
        guard let sender else { return nil }
        if sender.key != nil { return account(of: sender) }
        return sessions[route].flatMap { accounts[Int($0.rawValue)] }
    }

    private func account(of identity: PeerIdentity) -> PeerAccount {
        let key = ObjectIdentifier(identity)
        if let account = keyAccounts[key] { return account }
        let limits = settings.limits
        let account = newAccount(identity, unsent: UnsentBytes(limit: limits.unsentBytesPerKey))
        keyAccounts[key] = account
        return account
    }

    private func newAccount(_ identity: PeerIdentity, unsent: UnsentBytes) -> PeerAccount {
        let allowance = WorkAllowance(
            unitsPerSecond: settings.limits.workPerSecond, now: moment.monotonicMilliseconds)
        return PeerAccount(identity, allowance: allowance, unsent: unsent)
    }

    /// A session is reached through `route` from now on.
    func openAccount(of index: Int, _ route: RoutingID) {
        while accounts.count <= index {
            accounts.append(nil)
            connections.append(localUnsent)
        }
        guard let sender else { return }
        let isSameConnection = accounts[index] != nil && routes[index] == route
        let account =
            sender.key == nil
            ? accounts[index] ?? newAccount(sender, unsent: localUnsent) : account(of: sender)
        accounts[index] = account
        guard !isSameConnection else { return }
        connections[index] = UnsentBytes(
            limit: settings.limits.unsentBytes, within: account.unsent)
    }

    /// Keys that are no longer in force have no accounts.
    func closeAccounts() {
        keyAccounts = keyAccounts.filter { entry in
            let identity = entry.value.identity
            return access.identity(of: identity.key?.key, at: moment.wall) === identity
        }
    }

    /// A frame that waits for no batch.
    func sendDirectly(_ frame: Data, to route: RoutingID) {
        let unsent =
            sessions[route].map { connections[Int($0.rawValue)] }
            ?? account(of: route)?.unsent ?? localUnsent
        direct.append((route, unsent, frame))
    }

    /// Whether a frame may be sent to a connection; what has no room there is dropped, as whatever
    /// is lost on the way (docs/protocol.md).
    func hasRoom(_ frame: UnsafeRawBufferPointer, _ unsent: UnsentBytes) -> Bool {
        if unsent.hasRoom(for: frame.count) { return true }
        counters.framesUnsent += 1
        return false
    }

    /// Throws if a session should read its answers before it asks for more.
    func checkReading(_ session: SessionHandle) throws(Refusal) {
        guard connections[Int(session.rawValue)].isCrowded else { return }
        throw Refusal(.tooMuchUnread, reason: "read what was answered before asking for more")
    }

    /// Notes that a query goes to the views; false if it is there already.
    func enqueue(_ query: WaitingQuery, _ action: AccessAction, _ session: SessionHandle)
        throws(Refusal) -> Bool
    {
        guard waitingQueries[query] == nil else { return false }
        guard let account = accounts[Int(session.rawValue)] else { return false }
        let weight =
            switch action {
            case .audit: Self.auditQueries
            case .export: Self.exportQueries
            default: 1
            }
        guard account.waitingQueries + weight <= settings.limits.waitingQueries else {
            throw Refusal(
                .windowExceeded,
                reason: "at most \(settings.limits.waitingQueries) queries of a key may wait, an "
                    + "audit counts as \(Self.auditQueries), a piece of an export as "
                    + "\(Self.exportQueries)")
        }
        account.waitingQueries += weight
        waitingQueries[query] = (account, weight)
        return true
    }

    /// The views have answered a query with a frame of so many bytes.
    func answered(_ query: WaitingQuery, bytes: Int) {
        guard let (account, weight) = waitingQueries.removeValue(forKey: query) else { return }
        account.waitingQueries -= weight
        account.allowance.pay(bytes / WorkPrice.replyBytesPerUnit)
    }
}

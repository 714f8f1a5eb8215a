package import Access
import BrokerEngine
import GridCodec
import GridModel
import ZeroMQ

extension BrokerCore {
    /// Puts other keys in force: sessions of keys that are gone or changed end at once, their work
    /// goes back to the queues, and nothing more from or to them is processed.
    package func replaceKeys(_ keys: AuthorizedKeys) {
        access.replace(keys)
        endUnauthorized()
        closeAccounts()
    }

    /// Ends the sessions whose key opens nothing any more: it was revoked, changed, or expired.
    func endUnauthorized() {
        for (route, session) in sessions {
            let identity = identities[Int(session.rawValue)]
            guard let key = identity?.key,
                access.identity(of: key.key, at: moment.wall) !== identity
            else { continue }
            refuse(.connect, .forbidden, of: session)
            engine.handle(.goodbye(session))
            collect()
            sessions[route] = nil
        }
    }

    /// What a peer may be: the role of its key, or what it says if it may be that.
    func role(_ wanted: WirePeerRole, _ identity: PeerIdentity) throws(Refusal) -> PeerRole {
        if wanted == .unspecified { return PeerRole(identity.role) }
        guard let role = PeerRole(rawValue: UInt8(clamping: wanted.rawValue)) else {
            throw Refusal(
                .valueOutOfRange, field: "role",
                reason: "a role is 1 to \(PeerRole.allCases.count), or 0 for the key's")
        }
        guard identity.mayBe(AccessRole(role)) else {
            throw Refusal(
                .forbidden, field: "role",
                reason: "this key is a \(identity.role.rawValue)'s, not a \(role)'s")
        }
        return role
    }

    /// Throws unless a peer may introduce itself so; limits a worker to the grids of its key.
    func authorize(
        _ introduction: inout PeerIntroduction, _ identity: PeerIdentity
    ) throws(Refusal) {
        if let known = engine.session(introduction.session),
            identities[Int(known.rawValue)]?.key?.key != identity.key?.key
        {
            throw Refusal(.forbidden, field: "session", reason: "this session is another key's")
        }
        guard let key = identity.key else { return }
        introduction.name = key.name
        introduction.isNameProven = true
        if engine.session(introduction.session) == nil,
            sessions.values.count(where: { identities[Int($0.rawValue)] === identity })
                >= settings.limits.sessionsPerKey
        {
            throw Refusal(
                .tooManySessionsOfKey,
                reason: "at most \(settings.limits.sessionsPerKey) sessions under one key")
        }
        guard introduction.role == .worker else { return }
        guard identity.mayServe(department: introduction.department) else {
            throw Refusal(
                .forbidden, field: "department",
                reason: "this key serves \(key.departments.joined(separator: ", "))")
        }
        guard introduction.grids.allSatisfy({ identity.mayServe(grid: $0) }) else {
            throw Refusal(
                .forbidden, field: "grids",
                reason: "this key serves \(key.grids.joined(separator: ", "))")
        }
        if introduction.grids.isEmpty { introduction.grids = key.grids }
    }

    /// How far the peer of a session may go with an action.
    func reach(_ session: SessionHandle, _ action: AccessAction) -> AccessReach {
        guard let identity = identities[Int(session.rawValue)] else { return .none }
        // On this machine a peer without a key may also be a worker; it is one then.
        guard engine.role(of: session) != .worker else {
            return RoleTable.reach(.worker, action)
        }
        let reach = RoleTable.reach(identity.role, action)
        // An operator of this machine without a key may say Hello as anybody, so it need not.
        guard reach == .none, identity.key == nil, identity.role == .operator,
            action != .progress, action != .outcome
        else { return reach }
        return .all
    }

    /// Why a whole frame of a kind is refused to a session; `nil` if items are looked at.
    func refusal(of kind: MessageKind, _ session: SessionHandle) -> Refusal? {
        let action: AccessAction
        switch kind {
        case .submit: action = .submit
        case .progress: action = .progress
        case .outcome: action = .outcome
        default: return nil
        }
        return reach(session, action) == .none ? forbidden(action, session) : nil
    }

    /// Throws unless a call may be filed by this session now.
    func checkSubmit(_ item: SubmitItemView, _ session: SessionHandle) throws(Refusal) {
        guard !isDiskLow else {
            throw Refusal(
                .diskFull, reason: "the broker's disk is nearly full; keep the call, try later")
        }
        guard forming.pending(session) + inFlight.pending(session) < settings.limits.window else {
            throw Refusal(
                .windowExceeded,
                reason: "at most \(settings.limits.window) items may wait for their answers")
        }
        guard let identity = identities[Int(session.rawValue)], let key = identity.key,
            !key.grids.isEmpty
        else { return }
        guard key.grids.contains(where: { $0.utf8.elementsEqual(item.grid) }) else {
            refuse(.submit, .forbidden, of: session)
            throw Refusal(
                .forbidden, field: "grid",
                reason: "this key files for \(key.grids.joined(separator: ", "))")
        }
    }

    /// How far the session's right to a command goes; throws if it has none.
    func authority(
        over wire: WireCommandItem, _ session: SessionHandle
    ) throws(Refusal) -> PersonCommand.Authority {
        guard let action = wire.command.map(AccessAction.init) else { return .street }
        switch reach(session, action) {
        case .none: throw forbidden(action, session)
        case .all: return .street
        case .own:
            guard let key = identities[Int(session.rawValue)]?.key else { return .street }
            return key.role == .terminal ? .ownCalls : .departments(key.departments)
        }
    }

    /// The refusal of an action; it is noted in the access log.
    func forbidden(_ action: AccessAction, _ session: SessionHandle) -> Refusal {
        let able = RoleTable.able(action)
        let refusal = Refusal(
            .forbidden,
            reason: "\(action.rawValue) is for: "
                + able.map(\.rawValue).joined(separator: ", "))
        refuse(AccessRefusal.Action(action), refusal.code, of: session)
        return refusal
    }
}

extension PeerRole {
    init(_ role: AccessRole) {
        self =
            switch role {
            case .terminal: .terminal
            case .worker: .worker
            case .officer: .officer
            case .reviewer: .reviewer
            case .operator: .operator
            case .auditor: .auditor
            }
    }
}

extension AccessRole {
    init(_ role: PeerRole) {
        self =
            switch role {
            case .terminal: .terminal
            case .worker: .worker
            case .officer: .officer
            case .reviewer: .reviewer
            case .operator: .operator
            case .auditor: .auditor
            }
    }
}

extension AccessRefusal.Action {
    init(_ action: AccessAction) {
        self =
            switch action {
            case .submit: .submit
            case .progress: .progress
            case .outcome: .outcome
            case .redispatch: .redispatch
            case .requeue: .requeue
            case .withdraw: .withdraw
            case .void: .void
            case .accept: .accept
            case .arrive: .arrive
            case .propose: .propose
            case .complete: .complete
            case .return: .return
            case .fail: .fail
            case .requestExtension: .requestExtension
            case .suspend: .suspend
            case .resume: .resume
            case .reply: .reply
            case .report: .report
            case .check: .check
            case .verify: .verify
            case .review: .review
            case .bypass: .bypass
            case .supervise: .supervise
            case .decideExtension: .decideExtension
            case .merge: .merge
            case .unmerge: .unmerge
            case .pauseQueue: .pauseQueue
            case .resumeQueue: .resumeQueue
            case .directWorker: .directWorker
            case .confirmClock: .confirmClock
            case .track: .track
            case .list: .list
            case .stats: .stats
            case .campaigns: .campaigns
            case .catalogue: .catalogue
            case .audit: .audit
            case .tasks: .tasks
            case .reviews: .reviews
            case .workers: .workers
            case .similar: .similar
            case .openCampaign: .openCampaign
            case .extendCampaign: .extendCampaign
            case .closeCampaign: .closeCampaign
            case .recordActivity: .recordActivity
            case .campaign: .campaign
            case .activities: .activities
            case .export: .export
            case .duplicates: .duplicates
            case .requestErasure: .requestErasure
            case .confirmErasure: .confirmErasure
            }
    }
}

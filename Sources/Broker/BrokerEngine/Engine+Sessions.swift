import GridModel

extension Engine {
    /// At most this many names of workers over the journal's life; later ones appear as `local`.
    private static let maximumActors = 65_536

    /// Opens or resumes a session and answers which of the listed claims it keeps.
    mutating func welcome(_ introduction: PeerIntroduction) {
        if let refusal = refusal(of: introduction) {
            effects.append(.helloRefused(introduction.session, refusal))
            return
        }
        let handle = presence.handle(of: introduction.session) ?? open(introduction)
        presence[handle].lastHeard = moment.monotonicMilliseconds
        if introduction.role == .worker { setCredit(introduction.credit, of: handle) }
        var kept: [(claim: Claim, isKept: Bool)] = []
        for claim in introduction.claims {
            kept.append((claim, takeOver(claim, by: handle)))
        }
        effects.append(.welcome(handle, kept: kept))
        if introduction.role == .worker { sendAgainUnlisted(introduction.claims, to: handle) }
    }

    /// A peer is there; a worker's leases are renewed.
    mutating func heartbeat(_ session: SessionHandle, claims: [Claim], credit: Int) {
        guard presence.contains(session) else { return }
        presence[session].lastHeard = moment.monotonicMilliseconds
        guard presence[session].role == .worker else { return }
        setCredit(credit, of: session)
        renew(claims, of: session)
    }

    /// Notes that a peer was heard, by whatever message.
    package mutating func heard(_ session: SessionHandle) {
        guard presence.contains(session) else { return }
        presence[session].lastHeard = moment.monotonicMilliseconds
    }

    /// Nothing reaches a peer: a worker is handed nothing more until it says what it can take. What
    /// it holds stays its own until the leases end, for it may be at work.
    package mutating func unreachable(_ session: SessionHandle) {
        guard presence.contains(session), presence[session].role == .worker else { return }
        setCredit(0, of: session)
    }

    /// A peer leaves: what it still holds goes back to the queues at once.
    mutating func goodbye(_ session: SessionHandle) {
        guard presence.contains(session) else { return }
        while case let slot = presence[session].firstHeld, slot != .none {
            release(slot, cause: .gaveBack, reason: nil)
        }
        end(session)
    }

    /// Ends sessions that were silent for too long; their claims live on until their leases end.
    mutating func endSilentSessions() {
        for session in presence.open
        where moment.monotonicMilliseconds - presence[session].lastHeard > deadMilliseconds {
            orphan(session)
            end(session)
        }
    }

    private func refusal(of introduction: PeerIntroduction) -> Refusal? {
        if presence.handle(of: introduction.session) == nil, presence.count >= limits.sessions {
            return Refusal(
                .tooManySessions, reason: "at most \(limits.sessions) sessions may be open")
        }
        if let handle = presence.handle(of: introduction.session),
            !isSamePeer(introduction, presence[handle])
        {
            return Refusal(
                .valueOutOfRange, field: "session",
                reason: "this session is open with another role, department or choice of work")
        }
        guard introduction.role == .worker else { return nil }
        guard record.catalogue?.declares(department: introduction.department) ?? false else {
            return Refusal(
                .unknownDepartment, field: "department",
                reason: "the catalogue in force declares no such department")
        }
        if let grid = introduction.grids.first(where: {
            record.symbols.grids.number(of: $0) == nil
        }) {
            return Refusal(
                .unknownGrid, field: "grids",
                reason: "the catalogue in force declares no grid \(grid.prefix(64))")
        }
        if let category = introduction.categories.first(where: {
            record.symbols.categories.number(of: $0) == nil
        }) {
            return Refusal(
                .unknownCategory, field: "categories",
                reason: "the catalogue in force declares no category \(category.prefix(64))")
        }
        return profileRefusal(introduction) ?? creditRefusal(introduction.credit)
    }

    private func isSamePeer(_ peer: PeerIntroduction, _ session: Presence.Session) -> Bool {
        guard peer.role == session.role else { return false }
        guard peer.role == .worker else { return true }
        let department = Int(session.department)
        return record.symbols.departments.number(of: peer.department) == session.department
            && presence.crews[department].profiles[session.profile] == profile(peer)
    }

    private func profileRefusal(_ introduction: PeerIntroduction) -> Refusal? {
        guard
            let department = record.symbols.departments.number(of: introduction.department),
            presence.crews[Int(department)].profiles.count >= Presence.maximumProfiles,
            !presence.crews[Int(department)].profiles.contains(profile(introduction)),
            unusedProfile(Int(department)) == nil
        else { return nil }
        return Refusal(
            .valueOutOfRange, field: "grids",
            reason: "a department's workers name at most \(Presence.maximumProfiles) different "
                + "choices of grids and categories")
    }

    private func creditRefusal(_ credit: Int) -> Refusal? {
        guard !(0...limits.credit).contains(credit) else { return nil }
        return Refusal(
            .creditOutOfRange, field: "credit", reason: "credit is 0 to \(limits.credit)")
    }

    private mutating func open(_ introduction: PeerIntroduction) -> SessionHandle {
        var session = Presence.Session(
            id: introduction.session, role: introduction.role, actor: 0,
            lastHeard: moment.monotonicMilliseconds)
        guard introduction.role == .worker,
            let department = record.symbols.departments.number(of: introduction.department)
        else {
            if introduction.isNameProven { session.actor = actor(named: introduction.name) }
            return presence.insert(session)
        }
        session.actor = actor(named: "\(introduction.department)/\(introduction.name)")
        session.department = department
        if session.actor != 0, record.quietWorkers.contains(session.actor) {
            session.order = .quiet
        }
        session.profile = profileIndex(profile(introduction), department: Int(department))
        let handle = presence.insert(session)
        presence.crews[Int(department)].workers.append(handle)
        presence.crews[Int(department)].isStirred = true
        return handle
    }

    /// Who tried something, as facts name them.
    mutating func actor(of trier: AccessRefusal.Trier) -> ActorID {
        switch trier {
        case .session(let session): actor(of: session)
        case .holder(let name): actor(named: name)
        case .stranger: 0
        }
    }

    private mutating func actor(named name: String) -> ActorID {
        if let actor = record.actor(named: name) { return actor }
        guard record.actors.count < Self.maximumActors else { return 0 }
        let actor = ActorID(record.actors.count)
        emit(.actorNamed(actor: actor, name: name))
        return actor
    }

    private func profile(_ introduction: PeerIntroduction) -> Presence.Profile {
        Presence.Profile(
            grids: introduction.grids.compactMap(record.symbols.grids.number(of:)).sorted(),
            categories: introduction.categories
                .compactMap(record.symbols.categories.number(of:)).sorted())
    }

    /// The index of what a worker serves; a new choice re-sorts what waits in its department.
    private mutating func profileIndex(_ profile: Presence.Profile, department: Int) -> Int {
        if let index = presence.crews[department].profiles.firstIndex(of: profile) { return index }
        let index: Int
        if let unused = unusedProfile(department) {
            index = unused
            presence.crews[department].profiles[unused] = profile
        } else {
            index = presence.crews[department].profiles.count
            presence.crews[department].profiles.append(profile)
        }
        for entry in schedule.queues[department].takeAll()
        where record.assignments[entry.slot].state == .queued
            && record.assignments[entry.slot].number.ticket == entry.ticket
        {
            let call = record.calls[record.assignments[entry.slot].call]
            schedule.queues[department].insert(
                entry, profiles: presence.crews[department].profiles(serving: call))
        }
        return index
    }

    /// A choice of grids and categories whose workers have all left; never the first.
    private func unusedProfile(_ department: Int) -> Int? {
        let used = Set(presence.crews[department].workers.map { presence[$0].profile })
        return presence.crews[department].profiles.indices.dropFirst()
            .first { !used.contains($0) }
    }

    private mutating func setCredit(_ credit: Int, of session: SessionHandle) {
        presence[session].credit = min(max(0, credit), limits.credit)
        presence.crews[Int(presence[session].department)].isStirred = true
    }

    private mutating func takeOver(_ claim: Claim, by session: SessionHandle) -> Bool {
        guard let slot = live(claim), mayHold(slot, session) else { return false }
        // What lies in an inbox is the department's, but in no worker's hands.
        guard record.assignments[slot].isUnderClaim else { return true }
        guard isHeld(slot, by: session) else { return false }
        letGo(slot)
        hold(slot, by: session)
        return true
    }

    /// What the broker gave to this session and the peer does not list was lost on the way.
    private mutating func sendAgainUnlisted(_ claims: [Claim], to session: SessionHandle) {
        let listed = Set(claims)
        var slot = presence[session].firstHeld
        while slot != .none {
            if !listed.contains(claim(slot)) {
                schedule.holds[Int(slot)].listedAt = presence[session].heartbeats
                effects.append(.assign(session, slot))
            }
            slot = schedule.holds[Int(slot)].next
        }
    }

    private mutating func orphan(_ session: SessionHandle) {
        while case let slot = presence[session].firstHeld, slot != .none {
            let ends = schedule.holds[Int(slot)].leaseEnds
            letGo(slot)
            hold(slot, by: .none)
            schedule.holds[Int(slot)].leaseEnds = ends
        }
    }

    private mutating func end(_ session: SessionHandle) {
        let id = presence[session].id
        if presence[session].role == .worker {
            presence.crews[Int(presence[session].department)].workers.removeAll { $0 == session }
        }
        presence.remove(session)
        effects.append(.sessionEnded(session, id))
    }
}

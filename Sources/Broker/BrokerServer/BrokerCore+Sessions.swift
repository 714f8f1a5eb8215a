import Access
import BrokerEngine
import GridCodec
import GridModel
import ZeroMQ

import struct Foundation.Data

extension BrokerCore {
    /// A peer introduces itself.
    func hello(_ wire: WireHello, from route: RoutingID) {
        work += WorkPrice.hello + wire.claims.count * WorkPrice.item
        do throws(Refusal) {
            helloRoute = route
            guard let sender else { return }
            var introduction = try introduction(wire, sender)
            try authorize(&introduction, sender)
            if wire.hasHighestSeen { try checkSeen(wire.highestSeen) }
            if let other = sessions[route], engine.sessionID(of: other) != introduction.session {
                // The connection is another session's now; nobody would hear the old one's work.
                engine.handle(.goodbye(other))
                collect()
            }
            engine.handle(.hello(introduction))
        } catch {
            if error.code == .forbidden { refuseHello() }
            answerDirectly(error, kind: .hello, to: route)
        }
    }

    /// A peer is there; it is told how far the journal is.
    func heartbeat(_ wire: WireHeartbeat, from route: RoutingID) {
        guard let session = sessions[route], identities[Int(session.rawValue)] === sender else {
            answerDirectly(
                Refusal(.helloRequired, reason: "say Hello first"), kind: .heartbeat, to: route)
            return
        }
        guard wire.claims.count <= settings.limits.listItems else {
            answerDirectly(
                Refusal(.listTooLong, field: "claims", reason: "too many claims"),
                kind: .heartbeat, to: route)
            return
        }
        work += WorkPrice.heartbeat + wire.claims.count * WorkPrice.item
        engine.handle(
            .heartbeat(
                session, claims: wire.claims.map(\.model), credit: Int(clamping: wire.credit)))
        var answer = WireHeartbeat()
        answer.tag = durableTag
        answer.serverTime = moment.wall.milliseconds
        if let order = engine.order(of: session) {
            answer.order = WireWorkerOrder(rawValue: Int(order.rawValue)) ?? .unspecified
        }
        sendDirectly(Frame.encode(.heartbeat(answer)), to: route)
    }

    /// The effect of a Hello: the session is reached through the Hello's connection from now on.
    func welcome(
        _ session: SessionHandle, kept: [(claim: Claim, isKept: Bool)]
    ) {
        let index = Int(session.rawValue)
        while routes.count <= index {
            routes.append(RoutingID())
            identities.append(nil)
        }
        identities[index] = sender
        openAccount(of: index, helloRoute)
        if sessions[routes[index]] == session { sessions[routes[index]] = nil }
        routes[index] = helloRoute
        sessions[helloRoute] = session
        forming.add(to: session) {
            $0.frames.append(Frame.encode(.welcome(welcome(kept: kept))))
        }
    }

    /// Nothing reaches a connection any more: a worker's session gets no new work until it is heard
    /// again.
    func connectionWasLost(_ route: RoutingID) {
        if let session = sessions[route] { engine.unreachable(session) }
    }

    /// A session is over: nothing more goes to it.
    func forget(_ session: SessionHandle) {
        let route = routes[Int(session.rawValue)]
        if sessions[route] == session { sessions[route] = nil }
        routes[Int(session.rawValue)] = RoutingID()
        identities[Int(session.rawValue)] = nil
        accounts[Int(session.rawValue)] = nil
        forming.discard(session)
        inFlight.discard(session)
    }

    /// How far the journal is durable, provably.
    var durableTag: WireTag {
        var tag = WireTag()
        tag.epoch = engine.record.epoch
        tag.seq = durableSeq
        tag.mac = Data(settings.makeTag(tag.epoch, tag.seq))
        return tag
    }

    private func introduction(
        _ wire: WireHello, _ identity: PeerIdentity
    ) throws(Refusal) -> PeerIntroduction {
        let session = try validation.id(wire.session, field: "session")
        let role = try role(wire.role, identity)
        let version = UInt32(Frame.version)
        guard wire.lowestVersion <= version, wire.highestVersion >= UInt32(Frame.lowestVersion)
        else {
            throw Refusal(
                .unsupportedVersion, field: "lowest_version",
                reason: "this broker speaks versions \(Frame.lowestVersion) to \(version)")
        }
        try validation.text(wire.name, "name", settings.limits.textBytes)
        guard
            wire.claims.count + wire.grids.count + wire.categories.count
                <= settings.limits.listItems
        else { throw Refusal(.listTooLong, field: "claims", reason: "too many entries") }
        return PeerIntroduction(
            session: session, role: role, name: wire.name, department: wire.department,
            grids: wire.grids, categories: wire.categories, credit: Int(clamping: wire.credit),
            claims: wire.claims.map(\.model))
    }

    /// A tag of ours above the journal: confirmed calls are missing, so nothing is served.
    private func checkSeen(_ tag: WireTag) throws(Refusal) {
        guard (tag.epoch, tag.seq) > (engine.record.epoch, durableSeq),
            settings.verifyTag(tag.mac, tag.epoch, tag.seq)
        else { return }
        isBehind = true
        fatalReason =
            "a peer holds a receipt of batch \(tag.seq) of epoch \(tag.epoch), but the journal "
            + "ends with batch \(durableSeq) of epoch \(engine.record.epoch): confirmed calls are "
            + "missing; bring the newest copy of the data directory back"
        throw Refusal(
            .brokerBehind, field: "highest_seen",
            reason: "the broker's journal is older than what it confirmed; it stops")
    }

    private func welcome(
        kept: [(claim: Claim, isKept: Bool)]
    ) -> WireWelcome {
        var welcome = WireWelcome()
        welcome.version = UInt32(Frame.version)
        welcome.limits = WireLimits(settings.limits)
        welcome.heartbeatMs = UInt32(settings.times.heartbeatMilliseconds)
        welcome.deadMs = UInt32(settings.times.deadMilliseconds)
        welcome.resendMs = UInt32(settings.times.resendMilliseconds)
        welcome.tag = durableTag
        welcome.serverTime = moment.wall.milliseconds
        welcome.claims = kept.map { claim, isKept in
            var answer = WireClaimAnswer()
            answer.claim = WireClaim(claim)
            answer.kept = isKept
            return answer
        }
        if let catalogue = engine.record.catalogue?.catalogue {
            welcome.leaseMs = UInt32(clamping: catalogue.policy.leaseMilliseconds)
            welcome.street = catalogue.street.id
            welcome.streetName = catalogue.street.name.chinese
            welcome.streetNameEnglish = catalogue.street.name.english
            welcome.zone = catalogue.calendar.zone.name
        }
        return welcome
    }
}

extension WireLimits {
    /// The limits as a message.
    init(_ limits: ProtocolLimits) {
        self.init()
        frameBytes = UInt32(limits.frameBytes)
        listItems = UInt32(limits.listItems)
        descriptionBytes = UInt32(limits.descriptionBytes)
        textBytes = UInt32(limits.textBytes)
        window = UInt32(limits.window)
        credit = UInt32(limits.credit)
        openCalls = UInt32(limits.openCalls)
        handlerOutputBytes = UInt32(limits.handlerOutputBytes)
        sessions = UInt32(limits.sessions)
        queryItems = UInt32(limits.queryItems)
        sessionsPerKey = UInt32(limits.sessionsPerKey)
        handshakeMs = UInt32(limits.handshakeMilliseconds)
        workPerSecond = UInt32(limits.workPerSecond)
        unsentBytes = UInt32(limits.unsentBytes)
        unsentBytesPerKey = UInt32(limits.unsentBytesPerKey)
        waitingQueries = UInt32(limits.waitingQueries)
        reservedDiskBytes = limits.reservedDiskBytes
    }
}

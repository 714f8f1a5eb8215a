import ZeroMQ

import struct Foundation.Data

/// Connections between peers and the broker, each ordered like TCP; what is on the way when one is
/// cut is lost from some message on. A link may be slow, or let nothing through in one direction
/// or both, of which nobody is told.
struct SimulatedNetwork {
    /// A frame on its way.
    struct Flight {
        let frame: Data
        /// When it can be there, on the monotonic clock.
        let readyAt: Int64
    }

    struct Connection {
        let id: Int
        let peer: Int
        /// What the ROUTER calls it; never used again.
        let route: RoutingID
        var toBroker: [Flight] = []
        var toPeer: [Flight] = []
        /// Both ends can still send.
        var isOpen = true
        /// The peer's transport will find out that the connection is gone.
        var isNoticed = false
    }

    /// The way between one peer and the broker, whatever connections go over it.
    struct Link {
        var isBlockedToBroker = false
        var isBlockedToPeer = false
        var delayMilliseconds: Int64 = 0

        var isSound: Bool { !isBlockedToBroker && !isBlockedToPeer && delayMilliseconds == 0 }
    }

    private(set) var connections: [Connection] = []
    private var links: [Int: Link] = [:]
    private var count = 0
    private var strangers = 0

    /// The link of a peer.
    subscript(linkOf peer: Int) -> Link {
        get { links[peer, default: Link()] }
        set { links[peer] = newValue }
    }

    /// A new connection; one to a broker that is down is lost at once.
    mutating func connect(peer: Int, isBrokerUp: Bool) -> Int {
        count += 1
        var connection = Connection(id: count, peer: peer, route: Self.route(0, count))
        if !isBrokerUp {
            connection.isOpen = false
            connection.isNoticed = true
        }
        connections.append(connection)
        return count
    }

    /// The route of somebody whom nobody knows.
    mutating func stranger() -> RoutingID {
        strangers += 1
        return Self.route(1, strangers)
    }

    mutating func sendToBroker(_ frame: Data, on id: Int, now: Int64) {
        guard let place = place(id), connections[place].isOpen else { return }
        let delay = links[connections[place].peer]?.delayMilliseconds ?? 0
        connections[place].toBroker.append(Flight(frame: frame, readyAt: now + delay))
    }

    /// False if there is no such connection (any more): the ROUTER drops the frame.
    @discardableResult
    mutating func sendToPeer(_ frame: Data, route: RoutingID, now: Int64) -> Bool {
        guard let place = connections.firstIndex(where: { $0.route == route && $0.isOpen })
        else { return false }
        let delay = links[connections[place].peer]?.delayMilliseconds ?? 0
        connections[place].toPeer.append(Flight(frame: frame, readyAt: now + delay))
        return true
    }

    /// The broker's end: the oldest frame on the way to it, if it can be there.
    mutating func takeForBroker(_ id: Int, now: Int64) -> (route: RoutingID, frame: Data)? {
        guard let place = place(id), let first = connections[place].toBroker.first,
            first.readyAt <= now, !self[linkOf: connections[place].peer].isBlockedToBroker
        else { return nil }
        connections[place].toBroker.removeFirst()
        let route = connections[place].route
        dropIfEmpty(place)
        return (route, first.frame)
    }

    /// What reaches the peer next.
    enum Arrival {
        case frame(Data)
        case lost
    }

    mutating func takeForPeer(_ id: Int, now: Int64) -> Arrival? {
        guard let place = place(id), !self[linkOf: connections[place].peer].isBlockedToPeer
        else { return nil }
        if let first = connections[place].toPeer.first {
            guard first.readyAt <= now else { return nil }
            connections[place].toPeer.removeFirst()
            return .frame(first.frame)
        }
        guard connections[place].isNoticed else { return nil }
        connections[place].isNoticed = false
        dropIfEmpty(place)
        return .lost
    }

    /// A frame on its way to the broker gets there twice.
    mutating func repeatFrame(_ place: Int, on id: Int) {
        change(id) { $0.toBroker.insert($0.toBroker[place], at: place) }
    }

    /// Cuts a connection: of what is on the way, only the first messages still arrive.
    mutating func cut(
        _ id: Int, keepToBroker: Int, keepToPeer: Int, isNoticed: Bool
    ) {
        change(id) {
            $0.isOpen = false
            $0.isNoticed = isNoticed
            $0.toBroker = Array($0.toBroker.prefix(keepToBroker))
            $0.toPeer = Array($0.toPeer.prefix(keepToPeer))
        }
    }

    /// The peer's end is gone or closed it: nothing reaches the peer on it any more.
    mutating func close(_ id: Int, keepToBroker: Int = .max) {
        guard let place = place(id) else { return }
        cut(id, keepToBroker: keepToBroker, keepToPeer: 0, isNoticed: false)
        dropIfEmpty(place)
    }

    /// The broker's process is gone: every connection with it.
    mutating func closeAll(keepToPeer: (Int) -> Int) {
        for connection in connections {
            cut(
                connection.id, keepToBroker: 0, keepToPeer: keepToPeer(connection.toPeer.count),
                isNoticed: connection.isOpen || connection.isNoticed)
        }
        connections.removeAll { $0.toPeer.isEmpty && !$0.isNoticed }
    }

    private static func route(_ kind: UInt8, _ number: Int) -> RoutingID {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        guard let route = RoutingID([kind] + bytes) else {
            preconditionFailure("five bytes name a route")
        }
        return route
    }

    private func place(_ id: Int) -> Int? { connections.firstIndex { $0.id == id } }

    private mutating func change(_ id: Int, _ body: (inout Connection) -> Void) {
        if let place = place(id) { body(&connections[place]) }
    }

    private mutating func dropIfEmpty(_ place: Int) {
        let connection = connections[place]
        guard !connection.isOpen, !connection.isNoticed, connection.toBroker.isEmpty,
            connection.toPeer.isEmpty
        else { return }
        connections.remove(at: place)
    }
}

import ZeroMQ

import struct Foundation.Data

/// Connections between peers and the broker, each ordered like TCP; what is on the way when one is
/// cut is lost from some message on.
struct SimulatedNetwork {
    struct Connection {
        let id: Int
        let peer: Int
        /// What the ROUTER calls it; never used again.
        let route: RoutingID
        var toBroker: [Data] = []
        var toPeer: [Data] = []
        /// Both ends can still send.
        var isOpen = true
        /// The peer's transport will find out that the connection is gone.
        var isNoticed = false
    }

    private(set) var connections: [Connection] = []
    private var count = 0

    /// A new connection; one to a broker that is down is lost at once.
    mutating func connect(peer: Int, isBrokerUp: Bool) -> Int {
        count += 1
        let bytes: [UInt8] = [0] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
        guard let route = RoutingID(bytes) else { preconditionFailure("five bytes name a route") }
        var connection = Connection(id: count, peer: peer, route: route)
        if !isBrokerUp {
            connection.isOpen = false
            connection.isNoticed = true
        }
        connections.append(connection)
        return count
    }

    mutating func sendToBroker(_ frame: Data, on id: Int) {
        change(id) { if $0.isOpen { $0.toBroker.append(frame) } }
    }

    /// False if there is no such connection (any more): the ROUTER drops the frame.
    @discardableResult
    mutating func sendToPeer(_ frame: Data, route: RoutingID) -> Bool {
        guard let place = connections.firstIndex(where: { $0.route == route && $0.isOpen })
        else { return false }
        connections[place].toPeer.append(frame)
        return true
    }

    /// The broker's end: the oldest frame on the way to it.
    mutating func takeForBroker(_ id: Int) -> (route: RoutingID, frame: Data)? {
        guard let place = place(id), !connections[place].toBroker.isEmpty else { return nil }
        let frame = connections[place].toBroker.removeFirst()
        let route = connections[place].route
        dropIfEmpty(place)
        return (route, frame)
    }

    /// What reaches the peer next.
    enum Arrival {
        case frame(Data)
        case lost
    }

    mutating func takeForPeer(_ id: Int) -> Arrival? {
        guard let place = place(id) else { return nil }
        if !connections[place].toPeer.isEmpty {
            return .frame(connections[place].toPeer.removeFirst())
        }
        guard connections[place].isNoticed else { return nil }
        connections[place].isNoticed = false
        dropIfEmpty(place)
        return .lost
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

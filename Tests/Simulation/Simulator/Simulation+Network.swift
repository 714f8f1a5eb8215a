import GridCodec
import GridModel

import struct Foundation.Data

/// Faults of connections and of the links they go over.
extension Simulation {
    /// Takes a step that concerns the network.
    func takeNetworkFault(_ step: Step) -> Bool {
        switch step {
        case .cut: cutSomething()
        case .partition: partition()
        case .slowLink: slowLink()
        case .healLink: healLink()
        case .repeatFrame: repeatFrame()
        case .mangleFrame: mangleFrame()
        default: preconditionFailure("\(step) does not concern the network")
        }
    }

    /// Every link is as it should be.
    func healLinks() { for peer in peers { network[linkOf: peer.index] = .init() } }

    private func cutSomething() -> Bool {
        let open = network.connections.filter(\.isOpen)
        guard !open.isEmpty else { return false }
        let connection = random.pick(open)
        let isNoticed = random.chance(perMille: 600)
        note("\(peers[connection.peer].name) is cut off\(isNoticed ? "" : " silently")")
        happens(isNoticed ? .cut : .cutSilently)
        network.cut(
            connection.id, keepToBroker: random.below(connection.toBroker.count + 1),
            keepToPeer: random.below(connection.toPeer.count + 1), isNoticed: isNoticed)
        return true
    }

    /// Nothing gets through any more in one direction or both; nobody is told.
    private func partition() -> Bool {
        let peer = random.pick(peers)
        let direction = random.below(3)
        network[linkOf: peer.index].isBlockedToBroker = direction != 1
        network[linkOf: peer.index].isBlockedToPeer = direction != 2
        note("\(peer.name) is parted from the broker: \(network[linkOf: peer.index])")
        happens(direction == 0 ? .partitioned : .partitionedOneWay)
        return true
    }

    private func slowLink() -> Bool {
        let peer = random.pick(peers)
        let delay = Int64(random.pick([50, 500, 3_000, 8_000]))
        network[linkOf: peer.index].delayMilliseconds = delay
        note("what \(peer.name) sends and gets takes \(delay) ms")
        happens(.linkSlowed)
        return true
    }

    private func healLink() -> Bool {
        let broken = peers.filter { !network[linkOf: $0.index].isSound }
        guard !broken.isEmpty else { return false }
        let peer = random.pick(broken)
        network[linkOf: peer.index] = .init()
        note("the link of \(peer.name) is sound again")
        return true
    }

    /// What a peer sends again because it heard nothing, though it had arrived.
    private func repeatFrame() -> Bool {
        guard let (connection, place) = frameOnTheWay() else { return false }
        network.repeatFrame(place, on: connection.id)
        note("a frame of \(peers[connection.peer].name) comes twice")
        happens(.frameRepeated)
        return true
    }

    /// Half a frame, or one with a flipped bit, as a stranger's program may send it: at a place
    /// where it must do no harm.
    private func mangleFrame() -> Bool {
        guard let broker, let (connection, place) = frameOnTheWay() else { return false }
        var bytes = [UInt8](connection.toBroker[place].frame)
        if random.chance(perMille: 500) {
            bytes.removeLast(1 + random.below(bytes.count))
        } else {
            bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
        }
        let stranger = network.stranger()
        witness.expectStranger(stranger)
        broker.receive(Data(bytes), from: stranger)
        note("a stranger sends \(bytes.count) bytes that make no sense")
        happens(.frameMangled)
        return true
    }

    /// A frame that neither begins nor ends a session.
    private func frameOnTheWay() -> (SimulatedNetwork.Connection, Int)? {
        let busy = network.connections.filter { !$0.toBroker.isEmpty }
        guard !busy.isEmpty else { return nil }
        let connection = random.pick(busy)
        let place = random.below(connection.toBroker.count)
        let kind = connection.toBroker[place].frame.withUnsafeBytes { Frame.claimedKind(of: $0) }
        guard kind != MessageKind.hello.rawValue, kind != MessageKind.goodbye.rawValue else {
            return nil
        }
        return (connection, place)
    }
}

import Foundation
import Testing

@testable import ZeroMQ

/// A ROUTER and a DEALER connected over one transport.
struct SocketPair: ~Copyable {
    let router: Socket
    let dealer: Socket

    init(_ endpoint: String, dealer options: [SocketOption] = []) throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        let dealer = try Socket(.dealer, in: context)
        try router.set(.routerMandatory(true))
        try router.set(.linger(milliseconds: 0))
        try dealer.set(.linger(milliseconds: 0))
        for option in options { try dealer.set(option) }
        try router.bind(endpoint)
        try dealer.connect(try router.lastEndpoint())
        self.router = router
        self.dealer = dealer
    }

    func waitForRouter() throws {
        var items = [PollItem(router)]
        try #require(try poll(&items, timeoutMilliseconds: 10_000) == 1)
    }

    func waitForDealer() throws {
        var items = [PollItem(dealer)]
        try #require(try poll(&items, timeoutMilliseconds: 10_000) == 1)
    }
}

func bytes(of message: borrowing Message) -> [UInt8] { message.withUnsafeBytes { Array($0) } }

@Suite("Socket", .timeLimit(.minutes(1)))
struct SocketTests {
    static let endpoints = [
        "inproc://socket-tests", "tcp://127.0.0.1:*",
        "ipc://\(NSTemporaryDirectory())/gridcall-\(UUID().uuidString).sock",
    ]

    @Test("A message goes to the router and an answer comes back", arguments: endpoints)
    func exchanges(endpoint: String) throws {
        let pair = try SocketPair(endpoint)
        for size in [0, 1, 29, 33, 34, 100_000] {
            let payload = [UInt8](repeating: 7, count: size)
            var message = try Message(copying: payload)
            #expect(try pair.dealer.send(&message) == .sent)
            #expect(message.count == 0)
            try pair.waitForRouter()
            var sender = RoutingID()
            #expect(try pair.router.receive(into: &message, from: &sender) == .message)
            #expect(bytes(of: message) == payload && sender.count == 5)
            #expect(try pair.router.send(&message, to: sender) == .sent)
            try pair.waitForDealer()
            #expect(try pair.dealer.receive(into: &message) == .message)
            #expect(bytes(of: message) == payload)
        }
    }

    @Test("A multipart message is thrown away and reported, and the next one is whole")
    func drainsMultipart() throws {
        let pair = try SocketPair("inproc://multipart")
        // A payload sent "to" an id through a DEALER is a message of two frames.
        var payload = try Message(copying: [2])
        #expect(try pair.dealer.send(&payload, to: try #require(RoutingID([1]))) == .sent)
        payload = try Message(copying: [3])
        #expect(try pair.dealer.send(&payload) == .sent)
        try pair.waitForRouter()
        var message = Message()
        var sender = RoutingID()
        let first = try pair.router.receive(into: &message, from: &sender)
        #expect(first == .malformed(frames: 2) && sender.count == 5)
        try pair.waitForRouter()
        #expect(try pair.router.receive(into: &message, from: &sender) == .message)
        #expect(bytes(of: message) == [3])
        #expect(try pair.router.receive(into: &message, from: &sender) == .nothing)
    }

    @Test("A router reports a peer it does not know and keeps the message with the caller")
    func reportsUnroutable() throws {
        let pair = try SocketPair("inproc://unroutable")
        var message = try Message(copying: [1, 2, 3])
        let nobody = try #require(RoutingID([9, 9, 9]))
        #expect(try pair.router.send(&message, to: nobody) == .unroutable)
        #expect(bytes(of: message) == [1, 2, 3])
    }

    @Test("A full queue is reported as such, on both sides")
    func reportsFullQueue() throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        let dealer = try Socket(.dealer, in: context)
        for option in [.sendHighWaterMark(2), .receiveHighWaterMark(2)] as [SocketOption] {
            try router.set(option)
            try dealer.set(option)
        }
        try router.set(.routerMandatory(true))
        try router.bind("inproc://full")
        try dealer.connect("inproc://full")
        var message = try Message(copying: [1])
        var sent = 0
        while try dealer.send(&message) == .sent, sent < 100 {
            sent += 1
            message = try Message(copying: [1])
        }
        #expect((1..<100).contains(sent))
        var sender = RoutingID()
        #expect(try router.receive(into: &message, from: &sender) == .message)
        var result = SendResult.sent
        for _ in 0..<100 where result == .sent {
            var answer = try Message(copying: [2])
            result = try router.send(&answer, to: sender)
        }
        #expect(result == .wouldBlock)
    }

    @Test("With immediate set, nothing is sent before there is a connection")
    func waitsForConnection() throws {
        let dealer = try Socket(.dealer, in: try Context())
        try dealer.set(.immediate(true))
        try dealer.set(.linger(milliseconds: 0))
        try dealer.connect("ipc:///nonexistent/gridcall")
        var message = try Message(copying: [1])
        #expect(try dealer.send(&message) == .wouldBlock)
    }

    @Test("An error keeps the call, its number and its subject")
    func keepsErrors() throws {
        let socket = try Socket(.router, in: try Context())
        let error = #expect(throws: ZeroMQError.self) { try socket.bind("tcp://nonsense") }
        #expect(error?.call == "zmq_bind" && error?.detail == "tcp://nonsense")
        #expect(error?.code == EINVAL)
        try socket.bind("tcp://127.0.0.1:*")
        let second = try Socket(.router, in: try Context())
        let endpoint = try socket.lastEndpoint()
        let inUse = #expect(throws: ZeroMQError.self) { try second.bind(endpoint) }
        #expect(inUse?.code == EADDRINUSE)
    }

    @Test("All options are accepted")
    func setsOptions() throws {
        let socket = try Socket(.router, in: try Context())
        let id = try #require(RoutingID([65, 66]))
        for option in [
            .linger(milliseconds: 0), .sendHighWaterMark(10), .receiveHighWaterMark(10),
            .maximumMessageSize(1 << 20), .routerMandatory(true), .routerHandover(false),
            .immediate(true), .tcpKeepAlive(idleSeconds: 30, intervalSeconds: 10, count: 3),
            .handshakeInterval(milliseconds: 5_000), .routingID(id), .ipv6(false),
            .heartbeat(intervalMilliseconds: 1_000, timeoutMilliseconds: 3_000),
            .reconnectInterval(milliseconds: -1, maximumMilliseconds: 0), .backlog(100),
        ] as [SocketOption] {
            try socket.set(option)
        }
    }

    @Test("The monitor tells of a connection that breaks and of one that cannot be made")
    func monitors() throws {
        let context = try Context()
        let dealer = try Socket(.dealer, in: context)
        try dealer.set(.linger(milliseconds: 0))
        try dealer.set(.reconnectInterval(milliseconds: -1, maximumMilliseconds: 0))
        let monitor = try ConnectionMonitor(of: dealer, name: "broken")
        do {
            let router = try Socket(.router, in: try Context())
            try router.bind("tcp://127.0.0.1:*")
            try dealer.connect(try router.lastEndpoint())
            var message = try Message(copying: [1])
            #expect(try dealer.send(&message) == .sent)
            var items = [PollItem(router)]
            #expect(try poll(&items, timeoutMilliseconds: 10_000) == 1)
            #expect(try !monitor.hasLostConnection())
        }
        var items = [monitor.pollItem]
        #expect(try poll(&items, timeoutMilliseconds: 10_000) == 1)
        #expect(try monitor.hasLostConnection())

        let second = try Socket(.dealer, in: context)
        try second.set(.linger(milliseconds: 0))
        try second.set(.reconnectInterval(milliseconds: -1, maximumMilliseconds: 0))
        let refused = try ConnectionMonitor(of: second, name: "refused")
        try second.connect("tcp://127.0.0.1:1")
        items = [refused.pollItem]
        #expect(try poll(&items, timeoutMilliseconds: 10_000) == 1)
        #expect(try refused.hasLostConnection())
    }

    @Test("A monitor that is let go of while events come holds up nobody else")
    func abandonedMonitors() throws {
        let context = try Context()
        for round in 0..<200 {
            let dealer = try Socket(.dealer, in: context)
            try dealer.set(.linger(milliseconds: 0))
            let monitor = try ConnectionMonitor(of: dealer, name: "abandoned-\(round)")
            try dealer.connect("ipc:///tmp/gridcall-nobody-\(getpid())")
            if round.isMultiple(of: 2) { _ = try monitor.hasLostConnection() }
        }
        let router = try Socket(.router, in: context)
        let dealer = try Socket(.dealer, in: context)
        try router.bind("tcp://127.0.0.1:*")
        try dealer.connect(try router.lastEndpoint())
        var message = try Message(copying: [1])
        #expect(try dealer.send(&message) == .sent)
        var items = [PollItem(router)]
        try #require(try poll(&items, timeoutMilliseconds: 10_000) == 1)
    }
}

@Suite("WakeUp and SignalSource", .timeLimit(.minutes(1)))
struct WakeUpTests {
    @Test("Signals of other threads wake a poll, and draining ends them")
    func wakes() throws {
        let wakeUp = try WakeUp()
        Thread {
            wakeUp.signal()
            wakeUp.signal()
        }.start()
        var items = [PollItem(descriptor: wakeUp.descriptor)]
        #expect(try poll(&items, timeoutMilliseconds: 10_000) == 1)
        #expect(items[0].ready == .readable)
        wakeUp.signal()
        wakeUp.drain()
        wakeUp.drain()
    }

    @Test("A poll without anything ready ends with its time")
    func timesOut() throws {
        let wakeUp = try WakeUp()
        var items = [PollItem(descriptor: wakeUp.descriptor)]
        #expect(try poll(&items, timeoutMilliseconds: 1) == 0)
        #expect(items[0].ready.isEmpty)
        var none: [PollItem] = []
        #expect(try poll(&none, timeoutMilliseconds: 1) == 0)
    }

    @Test("A blocked signal is read from its source")
    func readsSignals() throws {
        try SignalSource.block([SIGUSR2])
        let source = try SignalSource([SIGUSR2])
        #expect(source.next() == nil)
        pthread_kill(pthread_self(), SIGUSR2)
        #expect(source.next() == SIGUSR2)
        #expect(source.next() == nil)
    }
}

@Suite("RoutingID")
struct RoutingIDTests {
    @Test("Ids of every length keep their bytes", arguments: 0...255)
    func keepsBytes(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &+ 1) }
        let id = try #require(RoutingID(bytes))
        #expect(id.bytes == bytes && id.count == count)
        #expect(id.withUnsafeBytes { Array($0) } == bytes)
        #expect(id == RoutingID(bytes) && id.hashValue == RoutingID(bytes)?.hashValue)
    }

    @Test("Ids behind a prefix differ from those behind another, and come back", arguments: 1...254)
    func prefixed(count: Int) throws {
        let id = try #require(RoutingID((0..<count).map { UInt8(truncatingIfNeeded: $0 &+ 1) }))
        for prefix: UInt8 in [0, 1, 255] {
            let door = id.prefixed(by: prefix)
            #expect(door.prefix == prefix && door.count == count + 1)
            #expect(door.withoutPrefix == id && door != id.prefixed(by: prefix &+ 1))
        }
    }

    @Test("Ids that differ anywhere, or in length only, are unequal")
    func distinguishes() {
        let longZeros = (0...40).compactMap { RoutingID([UInt8](repeating: 0, count: $0)) }
        #expect(Set(longZeros).count == 41)
        for place in 0..<20 {
            var bytes = [UInt8](repeating: 0, count: 20)
            bytes[place] = 1
            #expect(RoutingID(bytes) != RoutingID([UInt8](repeating: 0, count: 20)))
        }
    }

    @Test("Ids are at most 255 bytes long")
    func limitsLength() {
        #expect(RoutingID([UInt8](repeating: 1, count: 256)) == nil)
    }
}

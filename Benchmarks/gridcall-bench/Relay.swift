import ArgumentParser
import Foundation
import ZeroMQ

struct Relay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "One part of a bare libzmq relay: the ROUTER, its worker or its terminal.",
        discussion: """
            The same hops and list messages of the same sizes as GridCall's, without codec, \
            engine or storage: what libzmq and the system alone can do.
            """)

    enum Part: String, ExpressibleByArgument, CaseIterable {
        case router, worker, terminal
    }

    @Argument(help: "router, worker or terminal.")
    var part: Part

    @Option(help: "Where the router listens.")
    var endpoint = "tcp://127.0.0.1:5571"

    @Option(help: "Calls without an answer at once.")
    var window = 1_024

    @Option(help: "Lists a window is sent in, so that all three parts work at the same time.")
    var lists = 4

    @OptionGroup var time: MeasuringTime

    func run() throws {
        switch part {
        case .router: try RelayRouter.run(endpoint)
        case .worker: try RelayWorker.run(endpoint)
        case .terminal:
            var terminal = try RelayTerminal(endpoint: endpoint, window: window, lists: lists)
            try terminal.start()
            try terminal.run(until: time.warmUp)
            terminal.begin()
            Progress.tell(Progress.measuring)
            try terminal.run(until: time.seconds)
            try Progress.tell(terminal.end())
        }
    }
}

/// The relay's frames: a byte for who sends it, the number of items, then the items.
enum RelayFrame {
    static let hello: UInt8 = 0
    static let calls: UInt8 = 1
    static let answers: UInt8 = 2
    static let headerBytes = 8
    /// A receipt: an id, a case number, a time.
    static let answerBytes = 48

    static func bytes(_ sender: UInt8, count: Int, itemBytes: Int) -> [UInt8] {
        var frame = [UInt8](repeating: 0x41, count: headerBytes + count * itemBytes)
        frame[0] = sender
        frame.withUnsafeMutableBytes {
            $0.storeBytes(of: UInt32(count), toByteOffset: 4, as: UInt32.self)
        }
        return frame
    }

    static func count(_ frame: UnsafeRawBufferPointer) -> Int {
        frame.count < headerBytes ? 0 : Int(frame.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    }
}

/// Hands every frame of the terminal to the worker and back, as it is.
enum RelayRouter {
    static func run(_ endpoint: String) throws {
        let socket = try Socket(.router, in: try Context())
        try socket.bind(endpoint)
        var items = [PollItem(socket)]
        var (sender, worker, terminal) = (RoutingID(), RoutingID(), RoutingID())
        var message = Message()
        while true {
            guard try socket.receive(into: &message, from: &sender) == .message else {
                _ = try poll(&items, timeoutMilliseconds: -1)
                continue
            }
            switch message.withUnsafeBytes({ $0.first }) {
            case RelayFrame.hello:
                worker = sender
                Progress.tell(Progress.ready)
            case RelayFrame.answers: _ = try socket.send(&message, to: terminal)
            default:
                terminal = sender
                _ = try socket.send(&message, to: worker)
            }
        }
    }
}

/// Answers every list with as many answers.
enum RelayWorker {
    static func run(_ endpoint: String) throws {
        let socket = try Socket(.dealer, in: try Context())
        try socket.connect(endpoint)
        try send(socket, RelayFrame.bytes(RelayFrame.hello, count: 0, itemBytes: 0))
        var items = [PollItem(socket)]
        var message = Message()
        var answers: [Int: [UInt8]] = [:]
        while true {
            guard try socket.receive(into: &message) == .message else {
                _ = try poll(&items, timeoutMilliseconds: -1)
                continue
            }
            let count = message.withUnsafeBytes(RelayFrame.count)
            let answer =
                answers[count]
                ?? RelayFrame.bytes(
                    RelayFrame.answers, count: count, itemBytes: RelayFrame.answerBytes)
            answers[count] = answer
            try send(socket, answer)
        }
    }

    private static func send(_ socket: borrowing Socket, _ bytes: [UInt8]) throws {
        var message = try Message(copying: bytes)
        _ = try socket.send(&message)
    }
}

/// Keeps a window of lists in flight: each answer lets the next list go.
struct RelayTerminal: ~Copyable {
    private let socket: Socket
    private let lists: [[UInt8]]
    private var sentAt: [UInt64] = []
    private var oldest = 0
    private var stopwatch = Stopwatch()

    /// Connects in the background.
    init(endpoint: String, window: Int, lists count: Int) throws {
        let socket = try Socket(.dealer, in: try Context())
        try socket.set(.linger(milliseconds: 0))
        try socket.connect(endpoint)
        self.socket = socket
        let call = BenchCall(observedAt: 1)
        let count = min(count, window)
        lists = (0..<count).map { index in
            let items = window / count + (index < window % count ? 1 : 0)
            return RelayFrame.bytes(RelayFrame.calls, count: items, itemBytes: call.count)
        }
    }

    /// Fills the window.
    mutating func start() throws { for index in lists.indices { try send(index) } }

    /// Sends and receives for so many seconds.
    mutating func run(until seconds: Double) throws {
        let end = monotonicNanoseconds() + UInt64(seconds * 1e9)
        var items = [PollItem(socket)]
        var message = Message()
        while monotonicNanoseconds() < end {
            guard try socket.receive(into: &message) == .message else {
                _ = try poll(&items, timeoutMilliseconds: 100)
                continue
            }
            // Answers come in the order of the lists, since every part works in order.
            let count = message.withUnsafeBytes(RelayFrame.count)
            stopwatch.record(
                count: UInt64(count), sentAt: sentAt[oldest], answeredAt: monotonicNanoseconds())
            try send(oldest)
            oldest = (oldest + 1) % lists.count
        }
    }

    /// Counts from now on.
    mutating func begin() { stopwatch.begin(at: monotonicNanoseconds()) }

    /// What was counted until now.
    mutating func end() -> Measurement { stopwatch.end(at: monotonicNanoseconds()) }

    private mutating func send(_ index: Int) throws {
        if index == sentAt.count { sentAt.append(0) }
        sentAt[index] = monotonicNanoseconds()
        var message = try Message(copying: lists[index])
        _ = try socket.send(&message)
    }
}

import Foundation
import Testing

@testable import ZeroMQ

@Suite("UnsentBytes", .timeLimit(.minutes(5)))
struct UnsentBytesTests {
    @Test(
        "a message has room up to the limit: one byte below, at, and one above",
        arguments: [(-1, true), (0, true), (1, false)])
    func limit(difference: Int, hasRoom: Bool) {
        let whole = UnsentBytes(limit: 10_000)
        let first = UnsentBytes(limit: 1_000, within: whole)
        first.add(400)
        let room = 1_000 - first.current - UnsentBytes.messageBytes
        #expect(first.hasRoom(for: room + difference) == hasRoom)
    }

    @Test("connections of one peer share the limit of the whole")
    func whole() {
        let whole = UnsentBytes(limit: 10_000)
        let (first, second) = (
            UnsentBytes(limit: 9_000, within: whole), UnsentBytes(limit: 9_000, within: whole)
        )
        first.add(6_000)
        #expect(first.isCrowded && second.isCrowded)
        second.add(100)
        #expect(!second.hasRoom(for: 5_000))
        first.remove(6_000)
        #expect(second.hasRoom(for: 5_000) && !second.isCrowded)
        second.remove(100)
        #expect(whole.current == 0 && first.current == 0)
    }

    @Test("a message above every limit has room where nothing waits, else it would never leave")
    func large() {
        let unsent = UnsentBytes(limit: 10)
        #expect(unsent.hasRoom(for: 1_000))
        unsent.add(1)
        #expect(!unsent.hasRoom(for: 1_000))
    }

    @Test(
        "what a peer has not read is counted until it reads or goes",
        arguments: ["tcp://127.0.0.1:*", "ipc:///tmp/gridcall-unsent-tests"])
    func slowReader(endpoint: String) throws {
        let unsent = UnsentBytes(limit: .max)
        do {
            let pair = try SocketPair(endpoint, dealer: [.receiveHighWaterMark(1)])
            var hello = try Message(copying: [1])
            #expect(try pair.dealer.send(&hello) == .sent)
            try pair.waitForRouter()
            var peer = RoutingID()
            #expect(try pair.router.receive(into: &hello, from: &peer) == .message)
            try sendMany(pair.router, peer, unsent)
            // The kernel takes some of it; the rest waits.
            #expect(unsent.current > 16 << 20)
            for _ in 0..<Self.frames {
                try pair.waitForDealer()
                var message = Message()
                #expect(try pair.dealer.receive(into: &message) == .message)
                #expect(message.withUnsafeBytes { Data($0) } == Self.frame)
            }
            try waitUntilZero(unsent)
            try sendMany(pair.router, peer, unsent)
            #expect(unsent.current > 16 << 20)
        }
        // Both have gone: nothing waits any more.
        try waitUntilZero(unsent)
    }

    private static let frames = 64
    private static let frame = Data(repeating: 7, count: 1 << 20)

    private func sendMany(
        _ router: borrowing Socket, _ peer: RoutingID, _ unsent: UnsentBytes
    ) throws {
        for _ in 0..<Self.frames {
            let result = try Self.frame.withUnsafeBytes { bytes in
                var message = try Message(copying: bytes, countedIn: unsent)
                return try router.send(&message, to: peer)
            }
            #expect(result == .sent)
        }
    }

    private func waitUntilZero(_ unsent: UnsentBytes) throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while unsent.current > 0 {
            try #require(ContinuousClock.now < deadline, "\(unsent.current) bytes still wait")
            var nothing: [PollItem] = []
            _ = try poll(&nothing, timeoutMilliseconds: 5)
        }
    }
}

import Foundation
import Testing

@testable import ZeroMQ

/// A CURVE server that lets in whom it knows, and what its authenticator was asked.
private struct CurveServer: ~Copyable {
    let authenticator: Authenticator
    let router: Socket
    let context: Context
    let keys: CurveKeyPair

    init() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let authenticator = try Authenticator(in: context)
        let router = try Socket(.router, in: context)
        try router.set(.linger(milliseconds: 0))
        try router.set(.curveServer(keys, domain: "test"))
        try router.bind("tcp://127.0.0.1:*")
        self.context = context
        self.keys = keys
        self.authenticator = authenticator
        self.router = router
    }

    func client(_ options: SocketOption...) throws -> Socket {
        let dealer = try Socket(.dealer, in: try Context())
        try dealer.set(.linger(milliseconds: 0))
        for option in options { try dealer.set(option) }
        try dealer.connect(try router.lastEndpoint())
        return dealer
    }

    /// The user and first byte of the next message, waiting at most so long.
    func next(
        milliseconds: Int = 10_000, _ decide: (AuthenticationRequest) -> String?
    ) throws -> (user: String?, byte: UInt8?)? {
        let end = Date(timeIntervalSinceNow: Double(milliseconds) / 1_000)
        while Date() < end {
            var items = [PollItem(router), authenticator.pollItem]
            _ = try poll(&items, timeoutMilliseconds: 50)
            try authenticator.answerAll(decide)
            var message = Message()
            var sender = RoutingID()
            if try router.receive(into: &message, from: &sender) == .message {
                return (message.userID, bytes(of: message).first)
            }
        }
        return nil
    }
}

private func send(_ byte: UInt8, on socket: borrowing Socket) throws {
    var message = try Message(copying: [byte])
    _ = try socket.send(&message)
}

@Suite("CURVE", .timeLimit(.minutes(1)))
struct CurveTests {
    @Test("keys survive their text, and a secret gives its public key")
    func texts() throws {
        let pair = try CurveKeyPair.generate()
        #expect(CurvePublicKey(text: pair.publicKey.text) == pair.publicKey)
        #expect(CurveKeyPair(secretText: pair.secretText)?.publicKey == pair.publicKey)
        #expect(!"\(pair)".contains(pair.secretText))
        for text in ["", "abc", String(repeating: "\"", count: 40), pair.publicKey.text + "0"] {
            #expect(CurvePublicKey(text: text) == nil)
        }
    }

    @Test("whoever the authenticator accepts is known by the id it gave, message by message")
    func accepted() throws {
        let server = try CurveServer()
        let keys = try CurveKeyPair.generate()
        let client = try server.client(.curveClient(keys, server: server.keys.publicKey))
        try send(7, on: client)
        let received = try server.next { request in
            #expect(request.address == "127.0.0.1")
            return request.key == keys.publicKey ? "reporter-1" : nil
        }
        #expect(received?.user == "reporter-1" && received?.byte == 7)
    }

    @Test("nobody else gets a message through: refused key, wrong server key, no key")
    func refused() throws {
        let server = try CurveServer()
        let stranger = try CurveKeyPair.generate()
        let other = try CurveKeyPair.generate()
        let refused = try server.client(.curveClient(stranger, server: server.keys.publicKey))
        let misled = try server.client(.curveClient(stranger, server: other.publicKey))
        let plain = try server.client()
        try send(1, on: refused)
        try send(2, on: misled)
        try send(3, on: plain)
        #expect(try server.next(milliseconds: 700) { _ in nil } == nil)
    }

    @Test("without an answerer nobody gets in: the domain is enforced")
    func unanswered() throws {
        let context = try Context()
        let keys = try CurveKeyPair.generate()
        let router = try Socket(.router, in: context)
        try router.set(.linger(milliseconds: 0))
        try router.set(.curveServer(keys, domain: "test"))
        try router.bind("tcp://127.0.0.1:*")
        let dealer = try Socket(.dealer, in: try Context())
        try dealer.set(.linger(milliseconds: 0))
        try dealer.set(.curveClient(try CurveKeyPair.generate(), server: keys.publicKey))
        try dealer.connect(try router.lastEndpoint())
        try send(1, on: dealer)
        var items = [PollItem(router)]
        _ = try poll(&items, timeoutMilliseconds: 700)
        var message = Message()
        var sender = RoutingID()
        #expect(try router.receive(into: &message, from: &sender) == .nothing)
    }

    @Test("a context has one authenticator")
    func one() throws {
        let context = try Context()
        let first = try Authenticator(in: context)
        #expect(throws: ZeroMQError.self) { _ = try Authenticator(in: context) }
        _ = first.pollItem
    }

    @Test("A file's path of 40 characters is read as a file, not taken for a key")
    func pathLikeKey() throws {
        let beginning = "/tmp/gridcall-"
        let random = (0..<40 - beginning.count - 4).map { _ in "abcdefghijkl".randomElement()! }
        let name = beginning + String(random)
        let file = name + ".key"
        try #require(file.utf8.count == 40 && CurvePublicKey(text: file) != nil)
        #expect(throws: CurveCertificate.Failure.self) {
            try CurveCertificate.publicKey(fileOrText: file)
        }
        let keys = try CurveCertificate.generate(name: name)
        defer { for end in [".key", ".key_secret"] { unlink(name + end) } }
        #expect(try CurveCertificate.publicKey(fileOrText: file) == keys.publicKey)
        let text = keys.publicKey.text
        #expect(try CurveCertificate.publicKey(fileOrText: text) == keys.publicKey)
    }
}

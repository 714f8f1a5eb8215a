import ConsoleKit
import Foundation
import GridModel
import Testing

/// Who may see the pages.
@Suite struct ConsoleAccessTests {
    private static let secret = "0123456789abcdef-token"
    private static let now: Int64 = 1_800_000_000

    private func rules(
        _ address: String, token: Bool = false, proxy: Bool = false, hosts: Set<String> = []
    ) throws -> AccessRules {
        try AccessRules(
            address: #require(ConsoleAddress(address)),
            token: token ? AccessToken(Self.secret) : nil,
            identity: proxy
                ? .init(header: "X-User", users: ["anna"], proxies: ["10.0.0.1"]) : nil,
            hosts: hosts)
    }

    @Test(
        "addresses are read, and only those of this machine are loopback",
        arguments: [
            ("127.0.0.1:8570", true), ("127.9.9.9:1", true), ("localhost:0", true),
            ("[::1]:8570", true), ("0.0.0.0:8570", false), ("[::]:8570", false),
            ("10.1.2.3:80", false), ("127.0.0.1.example.org:80", false), ("127.0.0:80", false),
        ])
    func addresses(text: String, isLoopback: Bool) throws {
        let address = try #require(ConsoleAddress(text))
        #expect(address.isLoopback == isLoopback)
        #expect(address.description == text)
    }

    @Test(
        "what is no address is none",
        arguments: ["", "127.0.0.1", "127.0.0.1:65536", "::1:80", "[::1]", "a b:80", ":80", "x:-1"])
    func noAddresses(text: String) { #expect(ConsoleAddress(text) == nil) }

    @Test("another address than loopback needs a token or an identity")
    func openAddress() throws {
        #expect(throws: AccessRules.Mistake.self) { try rules("0.0.0.0:8570") }
        #expect(throws: AccessRules.Mistake.self) { try rules("[::]:8570") }
        _ = try rules("0.0.0.0:8570", token: true)
        _ = try rules("0.0.0.0:8570", proxy: true)
        _ = try rules("127.0.0.1:8570")
        #expect(throws: AccessRules.Mistake.incompleteIdentity) {
            try AccessRules(
                address: #require(ConsoleAddress("127.0.0.1:1")),
                identity: .init(header: "x-user", users: [], proxies: ["10.0.0.1"]))
        }
    }

    @Test(
        "on loopback a name of elsewhere is refused, so that no page elsewhere can read it",
        arguments: [
            ("localhost:8570", AccessRules.Decision.allowed), ("127.0.0.1:8570", .allowed),
            ("[::1]:8570", .allowed), ("LOCALHOST", .allowed), ("console.example:8570", .allowed),
            ("evil.example", .wrongHost), ("localhost.evil.example:8570", .wrongHost),
            ("127.0.0.1.evil.example", .wrongHost), ("", .wrongHost),
        ])
    func hosts(host: String, decision: AccessRules.Decision) throws {
        let rules = try rules("127.0.0.1:8570", hosts: ["Console.example"])
        let request = Samples.request("/", host.isEmpty ? [:] : ["host": host])
        #expect(rules.decision(request, .now, now: Self.now) == decision)
        // Not even a file or a probe.
        #expect(rules.decision(request, .alive, now: Self.now) == decision)
    }

    @Test("two Host fields are refused, since nobody knows which counts")
    func twoHosts() throws {
        var request = Samples.request("/")
        request.headers["host"] = ["localhost", "evil.example"]
        #expect(try rules("127.0.0.1:8570").decision(request, .now, now: 0) == .wrongHost)
    }

    @Test("with a token everything but probes, files and the form needs it")
    func tokens() throws {
        let rules = try rules("0.0.0.0:8570", token: true)
        let plain = Samples.request("/", ["host": "console"])
        for route: Route in [.now, .calls, .callsCSV, .events, .metrics, .call("1"), .health] {
            #expect(rules.decision(plain, route, now: Self.now) == .loginNeeded)
        }
        for route: Route in [.alive, .ready, .login, .asset(.style)] {
            #expect(rules.decision(plain, route, now: Self.now) == .allowed)
        }
        #expect(rules.decision(plain, nil, now: Self.now) == .loginNeeded)
        let bearer = Samples.request("/", ["host": "c", "authorization": "Bearer \(Self.secret)"])
        #expect(rules.decision(bearer, .metrics, now: Self.now) == .allowed)
        let wrong = Samples.request("/", ["host": "c", "authorization": "Bearer \(Self.secret)x"])
        #expect(rules.decision(wrong, .metrics, now: Self.now) == .loginNeeded)
    }

    @Test("a session ends, cannot be made longer, and is good for its own token alone")
    func sessions() throws {
        let token = try AccessToken(Self.secret)
        let session = token.session(now: Self.now)
        #expect(token.isSession(session, now: Self.now))
        #expect(token.isSession(session, now: Self.now + AccessToken.lifetime - 1))
        #expect(!token.isSession(session, now: Self.now + AccessToken.lifetime))
        let later = "\(Self.now + AccessToken.lifetime + 1)" + session.drop { $0 != "." }
        #expect(!token.isSession(later, now: Self.now))
        #expect(!token.isSession(String(session.dropLast()), now: Self.now))
        #expect(!token.isSession("", now: Self.now))
        #expect(try !AccessToken(Self.secret + "2").isSession(session, now: Self.now))
        let cookie = token.cookie(now: Self.now)
        for word in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
            #expect(cookie.contains(word))
        }
        #expect(!cookie.contains(Self.secret))
    }

    @Test("a proxy is believed from its own address alone, and only for users of the list")
    func proxies() throws {
        let rules = try rules("0.0.0.0:8570", proxy: true)
        func decision(_ user: String?, _ peer: String) -> AccessRules.Decision {
            let headers = user.map { ["host": "c", "x-user": $0] } ?? ["host": "c"]
            return rules.decision(
                Samples.request("/", headers, peer: peer), .now, now: Self.now)
        }
        #expect(decision("anna", "10.0.0.1") == .allowed)
        for (user, peer) in [
            ("anna", "10.0.0.2"), ("Anna", "10.0.0.1"), ("ben", "10.0.0.1"), (nil, "10.0.0.1"),
        ] {
            guard case .forbidden = decision(user, peer) else {
                Issue.record("\(user ?? "nobody") from \(peer) came in")
                continue
            }
        }
    }

    @Test("a token file that others can read, that is short or no file, is refused")
    func tokenFiles() throws {
        let path = "/tmp/gridcall-token-\(UInt64.random(in: 0...UInt64.max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        func write(_ text: String, mode: Int) throws {
            try Data(text.utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        try write(Self.secret + "\nmore\n", mode: 0o600)
        #expect(try AccessToken(file: path).isToken(Self.secret))
        for mode in [0o640, 0o604, 0o622] {
            try write(Self.secret, mode: mode)
            #expect(throws: AccessToken.Failure.self) { try AccessToken(file: path) }
        }
        // What the service manager protects by other means.
        #expect(try AccessToken(file: path, trusted: "/tmp").isToken(Self.secret))
        try write(String(repeating: "x", count: AccessToken.minimumLength - 1), mode: 0o600)
        #expect(throws: AccessToken.Failure.self) { try AccessToken(file: path) }
        #expect(throws: AccessToken.Failure.self) { try AccessToken(file: "/tmp") }
        #expect(throws: AccessToken.Failure.self) { try AccessToken(file: path + "-none") }
    }

    @Test("a client may make so many requests at once and so many in the long run")
    func rates() {
        var limiter = RateLimiter(perSecond: 2, burst: 3, maximumClients: 4)
        let first = (0..<4).map { _ in limiter.allows("a", now: 0) }
        #expect(first == [true, true, true, false])
        let later = [("b", 0), ("a", 499), ("a", 500), ("a", 500)].map {
            limiter.allows($0.0, now: $0.1)
        }
        #expect(later == [true, false, true, false])
        for client in 0..<100 { _ = limiter.allows("\(client)", now: 1_000) }
        #expect(limiter.clientCount <= 4)
    }
}

import Foundation
import TestSupport
import Testing

/// Departments whose work is done by a server: the example's receiver, a real process.
@Suite(.serialized)
struct WebhookTests {
    private static let python = Places.command("python3")
    private static let openssl = Places.command("openssl")
    private static let canServe = python != nil

    @Test(
        "A server reads the signed assignment and its answer decides the outcome",
        .enabled(if: canServe, "python3 is missing"))
    func answers() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let server = try await WebhookServer(street)
        // Nothing listens there: whoever asked one of these would wait in vain.
        let proxy = "http://127.0.0.1:9"
        let proxies = ["http_proxy": proxy, "HTTP_PROXY": proxy, "ALL_PROXY": proxy]
        _ = try await street.startWorker("urban", server.options, environment: proxies)
        let call = try await street.submit("one", "--address", "东街 1 号")
        let report = try await street.until(call, is: "closed")
        #expect(report.parts[0].reason == "disposed of one")
        let assignment = try #require(try server.assignments().first)
        #expect(assignment["caseNumber"] as? String == call)
        #expect((assignment["texts"] as? [String: String])?["address"] == "东街 1 号")
    }

    @Test(
        "A request signed with another secret is refused, and the work fails",
        .enabled(if: canServe, "python3 is missing"))
    func otherSecret() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let server = try await WebhookServer(street)
        try server.write("another secret of the worker", to: server.secret)
        _ = try await street.startWorker("urban", server.options)
        let call = try await street.submit("one")
        let stuck = try await street.until("it is stuck", of: call) { $0.parts[0].state == "stuck" }
        #expect(stuck.parts[0].reason?.hasPrefix("the webhook answered 401") == true)
        #expect(try server.assignments().isEmpty)
    }

    @Test(
        "A server's certificate must be a trusted one, for the name that was asked for",
        .enabled(if: canServe && openssl != nil, "python3 or openssl is missing"))
    func certificates() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let server = try await WebhookServer(street, certificate: try Self.certificate(in: street))
        let trusting = ["--webhook-certificates", server.certificatePath]
        let asked = ["--webhook-secret", server.secret, "--webhook"]
        for (options, reason) in [
            (asked + ["https://localhost:\(server.port)/"], "not trusted"),
            (trusting + asked + ["https://127.0.0.1:\(server.port)/"], "for another name"),
        ] {
            let worker = try await street.startWorker("urban", options)
            _ = try await street.submit("one")
            try await street.until("the certificate is refused") {
                worker.errors.contains("its certificate is \(reason)")
            }
            worker.send(SIGTERM)
            #expect(try await worker.wait() == .exited(0), "a drain ends the waiting at once")
        }
        #expect(try server.assignments().isEmpty)
        _ = try await street.startWorker(
            "urban", trusting + asked + ["https://localhost:\(server.port)/"])
        try await street.until(try await street.submit("one"), is: "closed")
    }

    @Test(
        "A drained worker lets the answer come",
        .enabled(if: canServe, "python3 is missing"))
    func drained() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let server = try await WebhookServer(street, isClosed: true)
        let worker = try await street.startWorker("urban", server.options)
        let call = try await street.submit("one")
        try await street.until("the server works") { try !server.assignments().isEmpty }
        worker.send(SIGTERM)
        try await street.until("the worker drains") { worker.errors.contains("draining") }
        try server.open()
        #expect(try await worker.wait() == .exited(0))
        #expect(try await street.track(call).state == "closed")
    }

    @Test(
        "What a killed worker had goes to another, and the server does it once",
        .enabled(if: canServe, "python3 is missing"))
    func killed() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue(lease: "3s"))
        _ = try await street.startBroker()
        let server = try await WebhookServer(street, isClosed: true)
        let first = try await street.startWorker("urban", server.options)
        let call = try await street.submit("one")
        try await street.until("the server works") { try !server.assignments().isEmpty }
        first.kill()
        _ = try await street.startWorker("urban", server.options)
        try await street.until("another attempt is made", of: call) { $0.parts[0].attempts == 2 }
        try server.open()
        try await street.until(call, is: "closed")
        #expect(try server.assignments().count == 1)
    }

    @Test("A worker with an unsafe webhook does not begin")
    func unsafe() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let (secret, readable) = (street.directory + "/secret", street.directory + "/readable")
        for (path, mode) in [(secret, 0o600), (readable, 0o644)] {
            let isMade = FileManager.default.createFile(
                atPath: path, contents: Data("0123456789abcdef".utf8),
                attributes: [.posixPermissions: mode])
            #expect(isMade)
        }
        let local = ["--webhook", "http://127.0.0.1:9/"]
        for (options, code) in [
            (local, 78), (local + ["--webhook-secret", readable], 78),
            (["--webhook", "http://city.example/", "--webhook-secret", secret], 78),
            (["--webhook", "https://a:b@city.example/", "--webhook-secret", secret], 78),
            (local + ["--webhook-secret", secret, "--webhook-certificates", secret], 78),
            (local + ["--exec", "true"], 64), (["--exec", "true", "--webhook-secret", secret], 64),
        ] as [([String], Int32)] {
            let worker = try street.launchWorker("urban", options)
            #expect(try await worker.wait() == .exited(code), "\(options) \(worker.errors)")
            #expect(!worker.errors.contains("0123456789abcdef"))
        }
    }

    /// A certificate for `localhost` and its key, made for the test.
    private static func certificate(in street: Street) throws -> (path: String, key: String) {
        let (path, key) = (street.directory + "/certificate", street.directory + "/key")
        let openssl = Process()
        openssl.executableURL = URL(filePath: Self.openssl ?? "openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", key, "-out", path,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        #expect(openssl.terminationStatus == 0)
        return (path, key)
    }
}

/// A department's server in a street.
private final class WebhookServer {
    /// The file with the secret that the worker uses.
    let secret: String
    let port: Int
    let certificatePath: String
    private let log: String
    private let gate: String

    /// Starts a server; one that `isClosed` answers nothing until `open`.
    init(
        _ street: Street, isClosed: Bool = false, certificate: (path: String, key: String)? = nil
    ) async throws {
        secret = street.directory + "/webhook-secret"
        log = street.directory + "/webhook.log"
        gate = street.directory + "/gate"
        certificatePath = certificate?.path ?? ""
        let own = street.directory + "/server-secret"
        try Self.write("a secret of both sides\n", to: own)
        try Self.write("a secret of both sides\n", to: secret)
        var options = ["--secret", own, "--log", log, "--port", "0"]
        if isClosed { options += ["--gate", gate] }
        if let certificate {
            options += ["--certificate", certificate.path, "--key", certificate.key]
        }
        let server = try street.start(
            "python3", [Places.root + "/Tests/EndToEnd/python/webhook_server.py"] + options,
            name: "server", environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        port = try await eventually("the server listens", explain: { server.errors }) {
            server.output.split(separator: " ").last.flatMap {
                Int($0.trimmingCharacters(in: .newlines))
            }
        }
    }

    /// The worker's options that name this server.
    var options: [String] {
        ["--webhook", "http://127.0.0.1:\(port)/calls", "--webhook-secret", secret]
    }

    /// The assignments it began to work on.
    func assignments() throws -> [[String: Any]] {
        guard let bytes = FileManager.default.contents(atPath: log) else { return [] }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        }
    }

    /// Lets it answer.
    func open() throws { try Self.write("", to: gate) }

    /// Writes a file of mode 0600.
    func write(_ text: String, to path: String) throws { try Self.write(text, to: path) }

    private static func write(_ text: String, to path: String) throws {
        let isMade = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard isMade else { throw TestFailure("cannot write \(path)") }
    }
}

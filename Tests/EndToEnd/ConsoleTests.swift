import Foundation
import NIOHTTP1
import TestSupport
import Testing

/// `gridcall-console` in front of real brokers, seen through a plain HTTP client.
@Suite struct ConsoleTests {
    private func scene(
        _ arguments: [String] = []
    ) async throws -> (street: Street, broker: Program, console: ConsoleScene) {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        let console = try await ConsoleScene(street, arguments)
        return (street, broker, console)
    }

    private static let languages = [
        ("zh", "城市管理", "小街"), ("en", "Urban management", "Small Street"),
    ]

    @Test("The numbers are those of gridcall stats, on the page and in the metrics")
    func numbers() async throws {
        let (street, broker, console) = try await scene()
        for _ in 0..<3 { _ = try await street.submit("one") }
        _ = try await street.submit("three")
        let worker = try await street.startWorker("market", ["--simulate", "0"])
        try await street.until("market is done") {
            try await street.stats().department("market").completed == 1
        }
        let stats = try await street.stats()
        try await console.until("/", says: "data-number=\"filed\">4<")
        // Page and metrics may be a second old, and each has its own answer of the broker.
        _ = try await eventually("the page is up to date") {
            let page = try await console.get("/")
            return page.number("queued", ofDepartment: "urban") == "4"
                && page.number("queued", ofDepartment: "market") == "0"
                && page.number("in-hand", ofDepartment: "market") == "0" ? true : nil
        }
        _ = try await eventually("the metrics are up to date") {
            try await console.get("/metrics").body.contains(
                "gridcall_parts_completed_total{street=\"small\",department=\"market\"} 1\n")
                ? true : nil
        }
        let page = try await console.get("/")
        let metrics = try await console.get("/metrics")
        for department in stats.departments {
            for (name, value) in [
                ("queued", department.queued), ("in-hand", department.inHand),
                ("overdue", department.overdue), ("stuck", department.stuck),
            ] {
                #expect(page.number(name, ofDepartment: department.id) == "\(value)")
            }
            let labels = "{street=\"small\",department=\"\(department.id)\"}"
            #expect(metrics.body.contains("gridcall_parts_queued\(labels) \(department.queued)\n"))
        }
        #expect(metrics.body.contains("gridcall_calls_filed_total{street=\"small\"} 4\n"))
        #expect(
            metrics.headers.first(name: "content-type")?.hasPrefix("text/plain; version=0.0.4")
                == true)
        for (language, word, name) in Self.languages {
            let page = try await console.get("/", ["accept-language": language])
            #expect(page.body.contains(word) && page.body.contains("<html lang=\"\(language)"))
            #expect(page.body.contains("<h2 class=\"read\">\(name)</h2>"))
        }
        withExtendedLifetime((broker, worker)) {}
    }

    @Test("A call that is filed in a terminal is told to an open page by itself")
    func events() async throws {
        let (street, broker, console) = try await scene()
        try await console.until("/", says: "data-number=\"filed\">0<")
        var number = ""
        let text = try await console.events(
            "/events?kind=now",
            after: { number = try await street.submit("one") },
            until: { $0.contains(#"data-number=\"filed\">1<"#) })
        #expect(text.hasPrefix("retry: 2000\n\n"))
        let lists = try await console.events(
            "/events?kind=lists", after: { _ = try await street.submit("one") },
            until: { $0.ranges(of: "\"generation\"").count > 1 })
        #expect(lists.contains("event: fragments"))
        #expect(try await console.get("/calls").body.contains("data-call=\"\(number)\""))
        withExtendedLifetime(broker) {}
    }

    @Test("Calls are filtered, searched, paged and downloaded as gridcall list writes them")
    func calls() async throws {
        let (street, broker, console) = try await scene()
        var numbers: [String] = []
        for text in ["路边垃圾", "=1+1", "<b>bold</b>"] {
            let submitted = try await street.gridcall(
                "submit", "--category", "one", "--grid", "g-1", "--description", text)
            numbers.append(submitted.output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        try await console.until("/calls", says: "data-call=\"\(numbers[2])\"")
        let found = try await console.get("/calls?text=%E5%9E%83%E5%9C%BE&department=urban&open=1")
        #expect(found.body.contains(numbers[0]) && !found.body.contains(numbers[1]))
        #expect(found.body.contains("value=\"垃圾\""))
        let first = try await console.get("/calls?limit=2")
        #expect(first.body.contains("&lt;b&gt;bold") && !first.body.contains("<b>bold"))
        #expect(!first.body.contains("data-call=\"\(numbers[0])\""))
        let next = try #require(first.body.firstMatch(of: #/href="(\/calls\?[^"]*page=[^"]+)"/#))
        let address = String(next.output.1).replacing("&amp;", with: "&")
        let second = try await console.get(address)
        #expect(second.body.contains("data-call=\"\(numbers[0])\""))
        #expect(!second.body.contains("data-call=\"\(numbers[2])\""))
        let csv = try await console.get("/calls.csv?bom=0", ["accept-language": "en"])
        let listed = try await street.gridcall("list", "--format", "csv", "--lang", "en")
        #expect(csv.body == listed.output && csv.body.contains("'=1+1"))
        #expect(csv.headers.first(name: "content-disposition")?.hasPrefix("attachment; ") == true)
        let marked = try await console.get("/calls.csv", ["accept-language": "en"])
        #expect(marked.body == "\u{FEFF}" + listed.output)
        withExtendedLifetime(broker) {}
    }

    @Test("A case is found by what people say of it, and tells its story and clocks")
    func story() async throws {
        let (street, broker, console) = try await scene()
        let number = try await street.submit("one")
        let worker = try await street.startWorker("urban", ["--simulate", "0"])
        try await street.until(number, is: "closed")
        try await console.until("/", says: "data-number=\"closed\">1<")
        for (language, word, _) in Self.languages {
            let page = try await console.get("/calls/1", ["accept-language": language])
            #expect(page.status == 200)
            #expect(page.body.contains(number) && page.body.contains(word))
            #expect(page.body.contains("class=\"light good\""))
        }
        let found = try await console.get("/find?case=1")
        #expect(found.status == 303 && found.headers.first(name: "location") == "/calls/1")
        #expect(try await console.get("/calls/999999").status == 404)
        let bad = try await console.get("/calls/nothing!")
        #expect(bad.status == 400 && bad.body.contains("malformedCaseNumber"))
        #expect(try await console.get("/campaigns/none").status == 404)
        #expect(try await console.get("/campaigns/always").body.contains("Every day"))
        let grids = try await console.get("/grids")
        #expect(grids.body.contains("data-grid=\"g-1\""))
        #expect(try await console.get("/health").body.contains("data-number=\"journal-batches\""))
        withExtendedLifetime((broker, worker)) {}
    }

    @Test("Whatever is asked is answered, closed and read-only")
    func badRequests() async throws {
        let (street, broker, console) = try await scene()
        let cases: [(String, Int, String)] = [
            ("/calls?state=gone", 400, "valueOutOfRange"),
            ("/calls?text=%FF", 400, "malformedText"),
            ("/nothing", 404, "notFound"), ("/?street=x", 400, "valueOutOfRange"),
            ("/calls?text=" + String(repeating: "x", count: 4_200), 414, "textTooLong"),
            ("/calls?text=%2E%2E", 400, "valueOutOfRange"),
            ("/preferences?lang=xx", 400, "valueOutOfRange"),
        ]
        try await console.until("/", says: "data-number=\"filed\"")
        for (path, status, code) in cases {
            let answer = try await console.get(path)
            #expect(answer.status == status, "\(path.prefix(40)): \(answer.status)")
            #expect(answer.body.contains(code), "\(path.prefix(40)): \(answer.body)")
        }
        for path in ["/", "/calls", "/metrics", "/healthz", "/nothing", "/static/console.js"] {
            let answer = try await console.get(path)
            let policy = answer.headers.first(name: "content-security-policy")
            #expect(policy?.hasPrefix("default-src 'none'") == true, "\(path)")
            #expect(answer.headers.first(name: "x-content-type-options") == "nosniff")
            #expect(!answer.body.contains(" style=") && !answer.body.contains("<script>"))
            let head = try await console.get(path, method: .HEAD)
            #expect(head.status == answer.status && head.body.isEmpty)
            for method in ["POST", "PUT", "DELETE"] {
                let refused = try await console.get(path, method: .init(rawValue: method))
                #expect(refused.status == 405 || refused.status == 404)
            }
        }
        let elsewhere = try await console.get("/", ["host": "evil.example"])
        #expect(elsewhere.status == 421)
        let chosen = try await console.get("/preferences?lang=zh&back=%2F%2Fevil.example")
        #expect(chosen.headers.first(name: "location") == "/")
        #expect(chosen.headers.first(name: "set-cookie")?.contains("gridcall_lang=zh") == true)
        withExtendedLifetime((street, broker)) {}
    }

    @Test("A token opens the console to whoever shows it, and to nobody else")
    func token() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        let file = street.directory + "/token"
        let secret = "a-token-of-the-console"
        try Data((secret + "\n").utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let console = try await ConsoleScene(street, ["--token-file", file])
        let asked = try await console.get("/calls?open=1")
        #expect(asked.status == 303)
        let form = try #require(asked.headers.first(name: "location"))
        #expect(form == "/login?back=%2Fcalls%3Fopen%3D1")
        #expect(try await console.get(form).body.contains("type=\"password\""))
        #expect(try await console.get("/metrics").status == 401)
        #expect(try await console.get("/events?kind=now").status == 401)
        #expect(try await console.get("/healthz").status == 200)
        let bearer = ["authorization": "Bearer \(secret)"]
        #expect(try await console.get("/metrics", bearer).status == 200)
        let wrong = try await console.get("/login", method: .POST, form: "token=wrong")
        #expect(wrong.status == 403 && wrong.headers["set-cookie"].isEmpty)
        let foreign = try await console.get(
            "/login", ["origin": "https://evil.example"], method: .POST, form: "token=\(secret)")
        #expect(foreign.status == 403)
        let right = try await console.get(
            "/login", method: .POST, form: "token=\(secret)&back=%2Fcalls")
        #expect(right.status == 303 && right.headers.first(name: "location") == "/calls")
        let cookie = try #require(right.headers.first(name: "set-cookie"))
        #expect(cookie.contains("HttpOnly; Secure; SameSite=Strict") && !cookie.contains(secret))
        let session = String(cookie.prefix { $0 != ";" })
        #expect(try await console.get("/calls", ["cookie": session]).status == 200)
        #expect(try await console.get("/calls", ["cookie": session + "0"]).status == 303)
        #expect(!console.program.errors.contains(secret))
        withExtendedLifetime(broker) {}
    }

    @Test(
        "A console that others could reach unasked does not start, and says why",
        arguments: [
            (["--listen", "0.0.0.0:0"], "--token-file"), (["--listen", "here"], "--listen"),
            (["--allow", "anna"], "--identity-header"), (["--token-file", "/nowhere"], "/nowhere"),
            (["--broker", "tcp//x"], "tcp//x"), (["--key", "/nowhere"], "--server-key"),
            (["--config", "/nowhere"], "/nowhere"),
        ])
    func refusedStarts(arguments: [String], word: String) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let program = try street.start(
            "\(Places.executables)/gridcall-console", arguments, name: "console")
        let done = try await FinishedProgram(program, within: .seconds(30))
        #expect(done.end == .exited(78))
        #expect(done.errors.contains("the console cannot begin") && done.errors.contains(word))
    }

    @Test("A broker that goes is told with its time, one that comes back is shown again")
    func recovery() async throws {
        let (street, broker, console) = try await scene()
        _ = try await street.submit("one")
        try await console.until("/", says: "data-number=\"filed\">1<")
        #expect(try await console.get("/readyz").status == 200)
        broker.kill()
        let text = try await console.events(
            "/events?kind=now", until: { $0.contains("data-notice=\\\"unreachable\\\"") })
        #expect(text.contains("<time>"))
        let page = try await console.get("/")
        #expect(page.body.contains("data-number=\"filed\">1<"))
        #expect(try await console.get("/calls").body.contains("cannot be reached"))
        #expect(
            try await console.get("/metrics").body.contains("gridcall_broker_up{street=\"small\""))
        let again = try await street.startBroker()
        _ = try await street.submit("one")
        try await console.until("/", says: "data-number=\"filed\">2<")
        #expect(try await !console.get("/").body.contains("data-notice"))
        console.program.send(SIGTERM)
        #expect(try await console.program.wait() == .exited(0))
        withExtendedLifetime(again) {}
    }

    @Test("A district sees its streets, with an auditor's key")
    func district() async throws {
        let first = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        let second = try Street(
            catalogue: SmallStreet.catalogue().replacing("id: small", with: "id: other"))
        let server = try await first.makeKeys("server")
        let auditor = try await first.admit("auditor", role: "auditor")
        let brokers = [
            try await first.startBroker(first.keyed(by: server)), try await second.startBroker(),
        ]
        let file = first.directory + "/console.yaml"
        try Data(
            """
            brokers:
              - endpoint: \(first.endpoint)
                key: \(auditor.secretFile)
                server_key: \(server.publicFile)
              - endpoint: \(second.endpoint)
            """.utf8
        ).write(to: URL(filePath: file))
        let console = try await ConsoleScene(
            first, ["--config", file], environment: ["GRIDCALL_BROKER": ""])
        let number = try await second.submit("one")
        try await console.until("/?street=other", says: "data-number=\"filed\">1<")
        try await console.until("/?street=small", says: "data-number=\"filed\">0<")
        let page = try await console.get("/")
        #expect(page.body.contains("data-overview=\"small\""))
        #expect(page.body.contains("data-street=\"other\""))
        #expect(!page.body.contains("data-notice"))
        #expect(try await console.get("/calls").body.contains("data-call=\"\(number)\""))
        #expect(try await console.get("/calls.csv").status == 400)
        #expect(try await console.get("/calls.csv?street=other").body.contains(number))
        withExtendedLifetime(brokers) {}
    }
}

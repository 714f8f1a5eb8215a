import ClientKit
import ConsoleKit
import GridCodec
import GridModel
import Testing

/// What addresses, forms, cookies and browsers say.
@Suite struct ConsoleRequestTests {
    @Test("fields are decoded, and empty ones left out")
    func fields() throws {
        let fields = try FormFields("text=%E5%9E%83+a%26b&open=1&grid=&x")
        #expect(fields["text"] == "垃 a&b")
        #expect(fields["open"] == "1")
        #expect(fields["grid"] == nil)
        #expect(try FormFields(fields.text) == fields)
        #expect(
            fields.with([("open", nil), ("a", "1/2")]).suffix == "?text=%E5%9E%83%20a%26b&a=1%2F2")
    }

    @Test(
        "fields that cannot be read are refused by name",
        arguments: [
            ("a=%", RefusalCode.malformedText, "a"), ("a=%zz", .malformedText, "a"),
            ("a=%C3%28", .malformedText, "a"), ("a=%00", .malformedText, "a"),
            ("a=1&a=2", .valueOutOfRange, "a"),
            ("b=" + String(repeating: "x", count: 513), .textTooLong, "b"),
            ((0...40).map { "f\($0)=1" }.joined(separator: "&"), .listTooLong, ""),
        ])
    func badFields(text: String, code: RefusalCode, field: String) throws {
        let mistake = #expect(throws: FormFields.Mistake.self) { try FormFields(text) }
        #expect(mistake?.code == code)
        #expect(mistake?.field == field)
    }

    @Test("a value of 512 bytes and 40 fields are allowed")
    func limits() throws {
        _ = try FormFields("b=" + String(repeating: "x", count: 512))
        _ = try FormFields((0..<40).map { "f\($0)=1" }.joined(separator: "&"))
    }

    @Test(
        "every path has its route",
        arguments: [
            ("/", Route.now), ("/calls", .calls), ("/calls.csv", .callsCSV),
            ("/calls/GL-2026-000123-7", .call("GL-2026-000123-7")),
            ("/calls/gl%202026%20123", .call("gl 2026 123")), ("/campaigns", .campaigns),
            ("/campaigns/winter", .campaign("winter")), ("/grids", .grids), ("/health", .health),
            ("/metrics", .metrics), ("/healthz", .alive), ("/readyz", .ready),
            ("/static/console.js", .asset(.script)), ("/favicon.ico", .asset(.icon)),
        ])
    func routes(path: String, route: Route) { #expect(Route(path: path) == route) }

    @Test(
        "other paths have none",
        arguments: [
            "", "/calls/", "/calls/a/b", "/Calls", "/static/../calls", "/static/x", "//calls",
            "/calls/%zz",
        ])
    func noRoutes(path: String) { #expect(Route(path: path) == nil) }

    @Test(
        "the language is the one that the browser likes best",
        arguments: [
            ("zh-CN,zh;q=0.9,en;q=0.8", Language.chinese), ("en-GB, zh;q=0.9", .english),
            ("fr, zh-TW;q=0.5, en;q=0.4", .chinese), ("fr", nil), ("", nil),
            ("zh;q=0, en;q=0.1", .english), ("en;q=0.5, zh;q=0.5", .english),
            ("en;q=bad, zh;q=0.1", .chinese), ("*", nil),
        ])
    func languages(header: String, language: Language?) {
        #expect(Preferences.accepted(header) == language)
    }

    @Test("a cookie stands above the browser, and a wrong one is no cookie")
    func cookies() {
        let headers = [
            "accept-language": "en",
            "cookie": "x=1; gridcall_lang=zh; gridcall_theme=dark; gridcall_lang=en",
        ]
        let preferences = Preferences(Samples.request("/", headers))
        #expect(preferences == Preferences(language: .chinese, theme: .dark))
        let wrong = ["cookie": "gridcall_lang=xx; gridcall_theme=<b>"]
        #expect(Preferences(Samples.request("/", wrong)) == Preferences(language: .english))
    }

    private func filter(_ text: String) throws -> WireListQuery {
        var catalogue = WireCatalogueReply()
        var urban = WireNamedID()
        (urban.id, urban.chinese, urban.english) = ("urban", "城市管理", "Urban management")
        catalogue.departments = [urban]
        return try CallFilter(
            FormFields(text), names: CatalogueNames(catalogue),
            zone: #require(LocalZone(name: "Asia/Shanghai"))
        ).query
    }

    @Test("an address holds the filters of gridcall list")
    func filters() throws {
        let query = try filter(
            "department=%E5%9F%8E%E5%B8%82%E7%AE%A1%E7%90%86&category=litter&open=1&overdue=1"
                + "&text=a&state=working&from=2026-11-23&to=2026-11-23&sort=due&limit=25")
        #expect(query.department == "urban")
        #expect(query.category == "litter")
        #expect(query.openOnly && query.overdueOnly && query.count)
        #expect(query.text == "a" && query.state == "working")
        #expect(query.filedUntil - query.filedFrom == 86_400_000)
        #expect(query.filedFrom == 1_795_363_200_000)
        #expect(query.order == .byDue && !query.descending)
        #expect(query.limit == 25)
    }

    @Test(
        "sorting is as gridcall list has it",
        arguments: [
            ("", WireListOrder.unspecified, false), ("sort=filed", .byFiled, true),
            ("sort=closed", .byClosed, true), ("sort=urgency", .byUrgency, false),
            ("direction=asc", .byFiled, false), ("sort=due&direction=desc", .byDue, true),
        ])
    func sorting(text: String, order: WireListOrder, descending: Bool) throws {
        let query = try filter(text)
        #expect(query.order == order)
        #expect(query.descending == descending)
    }

    @Test(
        "a filter that is wrong is refused by its field",
        arguments: [
            ("state=gone", "state"), ("open=yes", "open"), ("from=yesterday", "from"),
            ("limit=0", "limit"), ("limit=501", "limit"), ("sort=name", "sort"),
            ("page=%21", "page"), ("departmnt=urban", "departmnt"),
            ("department=a%20b", "department"),
        ])
    func badFilters(text: String, field: String) {
        let mistake = #expect(throws: FormFields.Mistake.self) { try filter(text) }
        #expect(mistake?.field == field)
    }

    @Test("every answer has the headers that close the page")
    func headers() {
        var reply = ConsoleReply(page: "<p>")
        reply.secure()
        let headers = Dictionary(reply.headers.map { ($0.name, $0.value) }) { first, _ in first }
        #expect(headers["content-security-policy"]?.hasPrefix("default-src 'none'; ") == true)
        #expect(headers["content-security-policy"]?.contains("unsafe") == false)
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["cache-control"] == "no-store")
        #expect(reply.headers.count == Set(reply.headers.map(\.name)).count)
    }
}

import ClientKit
import GridCodec
import GridModel
import Testing

@Suite struct TopKeysTests {
    @Test("q quits, also from the help, but is a letter in the filter")
    func quitting() {
        for keys in ["q", "Q", "?q"] {
            var fixture = TopFixture.shown()
            fixture.type(keys)
            #expect(fixture.model.isFinished)
        }
        var fixture = TopFixture.shown()
        fixture.type("/q")
        #expect(!fixture.model.isFinished && fixture.lines.last?.hasPrefix("filter: q_") == true)
    }

    @Test("the sort goes through the visible columns, numbers from the largest, and back")
    func sorting() {
        var fixture = TopFixture.shown()
        let catalogue = ["Urban manage", "Market super", "Safety and e", "Judicial off"]
        #expect(fixture.names(under: "Department") == catalogue)
        fixture.type(">")
        #expect(
            fixture.names(under: "*Department")
                == ["Judicial off", "Market super", "Safety and e", "Urban manage"])
        fixture.press(.right)
        #expect(fixture.text.contains("*queued"))
        #expect(fixture.names(under: "Department") == catalogue.reversed())
        fixture.type("r")
        #expect(fixture.names(under: "Department") == catalogue)
        fixture.type("<<r")
        #expect(fixture.names(under: "Department") == catalogue.reversed())
        fixture.press(.left)
        #expect(fixture.text.contains("*latency p99"))
    }

    @Test("rows that are equal keep the catalogue's order")
    func stableSort() {
        var fixture = TopFixture.shown()
        fixture.type(">>>>>")
        #expect(fixture.text.contains("*overdue"))
        #expect(fixture.names(under: "Department").first == "Urban manage")
    }

    @Test("keys act on the table that Tab chose")
    func focus() {
        var fixture = TopFixture.shown()
        fixture.press(.tab)
        fixture.type("r")
        #expect(fixture.names(under: "Department").first == "Urban manage")
        #expect(fixture.names(under: "Campaign").first == "Campaign no.")
        #expect(fixture.lines.contains { $0.hasPrefix("Campaign no. 2") })
        let rows = fixture.lines.filter { $0.hasPrefix("Campaign no.") }
        #expect(rows.map { $0.prefix(14).last } == ["2", "1", "0"])
    }

    @Test("v shows one table, and Tab then the other one")
    func oneTable() {
        var fixture = TopFixture.shown()
        fixture.type("v")
        #expect(fixture.text.contains("Urban") && !fixture.text.contains("Campaign"))
        fixture.press(.tab)
        #expect(!fixture.text.contains("Urban") && fixture.text.contains("Campaign no. 2"))
        fixture.type("v")
        #expect(fixture.text.contains("Urban") && fixture.text.contains("Campaign no. 2"))
    }

    @Test("the filter takes names of both languages and ids, as it is typed")
    func filtering() {
        for (text, language) in [("市场", Language.english), ("MARKET", .chinese), ("d1", .english)] {
            var fixture = TopFixture.shown(language: language)
            fixture.type("/" + text)
            #expect(fixture.text.contains(language(chinese: "市场监管", english: "Market")))
            #expect(!fixture.text.contains(language(chinese: "城市管理", english: "Urban")))
        }
    }

    @Test("Enter keeps the filter, Esc brings back the one before, Esc again clears it")
    func filterKeys() {
        var fixture = TopFixture.shown()
        fixture.type("/Urb")
        fixture.press(.backspace, .enter)
        #expect(fixture.lines[0].contains("filter: Ur") && !fixture.text.contains("Judicial"))
        fixture.type("/xyz")
        #expect(fixture.text.contains("nothing passes the filter"))
        fixture.press(.escape)
        #expect(fixture.lines[0].contains("filter: Ur"))
        fixture.press(.escape)
        #expect(!fixture.lines[0].contains("filter") && fixture.text.contains("Judicial"))
        fixture.type("/abc")
        fixture.press(.control("u"), .enter)
        #expect(fixture.text.contains("Judicial"))
        fixture.type("/" + String(repeating: "x", count: 500))
        #expect(fixture.lines.last?.contains(String(repeating: "x", count: 61)) == false)
    }

    @Test("a table with more rows than lines scrolls and never beyond its ends")
    func scrolling() {
        var fixture = TopFixture.shown(rows: 24, departments: 40, campaigns: 30)
        #expect(
            fixture.text.contains(" 1-11/40"))
        fixture.press(.down)
        #expect(fixture.text.contains(" 2-12/40"))
        fixture.press(.end)
        #expect(fixture.text.contains(" 30-40/40"))
        fixture.press(.pageDown, .down)
        #expect(fixture.text.contains(" 30-40/40"))
        fixture.press(.pageUp)
        #expect(fixture.text.contains(" 19-29/40"))
        fixture.press(.home, .up, .pageUp)
        #expect(fixture.text.contains(" 1-11/40"))
        fixture.press(.end)
        fixture.model.resize(columns: 80, rows: 100)
        #expect(fixture.text.contains("Department ") && !fixture.text.contains("/40"))
        fixture.press(.tab, .end)
        fixture.model.resize(columns: 80, rows: 24)
        fixture.press(.end)
        fixture.type("/no. 29")
        #expect(fixture.text.contains("Campaign no. 29"))
    }

    @Test("while paused nothing is asked, and going on asks at once")
    func pausing() {
        var fixture = TopFixture.shown()
        fixture.type("p")
        fixture.now += 60_000
        let askedWhilePaused = fixture.answer()
        #expect(!askedWhilePaused && fixture.lines[0].contains("PAUSED"))
        #expect(!fixture.lines[0].contains("no figures"))
        fixture.type(" ")
        let askedAfterwards = fixture.answer()
        #expect(askedAfterwards && !fixture.lines[0].contains("PAUSED"))
    }

    @Test("the interval grows and shrinks in steps, between its ends")
    func interval() {
        var fixture = TopFixture.shown()
        #expect(fixture.lines[0].contains("every 2 s"))
        fixture.type("+")
        #expect(fixture.lines[0].contains("every 5 s"))
        fixture.now += 2_000
        let askedTooEarly = fixture.answer()
        #expect(!askedTooEarly)
        fixture.type("---")
        #expect(fixture.lines[0].contains("every 0.5 s"))
        fixture.type("----------")
        #expect(fixture.lines[0].contains("every 0.1 s"))
        fixture.type("++++++++++++++++")
        #expect(fixture.lines[0].contains("every 3600 s"))
    }

    @Test("the help covers the tables, fits 80 columns, scrolls, and any key closes it")
    func help() {
        for language in Language.allCases {
            var fixture = TopFixture.shown(language: language)
            fixture.type("?")
            #expect(!fixture.text.contains("城市管理") && !fixture.text.contains("Urban"))
            #expect(fixture.text.contains("Ctrl-C") && !fixture.text.contains("…"))
            #expect(fixture.text.contains("# "), "all of it at 24 lines")
            fixture.model.resize(columns: 80, rows: 10)
            fixture.press(.down)
            #expect(!fixture.text.contains("Ctrl-C"))
            fixture.press(.up)
            #expect(fixture.text.contains("Ctrl-C"))
            fixture.press(.escape)
            #expect(!fixture.text.contains("Ctrl-C"))
        }
    }

    @Test("Ctrl-L and a new size draw everything anew, once")
    func repainting() {
        var fixture = TopFixture.shown()
        let first = fixture.model.takeRepaint()
        let again = fixture.model.takeRepaint()
        fixture.press(.control("l"))
        let asked = fixture.model.takeRepaint()
        fixture.model.resize(columns: 81, rows: 24)
        let resized = fixture.model.takeRepaint()
        #expect([first, again, asked, resized] == [true, false, true, true])
    }

    @Test("the plain page holds every row and column and no spaces at the ends of lines")
    func page() {
        var fixture = TopFixture.shown(columns: 240, rows: 1, departments: 4, campaigns: 30)
        fixture.model.resize(columns: 240, rows: 1)
        let lines = fixture.model.page(now: fixture.now).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0.hasPrefix("Campaign no.") }.count == 30)
        #expect(lines.contains { $0.hasPrefix("Department") && $0.hasSuffix("dispatched") })
        #expect(!lines.contains { $0.hasSuffix(" ") })
    }
}

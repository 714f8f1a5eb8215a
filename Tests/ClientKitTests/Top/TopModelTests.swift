import ClientKit
import GridCodec
import GridModel
import GridSession
import Testing

@Suite struct TopModelTests {
    // MARK: The session

    @Test("one question at a time, the next after the interval, over reconnects too")
    func questions() {
        var fixture = TopFixture()
        let first = fixture.model.takeQuestion(now: 10_000)
        #expect(first?.correlation == 1)
        fixture.now += 60_000
        let other = fixture.model.takeQuestion(now: fixture.now)
        #expect(other == nil)
        var reply = WireQueryReplyItem()
        reply.correlation = 1
        reply.stats = fixture.stats
        fixture.model.apply(.queryReplies([reply]), now: fixture.now)
        let second = fixture.answer()
        fixture.now += 1_999
        let early = fixture.answer()
        #expect(fixture.model.pause(now: fixture.now) == 1)
        fixture.now += 1
        let third = fixture.answer()
        #expect([second, early, third] == [true, false, true])
    }

    @Test("an answer to another question is none")
    func otherAnswers() {
        var fixture = TopFixture()
        fixture.connect()
        _ = fixture.model.takeQuestion(now: fixture.now)
        var reply = WireQueryReplyItem()
        reply.correlation = 99
        reply.stats = fixture.stats
        fixture.model.apply(.queryReplies([reply]), now: fixture.now)
        #expect(fixture.text.contains("waiting for figures"))
    }

    @Test("the screen says that the connection is lost, for how long, and that it is back")
    func lostConnection() {
        var fixture = TopFixture.shown()
        #expect(fixture.lines[0].contains("connected") && !fixture.text.contains("reconnects"))
        fixture.disconnect()
        fixture.now += 3_000
        fixture.disconnect()
        #expect(fixture.lines[0].contains("connection lost 3 s ago, trying again"))
        #expect(fixture.text.contains("Urban management"))
        fixture.connect()
        #expect(fixture.lines[0].contains("connected  "))
        #expect(fixture.lines[1].contains("reconnects 1"))
    }

    @Test("before the first connection it says so, and a refusal gives its reason")
    func connecting() {
        var fixture = TopFixture(language: .chinese, columns: 200)
        fixture.now += 5_000
        #expect(fixture.lines[0].contains("正在连接 5 秒"))
        var error = WireError()
        error.code = UInt32(RefusalCode.brokerBehind.rawValue)
        error.reason = "older\u{1B}[2J"
        fixture.model.apply(.brokerError(error), now: fixture.now)
        #expect(fixture.lines[0].contains("服务端拒绝：brokerBehind"))
        #expect(!fixture.text.contains("\u{1B}"))
        fixture.connect()
        #expect(fixture.lines[0].contains("已连接"))
    }

    @Test("a refused question is shown and asked again")
    func refusedQuestion() {
        var fixture = TopFixture.shown(columns: 200)
        fixture.now += 2_000
        let question = fixture.model.takeQuestion(now: fixture.now)
        var reply = WireQueryReplyItem()
        reply.correlation = question?.correlation ?? 0
        reply.refused = WireRefusal(Refusal(.viewsBehind, reason: "later"))
        fixture.model.apply(.queryReplies([reply]), now: fixture.now)
        #expect(fixture.lines[0].contains("viewsBehind"))
        fixture.now += 2_000
        let asked = fixture.answer()
        #expect(asked && !fixture.lines[0].contains("viewsBehind"))
    }

    @Test("figures that stay away are noticed")
    func silence() {
        var fixture = TopFixture.shown(columns: 200)
        fixture.now += 6_000
        #expect(!fixture.text.contains("no figures"))
        fixture.now += 1_000
        #expect(fixture.lines[0].contains("no figures for 7 s"))
    }

    // MARK: Figures

    @Test("rates are taken from successive counters, unknown ones are a hyphen")
    func rates() throws {
        var fixture = TopFixture.shown(columns: 200, departments: 1, campaigns: 0)
        let titles = try #require(fixture.lines.firstIndex { $0.hasPrefix("Department") })
        #expect(fixture.lines[titles + 1].contains(" - "))
        fixture.now += 30_000
        fixture.stats.departments[0].received += 6
        fixture.stats.departments[0].completed += 60
        fixture.stats.callsFiled += 3
        fixture.answer()
        let words = fixture.lines[titles + 1].split(separator: " ").map(String.init)
        // Urban management 0 7 - 0 0 in out
        #expect(words[2...8] == ["0", "7", "-", "0", "0", "12", "120"])
        #expect(fixture.lines[2].contains("filed 3 (6.0/min)"))
        fixture.stats.departments[0].clearReceived()
        fixture.now += 2_000
        fixture.answer()
        let later = fixture.lines[titles + 1].split(separator: " ").map(String.init)
        #expect(later[7] == "-" && later[8] != "-")
    }

    @Test("every cell ends under the end of its title, in both languages and any width")
    func straightColumns() throws {
        for language in Language.allCases {
            for columns in [60, 80, 120, 200] {
                var fixture = TopFixture.shown(language: language, columns: columns, rows: 40)
                fixture.now += 2_000
                fixture.stats.departments[2].queued = 1_234_567
                fixture.answer()
                let start = try #require(
                    fixture.lines.firstIndex {
                        $0.hasPrefix(language(chinese: "部门", english: "Department"))
                    })
                let titles = cells(fixture.lines[start])
                let queued = language(chinese: "待派遣", english: "queued")
                let end = try #require(cellAfter(queued, in: titles))
                for row in 1...4 {
                    let line = cells(fixture.lines[start + row])
                    #expect(line[end - 1].first?.isNumber == true, "\(fixture.text)")
                    #expect(line[end] == " ", "\(fixture.text)")
                }
            }
        }
    }

    @Test("a narrower screen shows a beginning of the wider one's columns")
    func columns() {
        var before: [Substring] = []
        for columns in 20...220 {
            let fixture = TopFixture.shown(columns: columns)
            let titles = fixture.lines.first { $0.hasPrefix("Dep") } ?? ""
            let words = titles.split(separator: " ")
            if columns > 40 {
                #expect(words.starts(with: before), "\(columns)")
                before = words
            }
        }
        #expect(before.contains("workers") && before.contains("dispatched"))
        let narrow = TopFixture.shown(columns: 80).text
        for title in ["queued", "in hand", "oldest", "overdue", "stuck", "in/min", "latency p99"] {
            #expect(narrow.contains(title))
        }
        #expect(TopFixture.shown(columns: 200).text.contains("Safety and environment"))
    }

    @Test("nothing from outside reaches the screen as a control character")
    func hostileNames() {
        var fixture = TopFixture(columns: 200, rows: 40)
        var welcome = WireWelcome()
        welcome.streetName = "street\u{1B}]0;title\u{7}\n"
        fixture.model.apply(.connected(welcome), now: fixture.now)
        fixture.stats.departments[0].english = "\u{1B}[31mred\u{9B}2J\u{202E}\n"
        fixture.stats.departments[1].id = "\u{7}"
        fixture.stats.departments[1].english = ""
        fixture.stats.departments[1].chinese = ""
        fixture.stats.campaigns[0].english = "\r\u{8}x"
        fixture.stats.campaigns[0].lead = "\u{1B}c"
        fixture.answer()
        fixture.type("/\u{1B}")
        fixture.press(.enter)
        for line in fixture.model.screen(now: fixture.now) {
            let unsafe = line.text.unicodeScalars.filter { $0.isUnsafe }
            #expect(unsafe.isEmpty, "\(line.text)")
        }
    }

    @Test("no size and no state breaks the screen: lines fit, and there are as many as rows")
    func everySize() {
        for (departments, campaigns) in [(0, 0), (1, 1), (4, 12)] {
            for (columns, rows) in sizes {
                var fixture = TopFixture.shown(
                    language: columns % 2 == 0 ? .chinese : .english, columns: columns, rows: rows,
                    departments: departments, campaigns: campaigns)
                for keys in ["", "v", "r>>>", "?j", "q/g"] {
                    fixture.type(keys)
                    fixture.press(.end)
                    let lines = fixture.model.screen(now: fixture.now)
                    #expect(lines.count == (columns == 0 ? 0 : rows))
                    let width = lines.map { $0.text.displayWidth }.max() ?? 0
                    #expect(width <= columns, "\(columns) by \(rows): \(fixture.text)")
                }
            }
        }
    }

    private var sizes: [(Int, Int)] {
        [0, 1, 2, 7, 16, 17, 40, 80, 200].flatMap { columns in
            [0, 1, 2, 5, 6, 7, 10, 24].map { (columns, $0) }
        }
    }

    /// One element for each cell; the second of a wide character is empty.
    private func cells(_ line: String) -> [String] {
        line.flatMap { character in
            let text = String(character)
            return [text] + Array(repeating: "", count: text.displayWidth - 1)
        }
    }

    /// The cell after the last of `title`.
    private func cellAfter(_ title: String, in cells: [String]) -> Int? {
        let width = title.displayWidth
        return cells.indices.first { start in
            start + width <= cells.count && cells[start..<start + width].joined() == title
        }.map { $0 + width }
    }
}

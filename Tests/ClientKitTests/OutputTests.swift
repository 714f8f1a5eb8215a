import ClientKit
import GridCodec
import GridModel
import Testing

@Suite struct StatsOutputTests {
    private var stats: WireStatsView {
        var stats = WireStatsView()
        stats.at = 1_795_425_508_250
        stats.callsFiled = 9
        stats.callsClosed = 5
        stats.callsVoided = 1
        stats.callsOpen = 3
        stats.callsMerged = 2
        stats.callsDispatched = 8
        stats.callsMisdispatched = 4
        stats.callsPassedOn = 1
        stats.sessions = 4
        stats.submitsRepeated = 5
        stats.itemsRefused = 6
        stats.framesRefused = 7
        stats.outcomesLost = 8
        stats.journalBatches = 99
        stats.viewsLagBatches = 10
        stats.framesOverRate = 11
        stats.framesUnsent = 12
        stats.accessRefused = 13
        stats.clockUnconfirmed = true
        var department = WireDepartmentView()
        department.id = "urban"
        department.chinese = "城市管理"
        department.english = "Urban management"
        department.queued = 1
        department.dispatched = 2
        department.accepted = 3
        department.completed = 4
        department.returned = 5
        department.stuck = 6
        department.overdue = 7
        department.inHand = 8
        department.received = 10
        department.workers = 9
        department.oldestQueuedSeconds = 1.5
        department.dispatch.count = 2
        department.dispatch.p50 = 0.001
        department.dispatch.p90 = 0.5
        department.dispatch.p99 = 12
        department.dispatch.p999 = 13
        department.dispatch.max = 14
        stats.departments = [department]
        var campaign = WireCampaignView()
        campaign.id = "winter"
        campaign.chinese = "冬季消防"
        campaign.english = "Winter fire safety"
        campaign.target = 100
        campaign.found = 3
        campaign.closed = 2
        campaign.overdue = 1
        stats.campaigns = [campaign]
        return stats
    }

    private func output(_ language: Language = .english) throws -> StatsOutput {
        let zone = try #require(LocalZone(name: "Asia/Shanghai"))
        return StatsOutput(stats, Presentation(zone: zone, language: language))
    }

    @Test("the JSON has exactly the promised keys")
    func json() throws {
        #expect(
            try output().json.rendered == """
                {
                  "at": "2026-11-23T17:18:28.250+08:00",
                  "departments": [
                    {
                      "id": "urban",
                      "name": {
                        "zh": "城市管理",
                        "en": "Urban management"
                      },
                      "queued": 1,
                      "dispatched": 2,
                      "accepted": 3,
                      "completed": 4,
                      "returned": 5,
                      "stuck": 6,
                      "overdue": 7,
                      "inHand": 8,
                      "received": 10,
                      "workers": 9,
                      "oldestQueuedSeconds": 1.5,
                      "latency": {
                        "dispatch": {
                          "count": 2,
                          "p50": 0.001,
                          "p90": 0.5,
                          "p99": 12.0,
                          "p999": 13.0,
                          "max": 14.0
                        },
                        "accept": {
                          "count": 0,
                          "p50": 0.0,
                          "p90": 0.0,
                          "p99": 0.0,
                          "p999": 0.0,
                          "max": 0.0
                        },
                        "resolve": {
                          "count": 0,
                          "p50": 0.0,
                          "p90": 0.0,
                          "p99": 0.0,
                          "p999": 0.0,
                          "max": 0.0
                        }
                      }
                    }
                  ],
                  "campaigns": [
                    {
                      "id": "winter",
                      "name": {
                        "zh": "冬季消防",
                        "en": "Winter fire safety"
                      },
                      "target": 100,
                      "found": 3,
                      "closed": 2,
                      "overdue": 1
                    }
                  ],
                  "calls": {
                    "filed": 9,
                    "closed": 5,
                    "voided": 1,
                    "open": 3,
                    "merged": 2,
                    "dispatched": 8,
                    "misdispatched": 4,
                    "passedOn": 1
                  },
                  "broker": {
                    "sessions": 4,
                    "submitsRepeated": 5,
                    "itemsRefused": 6,
                    "framesRefused": 7,
                    "outcomesLost": 8,
                    "journalBatches": 99,
                    "viewsLagBatches": 10,
                    "framesOverRate": 11,
                    "framesUnsent": 12,
                    "accessRefused": 13,
                    "clockUnconfirmed": true
                  }
                }

                """)
    }

    @Test("the tables are aligned, also under Chinese names")
    func table() throws {
        let lines = try output(.chinese).table.split(separator: "\n").map(String.init)
        #expect(lines[0] == "2026-11-23 17:18:28  立案 9  结案 5  作废 1  在办 3")
        #expect(lines[1] == "时钟跳变，各项时限暂停；核对后执行 gridcall clock confirm")
        let header = lines[2]
        let row = lines[3]
        #expect(row.hasPrefix("城市管理       1     2"))
        #expect(row.displayWidth <= header.displayWidth)
        #expect(lines[5] == "冬季消防   100     3     2     1")
    }
}

@Suite struct RateTests {
    @Test(
        "a rate has one digit after the point, and no counts that a broker says can stop it",
        arguments: [
            (0, 4, "0.0 %"), (1, 3, "33.3 %"), (2, 3, "66.7 %"), (3, 2, "150.0 %"), (1, 0, "–"),
            (UInt64.max, 1, "–"), (UInt64.max, UInt64.max, "100.0 %"),
        ])
    func percent(numerator: UInt64, denominator: UInt64, text: String) {
        #expect(CampaignRates.rectification(numerator, of: denominator).percent == text)
    }

    @Test("counts that are too large to be added are as large as can be")
    func saturating() {
        var campaign = WireCampaignView()
        campaign.closed = .max
        campaign.overdue = 2
        #expect(CampaignRates(campaign).closingOnTime.denominator == .max)
    }
}

@Suite struct JSONValueTests {
    @Test("a text is escaped so that it stays JSON and cannot steer a terminal")
    func escaping() {
        let text = JSONValue.text("\"\\\n\r\t\u{1B}\u{9B}\u{202E}\u{E0041}城/")
        let shown = #""\"\\\n\r\t\u001b\u009b\u202e\udb40\udc41城/""#
        #expect(text.rendered == shown + "\n")
    }

    @Test("numbers that JSON has not are null")
    func numbers() {
        let values: [JSONValue] = [
            .number(.nan), .number(.infinity), .number(-0.25), .integer(.min),
            .count(UInt64.max), .null, .boolean(true), .array([]), .object([]),
        ]
        #expect(
            JSONValue.array(values).rendered == """
                [
                  null,
                  null,
                  -0.25,
                  -9223372036854775808,
                  9223372036854775807,
                  null,
                  true,
                  [],
                  {}
                ]

                """)
    }
}

@Suite struct TextTableTests {
    @Test("columns are as wide as their widest cell, numbers at the right")
    func alignment() {
        var table = TextTable([
            TextTable.Column("name"), TextTable.Column("count", isNumber: true),
            TextTable.Column("note"),
        ])
        table.add(["市场监管", "7", ""])
        table.add(["a\nb", "1234567", "x"])
        #expect(
            table.rendered == """
                name        count  note
                市场监管        7
                a\\nb      1234567  x

                """)
    }
}

@Suite struct WordsTests {
    @Test(
        "a duration has a unit that suits its size",
        arguments: [
            (0.0, "0"), (0.000_0123, "12 µs"), (0.0008, "800 µs"), (0.0123, "12 ms"),
            (0.0099, "9.9 ms"), (1.0, "1 s"), (1.25, "1.3 s"), (119.0, "119 s"),
            (120.0, "2 min"), (7_200.0, "2 h"), (172_800.0, "2 d"), (Double.infinity, "∞"),
            (Double.nan, "∞"),
        ])
    func duration(seconds: Double, text: String) {
        #expect(Words.duration(seconds: seconds) == text)
    }
}

@Suite struct RedrawnScreenTests {
    @Test("on a terminal the old lines are drawn over, elsewhere blocks follow each other")
    func drawing() {
        var terminal = RedrawnScreen(isTerminal: true)
        #expect(terminal.draw("a\nb\n") == "a\nb\n")
        #expect(terminal.draw("c\n") == "\u{1B}[2A\r\u{1B}[Jc\n")
        #expect(terminal.draw("d\n") == "\u{1B}[1A\r\u{1B}[Jd\n")
        var log = RedrawnScreen(isTerminal: false)
        #expect(log.draw("a\n") + log.draw("b\n") == "a\n\nb\n")
    }
}

import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

@Suite struct CampaignOutputTests {
    private var detail: WireCampaignDetailView {
        var view = WireCampaignDetailView()
        view.campaign = campaign
        view.assists = ["urban"]
        view.categories = ["fire"]
        view.legalBasis = "《消防法》"
        view.departments = [share("safety", 100, 62, 31, 20, 5), share("urban", 0, 3, 0, 0, 0)]
        view.grids = [share("g-1", 10, 10, 5, 5, 0)]
        view.weeks = 2.5
        view.callsPerWeekBefore = 4
        view.callsPerWeekDuring = 24.84
        view.summary = "查处 20 起\n其余移交"
        view.closedBy = "张队"
        view.closedAt = 1_795_425_508_250
        return view
    }

    private var campaign: WireCampaignView {
        var view = WireCampaignView()
        view.id = "winter"
        view.chinese = "冬季消防"
        view.english = "Winter fire safety"
        view.lead = "safety"
        view.target = 100
        view.found = 62
        view.rectified = 31
        view.closed = 20
        view.closedOnTime = 15
        view.overdue = 5
        view.state = .closed
        view.from = 1_793_462_400_000
        view.until = 1_796_054_400_000
        return view
    }

    private func share(
        _ id: String, _ target: UInt64, _ found: UInt64, _ rectified: UInt64, _ closed: UInt64,
        _ overdue: UInt64
    ) -> WireCampaignShareView {
        var view = WireCampaignShareView()
        view.id = id
        (view.target, view.found, view.rectified) = (target, found, rectified)
        (view.closed, view.overdue) = (closed, overdue)
        return view
    }

    private func presentation(_ language: Language) throws -> Presentation {
        Presentation(
            zone: try #require(LocalZone(name: "Asia/Shanghai")), language: language)
    }

    @Test("a campaign in Chinese, whole")
    func chinese() throws {
        #expect(
            try CampaignOutput(detail, presentation(.chinese)).table == """
                冬季消防 (winter)  已总结
                主办        safety
                协办        urban
                时间        2026-11-01 00:00:00 – 2026-12-01 00:00:00
                类别        fire
                依据        《消防法》

                目标        ████░░░░ 62/100
                进度        发现 62  整改 31  结案 20  超期 5

                指标          数值  分子/分母  公式
                整改率      50.0 %      31/62  整改 ÷ 发现
                结案率      32.3 %      20/62  结案 ÷ 发现
                按期结案率  60.0 %      15/25  按期结案 ÷（结案 + 超期未结）

                部门    发现  整改  结案  超期  整改率  结案率  发现/目标
                safety    62    31    20     5  50.0 %  32.3 %  ████░░░░ 62/100
                urban      3     0     0     0   0.0 %   0.0 %  –

                网格  发现  整改  结案  超期  整改率  结案率  发现/目标
                g-1     10     5     5     0  50.0 %  50.0 %  ████████ 10/10

                每周呼叫    行动前 4.0，行动中 24.8（各按 2.5 周计：同类别、同网格的案卷 ÷ 周数；行动中为本行动的案卷 ÷ 周数）

                总结        查处 20 起\\n其余移交
                总结人      张队  2026-11-23 17:18:28

                """)
    }

    @Test("a campaign in English, whole; without an end, a target, calls or a summary")
    func english() throws {
        var view = WireCampaignDetailView()
        view.campaign = campaign
        view.campaign.state = .open
        (view.campaign.target, view.campaign.until) = (0, 0)
        (view.campaign.found, view.campaign.rectified, view.campaign.closed) = (0, 0, 0)
        (view.campaign.closedOnTime, view.campaign.overdue) = (0, 0)
        #expect(
            try CampaignOutput(view, presentation(.english)).table == """
                Winter fire safety (winter)  open
                lead        safety
                assists     –
                window      2026-11-01 00:00:00 – no end yet
                categories  all

                target      –
                progress    found 0  rectified 0  closed 0  overdue 0

                rate                  value   of  formula
                rectification rate        –  0/0  rectified ÷ found
                closing rate              –  0/0  closed ÷ found
                on-time closing rate      –  0/0  closed on time ÷ (closed + open overdue)

                """)
    }

    @Test("the CSV has a row for the campaign, each department and each grid")
    func csv() throws {
        #expect(
            try CampaignOutput(detail, presentation(.english)).csv.replacing("\r", with: "") == """
                of,id,name,target,found,rectified,closed,overdue,rectified %,closed %
                campaign,winter,Winter fire safety,100,62,31,20,5,50.0 %,32.3 %
                department,safety,safety,100,62,31,20,5,50.0 %,32.3 %
                department,urban,urban,0,3,0,0,0,0.0 %,0.0 %
                grid,g-1,g-1,10,10,5,5,0,50.0 %,50.0 %

                """)
    }

    @Test("the JSON tells every rate with numerator and denominator")
    func json() throws {
        let json = try CampaignOutput(detail, presentation(.english)).json.rendered
        for text in [
            "\"state\": \"closed\"", "\"closedOnTime\": 15", "\"numerator\": 15",
            "\"denominator\": 25", "\"value\": 0.6", "\"weeks\": 2.5", "\"legalBasis\"",
            "\"closedAt\": \"2026-11-23T17:18:28.250+08:00\"",
        ] { #expect(json.contains(text), "\(text)") }
    }

    @Test("the list of campaigns has state and rates in both languages")
    func list() throws {
        let rows = try CampaignsOutput([campaign], presentation(.english)).csv
            .replacing("\r", with: "").split(separator: "\n")
        #expect(
            rows.first == """
                id,campaign,state,lead,from,until,target,found,rectified,closed,overdue,\
                rectified %,closed %,on time %
                """)
        #expect(
            rows.last == """
                winter,Winter fire safety,closed,safety,2026-11-01 00:00:00,2026-12-01 00:00:00,\
                100,62,31,20,5,50.0 %,32.3 %,60.0 %
                """)
        let chinese = try CampaignsOutput([campaign], presentation(.chinese)).csv
        #expect(chinese.contains("整改率,结案率,按期结案率") && chinese.contains("已总结"))
    }

    @Test("a bar is full only when the target is reached, and never empty for something")
    func bar() throws {
        for (found, target, expected) in [
            (0, 100, "░░░░░░░░ 0/100"), (1, 1_000, "█░░░░░░░ 1/1000"), (99, 100, "███████░ 99/100"),
            (100, 100, "████████ 100/100"), (300, 100, "████████ 300/100"),
        ] as [(UInt64, UInt64, String)] {
            var view = WireCampaignDetailView()
            (view.campaign.found, view.campaign.target) = (found, target)
            let table = try CampaignOutput(view, presentation(.english)).table
            #expect(table.contains("  \(expected)\n"), "\(table)")
        }
    }

    @Test("activities are added up by kind")
    func activities() throws {
        let views = [(1, 30, 1_000), (2, 1, 7), (1, 2, 5)].map { kind, sessions, people in
            var view = WireActivityView()
            view.kind = WireActivityKind(rawValue: kind) ?? .unspecified
            view.heldAt = 1_795_363_200_000
            view.theme = "燃气安全"
            view.sessions = UInt32(sessions)
            view.people = UInt32(people)
            view.recordedBy = "local"
            return view
        }
        #expect(
            try ActivitiesOutput(views, presentation(.chinese)).table == """
                日期                 种类  主题      场次  人次  登记人
                2026-11-23 00:00:00  宣传  燃气安全    30  1000  local
                2026-11-23 00:00:00  培训  燃气安全     1     7  local
                2026-11-23 00:00:00  宣传  燃气安全     2     5  local

                合计  次数  场次  人次
                宣传     2    32  1005
                培训     1     1     7
                全部     3    33  1012

                """)
        let english = try ActivitiesOutput(views, presentation(.english))
        #expect(english.table.contains("outreach           2        32    1005"))
        #expect(english.csv.hasPrefix("date,kind,theme,sessions,people,recorded by"))
    }
}

@Suite struct CampaignCommandTests {
    private func send(_ command: PersonCommand, reason: String = "r") throws -> WireCommandItem {
        let broker = FakeBroker()
        var named = WireNamedID()
        (named.id, named.chinese, named.english) = ("winter", "冬季消防", "Winter fire safety")
        broker.catalogue.campaigns = [named]
        var command = command
        command.reason = reason
        #expect(try command.run(in: ClientSession(broker, CollectingConsole())) == .done)
        return try #require(broker.commands.first)
    }

    private func bound(_ text: String) throws -> TimeBound {
        try #require(TimeBound(parsing: text))
    }

    @Test("a campaign is named as people call it, and the reason goes along")
    func named() throws {
        #expect(try send(.openCampaign("冬季消防")).openCampaign.campaign == "winter")
        let closed = try send(.closeCampaign("Winter fire safety"), reason: "查处 20 起")
        #expect(closed.closeCampaign.campaign == "winter" && closed.reason == "查处 20 起")
        #expect(closed.call.isEmpty)
    }

    @Test("a day as the end is in the campaign to its end, in the street's zone; a time is a time")
    func until() throws {
        let day = try send(.extendCampaign("winter", until: bound("2026-08-31")))
        #expect(day.extendCampaign.campaign == "winter")
        // 1 September, midnight in Shanghai.
        #expect(day.extendCampaign.until == 1_788_192_000_000)
        let time = try send(.extendCampaign("winter", until: bound("2026-08-31T18:00:00+08:00")))
        #expect(time.extendCampaign.until == 1_788_170_400_000)
    }

    @Test("the day of an activity is the street's")
    func activity() throws {
        let item = try send(
            .recordActivity(.training, at: bound("2026-08-31"), sessions: 2, people: 40))
        #expect(item.recordActivity.heldAt == 1_788_105_600_000)
        #expect(item.recordActivity.kind == .training && item.recordActivity.sessions == 2)
        #expect(item.recordActivity.people == 40)
    }

    @Test("the activities of all pages are added up")
    func pages() throws {
        let (broker, console) = (FakeBroker(), CollectingConsole())
        broker.replies = (0..<3).map { page in
            var reply = WireActivitiesReply()
            var view = WireActivityView()
            (view.kind, view.sessions, view.people) = (.outreach, 1, UInt32(page))
            reply.activities = [view]
            if page < 2 { reply.nextPage.append(UInt8(page)) }
            return .activities(reply)
        }
        let command = ActivitiesCommand(from: nil, until: nil, format: .json)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(broker.queries.count == 3 && console.output.contains("\"people\": 3"))
    }
}

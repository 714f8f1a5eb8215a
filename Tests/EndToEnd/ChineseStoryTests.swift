import Foundation
import TestSupport
import Testing

/// One call's whole life, told in Chinese by the program that people use.
@Suite("A call's story")
struct ChineseStoryTests {
    /// What must be told, in this order.
    private static let told = [
        "楼顶加建阳光房", "立案", "退回", "本件不涉及产权纠纷", "改派至 安全环保", "请核查加建部分的结构安全",
        "申请延期", "当事人外出，需要补充询问", "同意，延至", "挂账", "假期内无法入户", "恢复计时",
        "重大决定，须经法制审核", "fine: 80000", "退回修改：裁量幅度偏高，请说明理由",
        "重大决定，须经法制审核", "fine: 60000", "法制审核", "同意", "已处置", "开始核查",
        "未通过，由城市管理返工：框架还没有拆净", "返工", "重大决定，须经法制审核", "同意", "已处置",
        "核查结果", "通过", "结案", "处置", "绿灯", "核查", "绿灯",
    ]

    @Test("returned, re-dispatched, extended, suspended, reviewed, checked twice and closed")
    func wholeLife() async throws {
        let office = try await StoryOffice()
        let call = try await office.file()
        try await office.assistantIsSentOn(call)
        try await office.leadIsDelayed(call)
        try await office.decide(call, fines: ["80000", "60000"])
        try await office.run("reporter", "check", "fail", call, "--reason", "框架还没有拆净")
        try await office.untilDelivered(call, part: 1)
        try await office.run("urban", "task", "accept", call, "--part", "1")
        try await office.run("urban", "task", "arrive", call, "--part", "1")
        try await office.decide(call, fines: ["60000"])
        try await office.run("reporter", "check", "pass", call)

        let story = try await office.run("operator", "--lang", "zh", "track", call)
        print(story)
        var rest = story[...]
        for phrase in Self.told {
            let found = try #require(
                rest.range(of: phrase), "“\(phrase)” is not told, or not in its place")
            rest = rest[found.upperBound...]
        }
        #expect(!story.contains("assignment") && !story.contains("Fact"))
    }
}

/// An office with an inbox for each department, and people with keys.
private final class StoryOffice {
    private let street: Street
    private let server: KeyFiles
    private var people: [String: KeyFiles] = [:]

    init() async throws {
        let catalogue = try String(
            contentsOfFile: Places.root + "/deploy/catalogues/gulou.yaml", encoding: .utf8)
        street = try Street(catalogue: catalogue, endpoint: Street.freeEndpoint())
        server = try await street.makeKeys("broker")
        people["reporter"] = try await street.admit("reporter", role: "terminal")
        people["reviewer"] = try await street.admit("reviewer", role: "reviewer")
        people["operator"] = try await street.admit("operator", role: "operator")
        let departments = ["urban", "judicial", "safety"]
        for department in departments {
            people[department] = try await street.admit(
                "officer-\(department)", role: "officer", "--departments", department)
            people["inbox-\(department)"] = try await street.admit(
                "inbox-\(department)", role: "worker", "--departments", department)
        }
        _ = try await street.startBroker(street.keyed(by: server))
        for department in departments {
            let key = people["inbox-\(department)"]!
            _ = try await street.startWorker(
                department,
                ["--inbox", "--key", key.secretFile, "--server-key", server.publicFile])
        }
    }

    /// Runs a command with somebody's key; it must succeed.
    @discardableResult
    func run(_ who: String, _ arguments: String...) async throws -> String {
        try await run(who, arguments)
    }

    func run(_ who: String, _ arguments: [String]) async throws -> String {
        let program = try street.start(
            "\(Places.executables)/gridcall", arguments, name: "gridcall",
            environment: [
                "GRIDCALL_KEY": people[who]!.secretFile, "GRIDCALL_SERVER_KEY": server.publicFile,
                "XDG_STATE_HOME": "\(street.directory)/state-\(who)",
            ])
        let done = try await FinishedProgram(program, within: .seconds(30))
        guard done.end == .exited(0) else {
            throw TestFailure("\(who) \(arguments): \(done.end) \(done.errors)")
        }
        return done.output
    }

    func file() async throws -> String {
        let receipt = try await run(
            "reporter", "submit", "--category", "illegal-construction", "--condition",
            "to-be-decided", "--grid", "gl-101", "--description", "楼顶加建阳光房", "--anyway")
        return receipt.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The assisting part goes back, is sent on and done.
    func assistantIsSentOn(_ call: String) async throws {
        try await untilDelivered(call, part: 2)
        try await run(
            "judicial", "task", "return", call, "--part", "2", "--reason", "本件不涉及产权纠纷")
        try await run(
            "operator", "redispatch", call, "--part", "2", "--to", "safety", "--reason",
            "请核查加建部分的结构安全")
        try await untilDelivered(call, part: 3)
        for step in ["accept", "arrive", "complete"] {
            try await run("safety", "task", step, call, "--part", "3")
        }
    }

    /// The leading part is accepted, extended and suspended for a while.
    func leadIsDelayed(_ call: String) async throws {
        try await untilDelivered(call, part: 1)
        try await run("urban", "task", "accept", call, "--part", "1")
        try await run(
            "urban", "task", "extend", call, "--part", "1", "--reason", "当事人外出，需要补充询问")
        try await run("operator", "extension", "approve", call, "--part", "1")
        try await run(
            "urban", "task", "suspend", call, "--part", "1", "--until", "30d", "--reason",
            "假期内无法入户")
        try await run("urban", "task", "resume", call, "--part", "1")
        try await run("urban", "task", "arrive", call, "--part", "1")
    }

    /// Proposes one fine after the other; all but the last are sent back.
    func decide(_ call: String, fines: [String]) async throws {
        for fine in fines {
            let measures = ["--measure", "demolition=full", "--measure", "fine=\(fine)"]
            _ = try await run("urban", ["task", "propose", call, "--part", "1"] + measures)
            let proposal = ["--part", "1", "--proposal", try await digest(call)]
            if fine == fines.last {
                _ = try await run("reviewer", ["review", "approve", call] + proposal)
                _ = try await run("urban", ["task", "complete", call, "--part", "1"] + measures)
            } else {
                _ = try await run(
                    "reviewer",
                    ["review", "correct", call] + proposal + ["--reason", "裁量幅度偏高，请说明理由"])
            }
        }
    }

    /// The digest of the proposal under review, as the list of reviews shows it.
    private func digest(_ call: String) async throws -> String {
        let list = try await run("reviewer", "review", "list", "--format", "json")
        return try String(#require(list.firstMatch(of: /"digest": ?"([0-9a-f]{16})/)?.1))
    }

    func untilDelivered(_ call: String, part: Int) async throws {
        try await street.until("part \(part) lies in its inbox") {
            let track = try await self.run("operator", "track", call, "--format", "json")
            let parts = try JSONDecoder().decode(Parts.self, from: Data(track.utf8)).parts
            return parts.contains { $0.part == part && $0.state == "delivered" }
        }
    }

    /// What `track` says of the parts.
    private struct Parts: Decodable {
        struct Part: Decodable {
            let part: Int
            let state: String
        }

        let parts: [Part]
    }
}

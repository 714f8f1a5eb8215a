import Foundation
import GridCodec
import SwiftProtobuf
import TestSupport
import Testing

/// A street whose people have keys: *li* and *zhao* are officers, *wang* reviews, *chen* runs it.
private struct Office {
    let street: Street
    private let server: KeyFiles
    private var files: [String: KeyFiles] = [:]

    init() async throws {
        street = try Street(catalogue: Self.catalogue, endpoint: Street.freeEndpoint())
        server = try await street.makeKeys("broker")
        files["li"] = try await street.admit("li", role: "officer", "--departments", "urban")
        files["zhao"] = try await street.admit("zhao", role: "officer", "--departments", "market")
        files["wang"] = try await street.admit("wang", role: "reviewer")
        files["chen"] = try await street.admit("chen", role: "operator")
        _ = try await street.startBroker(street.keyed(by: server))
    }

    /// Runs a line of `gridcall` with the key of somebody.
    func run(_ who: String, _ line: String) async throws -> FinishedProgram {
        let words = line.split(separator: " ").map(String.init)
        let keys = ["--key", files[who]!.secretFile, "--server-key", server.publicFile]
        return try await FinishedProgram(
            street.launchClient(words + keys), within: .seconds(60))
    }

    /// Runs a line that must do what it says; returns what it printed.
    @discardableResult
    func done(_ who: String, _ line: String) async throws -> String {
        let program = try await run(who, line)
        #expect(program.end == .exited(0), "\(who): \(line): \(program.errors)")
        return program.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs a line that must be refused with something that is said.
    func refused(_ who: String, _ line: String, _ code: Int32, _ text: String) async throws {
        let program = try await run(who, line)
        #expect(program.end == .exited(code), "\(who): \(line): \(program.output)")
        #expect(program.errors.contains(text), "\(who): \(line): \(program.errors)")
        #expect(program.output.isEmpty)
    }

    /// A worker of the department puts the next assignment into the officers' inbox.
    func deliver(to department: String) async throws {
        let worker = try await WirePeer.worker(street.localEndpoint, department: department)
        let claim = try await worker.assignment().claim
        let item = WireProgressItem.with {
            $0.claim = claim
            $0.step = .deliver
        }
        worker.send(.progress(.with { $0.items = [item] }))
        let receipt = try await worker.next("an OutcomeReceipt") {
            message -> WireOutcomeReceiptItem? in
            if case .outcomeReceipt(let receipt) = message { receipt.items.first } else { nil }
        }
        #expect(!receipt.hasRefused)
        worker.send(.goodbye(WireGoodbye()))
    }

    private static let catalogue = SmallStreet.catalogue().replacing(
        "\ncampaigns:",
        with: """
              - id: raze
                name: {zh: 违法建设, en: Illegal construction}
                plan: [{lead: urban}]
                check: true
                limits: {resolve: 7 urgent_hours, review: 2 urgent_hours, reply: 3 urgent_hours}
                measures: [{name: fine, kind: number, required: true}]
                major_decision: [{measure: fine, at_least: 50000}]

            campaigns:
            """)
}

/// The people of a street, each with a key, and the commands they give.
@Suite(.serialized)
struct PeopleTests {
    @Test("An officer, a reviewer and an operator carry a major decision to its end by commands")
    func majorDecision() async throws {
        let office = try await Office()
        let submit = "submit --category raze --grid g-1 --description 违建"
        let call = try await office.done("chen", submit)
        try await office.deliver(to: "urban")
        let tasks = try await office.done("li", "task list")
        #expect(tasks.contains(call) && tasks.contains("delivered"))
        #expect(try await office.done("zhao", "task list").contains(call) == false)

        try await office.refused("wang", "task accept \(call)", 1, "accept is for: officer")
        try await office.refused("zhao", "task accept \(call)", 1, "notFound")
        try await office.refused("li", "task arrive \(call)", 1, "accept (officer)")
        #expect(try await office.done("li", "task accept \(call)").contains("part 1 accepted"))
        try await office.refused(
            "li", "task complete \(call) --measure fine=50000", 1, "reviewRequired")
        try await office.refused(
            "li", "task propose \(call) --measure fine=五万", 1, "fine is a number")
        let proposed = try await office.done(
            "li", "task propose \(call) --measure fine=50000 --reason 依法")
        #expect(proposed.contains("waits for legal review"))
        try await office.refused(
            "li", "task complete \(call) --measure fine=50000", 1, "review (reviewer)")

        let waiting = try await office.done("wang", "review list --format json")
        let digest = try #require(waiting.firstMatch(of: /"digest": "([0-9a-f]{64})"/)).1
        try await office.refused(
            "wang", "review approve \(call) --proposal 00000000", 64, String(digest.prefix(12)))
        let approve = "review approve \(call) --proposal \(digest.prefix(8))"
        try await office.refused("li", approve, 1, "review is for: reviewer")
        try await office.done("wang", approve)
        #expect(try await office.done("wang", "review list").contains(call) == false)

        try await office.refused(
            "li", "task complete \(call) --measure fine=60000", 1, "reviewRequired")
        try await office.done("li", "task complete \(call) --measure fine=50000")
        try await office.done("chen", "check pass \(call)")
        let report = try await office.story(of: call)
        #expect(report.state == "closed" && report.parts.map(\.state) == ["completed"])
        for step in ["measuresProposed", "proposalReviewed", "checkDecided", "callClosed"] {
            #expect(report.count(step) == 1, "\(step)")
        }
    }

    @Test("What officers ask for and owe is decided and answered by commands, each counted once")
    func requests() async throws {
        let office = try await Office()
        let submit = "submit --category three --grid g-1 --description 占道"
        let call = try await office.done("chen", submit)
        try await office.deliver(to: "urban")
        try await office.deliver(to: "market")
        // Two parts are delivered; each officer means the own department's.
        #expect(try await office.done("li", "task accept \(call)").contains("part 2 accepted"))
        #expect(try await office.done("zhao", "task accept \(call)").contains("part 1 accepted"))
        try await office.refused("chen", "supervise \(call) --reason 尽快", 64, "--part 2")
        try await office.refused(
            "li", "task arrive \(call) --department market", 1, "this key acts for urban")

        try await office.done("chen", "supervise \(call) --department 城市管理 --reason 尽快")
        try await office.done("li", "reply \(call) --reason 已派人")
        try await office.done("li", "task extend \(call) --reason 施工方未到")
        try await office.done("chen", "extension approve \(call)")
        try await office.refused(
            "li", "task suspend \(call) --until 2020-01-01 --reason 停工", 64, "which is past")
        try await office.done("li", "task suspend \(call) --until 2d --reason 停工")
        try await office.done("chen", "task resume \(call)")

        // The same id once more, as after a lost answer, with the revision that was seen then.
        let before = try await office.story(of: call).revision
        let arrive = "task arrive \(call) --id 01900000-0000-7000-8000-000000000001"
        try await office.done("li", arrive + " --revision \(before)")
        let again = try await office.run("li", arrive + " --revision \(before) --part 2")
        #expect(again.end == .exited(0) && again.errors.contains("was done before"))
        #expect(
            try await office.story(of: call).count("assignmentArrived") == 1)
        try await office.refused(
            "zhao", "task return \(call) --reason 不属本部门 --revision \(before)", 1,
            "revisionChanged")

        try await office.done("zhao", "task return \(call) --reason 不属本部门")
        try await office.done("chen", "redispatch \(call) --part 1 --to judicial --reason 改派")
        try await office.done("li", "task complete \(call)")
        let parts = try await office.story(of: call).parts
        #expect(parts.map(\.state) == ["withdrawn", "completed", "queued", "queued"])
    }

    @Test("An operator directs the queues and workers of the whole street by commands")
    func wholeStreet() async throws {
        let office = try await Office()
        try await office.done("chen", "pause-queue 市场监管 --until 2h --reason 盘点")
        try await office.refused("li", "resume-queue market", 1, "resumeQueue is for: operator")
        try await office.done("chen", "resume-queue market")
        try await office.refused("chen", "resume-queue market", 1, "pauseQueue (operator)")
        try await office.refused("chen", "clock confirm", 1, "the clock did not jump")

        let worker = try await WirePeer.worker(office.street.localEndpoint, department: "urban")
        let list = try await office.done("chen", "worker list --format csv")
        #expect(list.contains("test") && list.contains("Urban management"))
        for order in ["quiet", "work", "drain"] {
            // It beats only when it is told to.
            worker.send(.heartbeat(WireHeartbeat()))
            try await office.done("chen", "worker \(order) --department urban --name test")
            let wanted: WireWorkerOrder =
                order == "quiet" ? .quiet : order == "work" ? .work : .drain
            _ = try await worker.next("the order \(order)") { message -> WireHeartbeat? in
                guard case .heartbeat(let beat) = message, beat.order == wanted else { return nil }
                return beat
            }
        }
        try await office.refused(
            "chen", "worker quiet --department urban --name nobody", 1, "no such worker")

        let one = try await office.done("chen", "submit --category one --grid g-1 --description a")
        let two = try await office.done("chen", "submit --category one --grid g-1 --description b")
        try await office.done("chen", "merge \(two) --into \(one) --reason 重复")
        #expect(try await office.story(of: two).state == "merged")
        try await office.refused("chen", "void \(two) --reason x", 1, "unmerge (operator)")
        try await office.done("chen", "unmerge \(two) --reason 不是一件事")
        try await office.done("chen", "void \(two) --reason 误报")
        #expect(try await office.story(of: two).state == "voided")
    }
}

extension Office {
    /// The call as the operator sees it.
    fileprivate func story(of call: String) async throws -> CallReport {
        let output = try await done("chen", "track \(call) --format json")
        return try JSONDecoder().decode(CallReport.self, from: Data(output.utf8))
    }
}

import ArgumentParser
import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

@testable import gridcall

/// What a command line makes of a broker with one call.
struct LineBench {
    let broker = FakeBroker()
    let console = CollectingConsole()
    /// What the broker's greeting says the time is.
    static let now = Timestamp(milliseconds: 1_795_425_508_000)
    static let digest = Data((0..<32).map { UInt8(truncatingIfNeeded: $0 * 7 + 160) })

    init(parts: [WirePartView] = [LineBench.part(1, "urban", "delivered")]) {
        var call = sampleCall()
        call.parts = parts
        broker.replies = [.call(call)]
        broker.welcome.serverTime = Self.now.milliseconds
        var market = WireNamedID()
        (market.id, market.chinese, market.english) = ("market", "市场监管", "Market")
        broker.catalogue.departments = [market]
    }

    static func part(_ number: Int, _ department: String, _ state: String) -> WirePartView {
        var part = WirePartView()
        part.assignment = AssignmentNumber(serial: 123, ordinal: number - 1).rawValue
        part.department = department
        part.state = state
        part.resolveDue = now.milliseconds + 3_600_000
        return part
    }

    static func underReview(_ number: Int, _ department: String) -> WirePartView {
        var part = Self.part(number, department, "underReview")
        part.proposal.digest = digest
        part.proposal.proposedBy = "li"
        var fine = WireMeasure()
        (fine.name, fine.value) = ("fine", "50000")
        part.proposal.measures = [fine]
        return part
    }

    /// Parses a line as the program does and runs its command.
    func run(_ line: String) throws -> ClientKit.ExitStatus {
        let words = line.split(separator: " ").map(String.init)
        let parsed = try #require(try GridCall.parseAsRoot(words) as? any PersonLine)
        return try parsed.completed.run(in: ClientSession(broker, console))
    }
}

private let call = "GL-2026-000123-7"
private let digits = "a0a7aeb5bcc3"

@Suite struct PersonLineTests {
    private static let lines: [(String, @Sendable (inout WireCommandItem) -> Void)] = [
        ("task accept \(call)", { $0.accept = .init() }),
        ("task arrive \(call)", { $0.arrive = .init() }),
        (
            "task propose \(call) --measure fine=2000 --measure note=a=b --reason r",
            { $0.propose.measures = measures([("fine", "2000"), ("note", "a=b")]) }
        ),
        (
            "task complete \(call) --measure 罚款=2000 --reason r",
            { $0.complete.measures = measures([("罚款", "2000")]) }
        ),
        ("task complete \(call)", { $0.complete = .init() }),
        ("task return \(call) --reason r", { $0.returnPart = .init() }),
        ("task fail \(call)", { $0.fail = .init() }),
        ("task extend \(call) --reason r", { $0.requestExtension = .init() }),
        (
            "task suspend \(call) --until 2026-12-01 --reason r",
            // Midnight in Shanghai.
            { $0.suspend.until = RFC3339.time("2026-11-30T16:00:00Z")!.milliseconds }
        ),
        (
            "task suspend \(call) --until 2h --reason r",
            { $0.suspend.until = LineBench.now.milliseconds + 7_200_000 }
        ),
        ("task resume \(call)", { $0.resume = .init() }),
        ("reply \(call) --reason r", { $0.reply = .init() }),
        ("report \(call) --report weekly --reason r", { $0.report.report = "weekly" }),
        ("check pass \(call)", { $0.check.passed = true }),
        ("check fail \(call) --reason r", { $0.check.passed = false }),
        ("check fail \(call) --reason r --part 1", { $0.check.failed = [0] }),
        ("verify pass \(call)", { $0.verify.passed = true }),
        ("verify fail \(call) --reason r", { $0.verify = .init() }),
        ("review approve \(call) --proposal \(digits)", { review(&$0, .approved) }),
        ("review correct \(call) --proposal A0A7AEB5 --reason r", { review(&$0, .corrected) }),
        ("review reject \(call) --proposal \(digits) --reason r", { review(&$0, .rejected) }),
        (
            "review bypass \(call) --proposal \(digits) --reason r",
            { $0.bypass.digest = LineBench.digest }
        ),
        ("supervise \(call) --reason r", { $0.supervise = .init() }),
        ("extension approve \(call)", { $0.decideExtension.approved = true }),
        ("extension refuse \(call) --reason r", { $0.decideExtension = .init() }),
        ("redispatch \(call) --to 市场监管 --reason r", { $0.redispatch.department = "market" }),
        ("requeue \(call) --reason r", { $0.requeue = .init() }),
        ("withdraw \(call) --reason r", { $0.withdraw = .init() }),
        ("void \(call) --reason r", { $0.voidCall = .init() }),
        ("erase \(call) --reason r", { $0.requestErasure = .init() }),
        ("erase \(call) --confirm", { $0.confirmErasure = .init() }),
        (
            "merge \(call) --into \(call) --reason r",
            { $0.merge.into = CallID(high: 1, low: 2).data }
        ),
        ("unmerge \(call) --reason r", { $0.unmerge = .init() }),
        ("pause-queue market --reason r", { $0.pauseQueue.department = "market" }),
        (
            "pause-queue market --until 1d --reason r",
            {
                $0.pauseQueue.department = "market"
                $0.pauseQueue.until = LineBench.now.milliseconds + 86_400_000
            }
        ),
        ("resume-queue 市场监管", { $0.resumeQueue.department = "market" }),
        ("worker quiet --department market --name w-1", { direct(&$0, .quiet) }),
        ("worker drain --department 市场监管 --name w-1", { direct(&$0, .drain) }),
        (
            "worker work --session 00000000000000010000000000000002",
            {
                $0.directWorker.order = .work
                $0.directWorker.session = CallID(high: 1, low: 2).data
            }
        ),
        ("clock confirm", { $0.confirmClock = .init() }),
        ("campaigns open snow --reason r", { $0.openCampaign.campaign = "snow" }),
        (
            "campaigns extend snow --until 2026-12-31T00:00:00Z --reason r",
            {
                $0.extendCampaign.campaign = "snow"
                $0.extendCampaign.until = 1_798_675_200_000
            }
        ),
        ("campaigns close snow --summary r", { $0.closeCampaign.campaign = "snow" }),
        (
            "activity add --kind training --date 2026-11-23T00:00:00Z --theme r --people 30",
            {
                $0.recordActivity.kind = .training
                $0.recordActivity.heldAt = 1_795_392_000_000
                $0.recordActivity.sessions = 1
                $0.recordActivity.people = 30
            }
        ),
    ]

    @Test("each command line sends what it says")
    func items() throws {
        for (line, fill) in Self.lines {
            let part =
                line.hasPrefix("review")
                ? LineBench.underReview(1, "urban") : LineBench.part(1, "urban", "delivered")
            let bench = LineBench(parts: [part])
            #expect(try bench.run(line) == .done, "\(line)")
            var wanted = WireCommandItem()
            fill(&wanted)
            let sent = try #require(bench.broker.commands.first, "\(line)")
            wanted.id = sent.id
            wanted.reason = line.contains(/--(reason|summary|theme) r/) ? "r" : ""
            if line.contains(call) {
                wanted.call = CallID(high: 1, low: 2).data
                wanted.expectedRevision = 6
            }
            #expect(sent == wanted, "\(line)")
            #expect(CommandID(bytes: sent.id) != nil)
            #expect(!bench.console.output.isEmpty && bench.console.notes.isEmpty, "\(line)")
        }
    }

    @Test("the table above has every command of people")
    func completeness() {
        let known = Self.lines.map { $0.0 }
        for command in leaves(GridCall.self, []) {
            #expect(known.contains { $0.hasPrefix(command + " ") || $0 == command }, "\(command)")
        }
    }

    /// The lines of commands that change something, by their names.
    private func leaves(_ type: any ParsableCommand.Type, _ path: [String]) -> [String] {
        let subcommands = type.configuration.subcommands
        guard subcommands.isEmpty else {
            return subcommands.flatMap { leaves($0, path + [$0.configuration.commandName ?? ""]) }
        }
        return type is any PersonLine.Type ? [path.joined(separator: " ")] : []
    }

    @Test(
        "id and revision of a repeat are those that are given",
        arguments: ["task accept \(call)", "void \(call) --reason r"])
    func repeated(line: String) throws {
        let bench = LineBench()
        let id = "01900000-0000-7000-8000-000000000001"
        _ = try bench.run("\(line) --id \(id) --revision 4")
        let sent = try #require(bench.broker.commands.first)
        #expect(CommandID(bytes: sent.id)?.description == id && sent.expectedRevision == 4)
    }

    @Test(
        "a line that says too little or too much is refused before anything is sent",
        arguments: [
            "task return \(call)", "task propose \(call)", "task propose \(call) --measure fine",
            "task complete \(call) --measure =5", "task complete \(call) --measure a:b=5",
            "task suspend \(call) --reason r", "task suspend \(call) --reason r --until soon",
            "task suspend \(call) --reason r --until 0d", "task accept",
            "task accept \(call) --part 0", "task accept \(call) --part 64",
            "task accept \(call) --part 1 --department urban", "task accept \(call) --revision 0",
            "task accept \(call) --id 12", "check fail \(call)", "verify fail \(call)",
            "review approve \(call)", "review approve \(call) --proposal a0a7aeb",
            "review approve \(call) --proposal a0a7aebg",
            "review correct \(call) --proposal \(digits)",
            "supervise \(call)", "reply \(call)", "report \(call)", "merge \(call) --reason r",
            "extension refuse \(call)", "pause-queue --reason r", "pause-queue market",
            "worker quiet", "worker quiet --name w-1",
            "worker quiet --name w-1 --session 00000000000000010000000000000002",
            "withdraw \(call)", "void \(call)",
        ])
    func refused(line: String) {
        let words = line.split(separator: " ").map(String.init)
        let error = #expect(throws: (any Error).self) { try GridCall.parseAsRoot(words) }
        #expect(error.map { GridCall.exitCode(for: $0).rawValue } == 64)
    }
}

private func measures(_ pairs: [(String, String)]) -> [WireMeasure] {
    pairs.map { name, value in
        var measure = WireMeasure()
        (measure.name, measure.value) = (name, value)
        return measure
    }
}

private func review(_ item: inout WireCommandItem, _ verdict: WireReviewVerdict) {
    item.review.verdict = verdict
    item.review.digest = LineBench.digest
}

private func direct(_ item: inout WireCommandItem, _ order: WireWorkerOrder) {
    item.directWorker.order = order
    item.directWorker.department = "market"
    item.directWorker.name = "w-1"
}

import Foundation
import TestSupport
import Testing

/// What people expect of a command line, with real processes.
@Suite(.serialized)
struct ClientConventionTests {
    @Test("Help, errors and tables are in Chinese or English, by option, variable and locale")
    func languages() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let help = try await street.gridcall("--lang", "zh", "help", "submit")
        #expect(help.end == .exited(0) && help.output.contains("用法：gridcall submit"))
        #expect(help.output.contains("立案一个呼叫") && !help.output.contains("Show help"))
        let missing = try await street.gridcall("track", "--lang=zh")
        #expect(missing.end == .exited(64) && missing.errors.hasPrefix("错误：缺少参数"))
        #expect(missing.output.isEmpty)
        let completion = try await street.gridcall(
            "--lang", "zh", "--generate-completion-script", "bash")
        #expect(completion.end == .exited(0) && completion.output.contains("gridcall"))
        let english = try await street.gridcall("--help")
        #expect(english.output.contains("USAGE: gridcall") && english.errors.isEmpty)

        _ = try await street.startBroker()
        _ = try await street.submit("one")
        let list = try await street.gridcall("list", "--lang", "zh")
        #expect(list.output.hasPrefix("案卷") && list.output.contains("城市管理 待派遣"))
        let named = try await street.gridcall("list", "--category", "一家", "--format", "json")
        #expect(named.output.contains("\"category\": \"one\""))
        let unknown = try await street.gridcall("list", "--category", "马戏团", "--lang", "zh")
        #expect(unknown.end == .exited(64) && unknown.errors.contains("马戏团"))
    }

    @Test(
        "In Chinese every option of every command is explained in Chinese",
        arguments: [
            "submit", "track", "list", "stats", "top", "watch", "campaigns", "import",
            "spool list", "spool flush", "spool retry", "spool drop", "audit verify",
            "audit export", "redispatch", "requeue",
            "withdraw", "void", "keygen", "doctor", "task", "task list", "task show",
            "task accept", "task arrive", "task propose", "task complete", "task return",
            "task fail", "task extend", "task suspend", "task resume", "check pass", "check fail",
            "verify pass", "verify fail", "review", "review list", "review approve",
            "review correct", "review reject", "review bypass", "supervise", "reply", "report",
            "merge", "duplicates", "unmerge", "extension approve", "extension refuse",
            "pause-queue", "resume-queue", "worker list", "worker quiet", "worker drain",
            "worker work", "clock confirm",
        ])
    func chineseHelp(command: String) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let words = command.split(separator: " ").map(String.init)
        let program = try street.launchClient(["--lang", "zh", "help"] + words)
        let help = try await FinishedProgram(program, within: .seconds(30))
        #expect(help.end == .exited(0) && help.output.hasPrefix("简介："))
        for line in help.output.split(separator: "\n") {
            // Two words of English with a blank between are a sentence; names and values are not.
            #expect(
                line.firstMatch(of: /[a-z]{3,} [a-z]{2,}[ .,]/) == nil || isUsage(line), "\(line)")
        }
    }

    /// Whether a line shows how a command is written.
    private func isUsage(_ line: Substring) -> Bool {
        line.hasPrefix("用法：") || line.contains("gridcall")
    }

    @Test("libzmq is loaded by commands that talk to the broker and by no others")
    func libraries() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        for (arguments, isNeeded) in [(["--help"], false), (["stats"], true)] {
            let program = try street.start(
                Places.executables + "/gridcall", arguments, name: "libraries",
                environment: ["LD_DEBUG": "files"])
            let done = try await FinishedProgram(program, within: .seconds(30))
            #expect(done.end == .exited(0))
            #expect(done.errors.contains("libc.so"))
            #expect(done.errors.contains("libzmq") == isNeeded, "\(arguments)")
        }
    }

    @Test("What lies in the spool is counted by the doctor and written in the format asked for")
    func spool() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let stored = try await street.gridcall(
            "submit", "--category", "one", "--grid", "g1", "--description", "灯坏了",
            "--timeout", "1")
        #expect(stored.end == .exited(75))
        let doctor = try await street.gridcall("doctor", "--timeout", "1", "--lang", "zh")
        #expect(doctor.output.contains("1 件待发送，0 件被拒绝"), "\(doctor.output)")
        let csv = try await street.gridcall(
            "spool", "list", "--format", "csv", "--bom", "--lang", "zh")
        #expect(csv.output.hasPrefix("\u{FEFF}标识,状态,案卷号") && csv.output.contains("灯坏了"))
    }

    @Test("CSV is for spreadsheets, and only what is asked for is coloured")
    func formats() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let call = try await street.submit("three")
        for command in [["list"], ["stats"], ["campaigns"], ["track", call]] {
            let program = try street.launchClient(command + ["--format", "csv", "--bom"])
            let csv = try await FinishedProgram(program, within: .seconds(30))
            #expect(csv.end == .exited(0) && csv.output.hasPrefix("\u{FEFF}"), "\(command)")
        }
        #expect(try await street.gridcall("list", "--bom").end == .exited(64))
        #expect(!(try await street.gridcall("list").output.contains("\u{1B}")))
        let coloured = try await street.gridcall("list", "--color", "always")
        #expect(coloured.output.contains("\u{1B}[1mcase"))
    }

    @Test("What people say of a case number finds the call; what may be wrong is asked back")
    func spoken() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let call = try await street.submit("one")
        let year = call.dropFirst(3).prefix(4)
        let check = try #require(call.last?.wholeNumberValue)
        for text in ["1", "sm 1", "\(year)-1", "SM\(year)000001", "ＳＭ－\(year)－０００００１"] {
            let tracked = try await street.gridcall("track", text)
            #expect(tracked.end == .exited(0) && tracked.output.contains(call), "\(text)")
        }
        let slip = try await street.gridcall("track", "SM-\(year)-000001-\((check + 1) % 10)")
        #expect(slip.end == .exited(64) && slip.output.isEmpty)
        #expect(slip.errors.contains("check digit") && slip.errors.contains(call))
        let void = try await street.gridcall(
            "void", "SM-\(year)-000001-\((check + 1) % 10)", "--reason", "x")
        #expect(void.end == .exited(64))
        #expect(try await street.track(call).state == "filed")
        #expect(try await street.gridcall("track", "99").end == .exited(1))
    }

    @Test("The configuration file holds for every command, and a mistake in it stops them")
    func configuration() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let folder = street.directory + "/.config/gridcall"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let file = folder + "/config.yaml"
        try Data("lang: zh\nformat: csv\n".utf8).write(to: URL(filePath: file))
        #expect(try await street.gridcall("list").output.hasPrefix("案卷,状态"))
        let help = try await street.gridcall("--help")
        #expect(help.output.contains("用法："))
        #expect(try await street.gridcall("list", "--format", "json").output.hasPrefix("{"))
        try Data("lang: zh\nfromat: csv\n".utf8).write(to: URL(filePath: file))
        let wrong = try await street.gridcall("list")
        #expect(wrong.end == .exited(78) && wrong.errors.contains("config.yaml:2"))
    }

    @Test("The doctor looks at everything and its exit code says what is wrong first")
    func doctor() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let nobody = try await street.gridcall("doctor", "--timeout", "1")
        #expect(nobody.end == .exited(69) && nobody.output.contains("fail"))
        _ = try await street.startBroker()
        let fine = try await street.gridcall("doctor")
        #expect(fine.end == .exited(0), "\(fine.output)")
        #expect(fine.output.contains("Small Street") || fine.output.contains("小街"))
        let json = try await street.gridcall("doctor", "--format", "json", "--lang", "zh")
        #expect(json.output.contains("\"check\": \"clock\"") && json.output.contains("相差"))
    }
}

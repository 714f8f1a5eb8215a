import Foundation
import TestSupport
import Testing

/// `gridcall top` on a real pseudo-terminal, read through a terminal emulator.
@Suite(.serialized, .enabled(if: PseudoTerminal.isPrepared, "run Tests/EndToEnd/prepare.sh first"))
struct TopTests {
    /// A language with the words the tests look for.
    struct Words: Sendable, CustomTestStringConvertible {
        let language, department, queued, lastColumn, name, lastName, campaign, connected: String
        var testDescription: String { language }
    }

    static let languages = [
        Words(
            language: "zh", department: "部门", queued: "待派遣", lastColumn: "累计派遣", name: "城市管理",
            lastName: "司法所",
            campaign: "常年行动", connected: "已连接"),
        Words(
            language: "en", department: "Department", queued: "queued", lastColumn: "dispatched",
            name: "Urban management",
            lastName: "Judicial office", campaign: "Every day", connected: "connected"),
    ]

    private func street() async throws -> (Street, Program) {
        let street = try Street(catalogue: SmallStreet.catalogue())
        return (street, try await street.startBroker())
    }

    private func top(
        _ street: Street, _ arguments: [String] = [], language: String = "en", columns: Int = 80,
        rows: Int = 24, environment: [String: String] = [:]
    ) async throws -> PseudoTerminal {
        try await PseudoTerminal(
            street, gridcall: ["top", "--interval", "0.2"] + arguments, language: language,
            columns: columns, rows: rows, environment: environment)
    }

    /// Every row of departments has its figure right under the title, and a space after it.
    private func expectStraight(_ screen: PseudoTerminal.Screen, _ words: Words) throws {
        let titles = try #require(screen.row(of: words.queued))
        let queued = try #require(screen.range(of: words.queued, inRow: titles))
        #expect(screen.range(of: words.department, inRow: titles)?.lowerBound == 0)
        for row in (titles + 1)...(titles + 4) {
            #expect(screen.cells[row][queued.upperBound - 1].first?.isNumber == true)
            #expect(screen.cells[row][queued.upperBound] == " ", "\(screen.text)")
        }
    }

    /// The first screen is back, nothing is left on it, and the terminal is as before.
    private func expectRestored(_ screen: PseudoTerminal.Screen) {
        #expect(!screen.isAlternate && screen.isCooked && screen.wraps && !screen.cursorIsHidden)
        #expect(screen.lines[0] == "this line was here before")
        #expect(screen.lines.dropFirst().allSatisfy { $0.isEmpty }, "\(screen.text)")
    }

    @Test(
        "Top shows the street in both languages, at 80 and 200 columns, resized while it runs",
        arguments: languages, [(80, 200), (200, 80)])
    func resizing(words: Words, widths: (Int, Int)) async throws {
        let (street, _) = try await street()
        for _ in 0..<3 { _ = try await street.submit("three") }
        let top = try await top(street, language: words.language, columns: widths.0)
        var screen = try await top.until("the figures") {
            $0.text.contains(words.campaign) && $0.text.contains(words.connected)
        }
        try expectStraight(screen, words)
        let titles = try #require(screen.row(of: words.queued))
        let queued = try #require(screen.range(of: words.queued, inRow: titles))
        #expect(screen.text(row: titles + 1, queued) == "3")
        #expect(screen.isAlternate && !screen.isCooked && screen.cursorIsHidden)
        for (columns, rows) in [(widths.1, 24), (widths.1, 12), (widths.0, 40), (31, 9), (80, 24)] {
            try top.resize(columns: columns, rows: rows)
            screen = try await top.until("\(columns) by \(rows)") {
                // The keys stand in the last line and nowhere else, so do the titles in theirs,
                // and the last column is there if and only if there is room.
                $0.lines[rows - 1].hasPrefix("q ")
                    && $0.lines.filter { $0.hasPrefix("q ") }.count == 1
                    && $0.lines.filter { $0.contains(words.department) }.count == 1
                    && $0.text.contains(words.lastColumn) == (columns == 200)
            }
            if columns >= 80, rows >= 24 { try expectStraight(screen, words) }
        }
        try top.type("q")
        screen = try await top.end()
        #expect(screen.end == 0)
        expectRestored(screen)
    }

    @Test("Keys sort, filter in Chinese, pause, help and switch tables", arguments: languages)
    func keys(words: Words) async throws {
        let (street, _) = try await street()
        _ = try await street.submit("one")
        let top = try await top(street, language: words.language)
        try await top.until(shows: words.campaign)
        try top.type("\u{1B}[C\u{1B}[C")
        try await top.until(shows: "*" + words.queued)
        try top.type("r")
        try await top.until("the other order") { screen in
            guard let first = screen.row(of: words.name), let last = screen.row(of: words.lastName)
            else { return false }
            return first > last
        }
        try top.type("/司法")
        try await top.until("the filter") {
            $0.text.contains(words.lastName) && !$0.text.contains(words.name)
        }
        try top.type("\u{1B}")
        try await top.until(shows: words.name)
        try top.type("?")
        try await top.until("the help") {
            $0.text.contains("Ctrl-L") && !$0.text.contains(words.name)
        }
        try top.type("x")
        try await top.until("the tables") {
            !$0.text.contains("Ctrl-L") && $0.text.contains(words.name)
        }
        try top.type("v")
        try await top.until("one table") { !$0.text.contains(words.campaign) }
        try top.type("\t")
        try await top.until("the other table") {
            $0.text.contains(words.campaign) && !$0.text.contains(words.name)
        }
        try top.type("q")
        expectRestored(try await top.end())
    }

    @Test("A broker that is killed and started again is said, and the figures go on")
    func restart() async throws {
        let (street, broker) = try await street()
        let top = try await top(street, language: "zh")
        try await top.until(shows: "已连接")
        broker.kill()
        let lost = try await top.until(shows: "连接已断开")
        #expect(lost.text.contains("城市管理"))
        _ = try await street.startBroker()
        _ = try await street.submit("one")
        let back = try await top.until("new figures") {
            $0.text.contains("已连接") && $0.text.contains("立案 1 (")
        }
        #expect(back.text.contains("重连 1"))
        try top.type("q")
        let screen = try await top.end()
        #expect(screen.end == 0)
        expectRestored(screen)
    }

    @Test("Without a broker top waits for one")
    func waiting() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let top = try await top(street)
        try await top.until(shows: "connecting for")
        _ = try await street.startBroker()
        try await top.until("the figures") {
            $0.text.contains("Every day") && $0.text.contains("connected ")
        }
        try top.type("q")
        expectRestored(try await top.end())
    }

    @Test(
        "The terminal is given back after Ctrl-C, SIGTERM and SIGHUP",
        arguments: [SIGINT, SIGTERM, SIGHUP])
    func endings(signal: Int32) async throws {
        let (street, _) = try await street()
        let top = try await top(street)
        try await top.until(shows: "Every day")
        if signal == SIGINT { try top.type("\u{3}") } else { try top.send(signal) }
        let screen = try await top.end()
        #expect(screen.end == 0)
        expectRestored(screen)
    }

    @Test("Even a crash gives the terminal back", arguments: [SIGSEGV, SIGABRT, SIGILL])
    func crash(signal: Int32) async throws {
        let (street, _) = try await street()
        let top = try await top(street)
        try await top.until(shows: "Every day")
        try top.send(signal)
        let screen = try await top.end()
        #expect(screen.end == -Int(signal))
        expectRestored(screen)
    }

    @Test("Ctrl-Z gives the terminal to the shell, fg brings the screen back")
    func suspension() async throws {
        let (street, _) = try await street()
        let shell = try await PseudoTerminal(
            street, ["bash", "--norc", "--noprofile", "-i"],
            environment: ["PS1": "shell> ", "GRIDCALL_LANG": "en", "HISTFILE": ""])
        try await shell.until(shows: "shell>")
        try shell.type("\(Places.executables)/gridcall top --interval 0.2\n")
        try await shell.until("the figures") { $0.isAlternate && $0.text.contains("Every day") }
        try shell.type("\u{1A}")
        let stopped = try await shell.until("the shell") {
            !$0.isAlternate && $0.text.contains("Stopped")
        }
        #expect(!stopped.cursorIsHidden && stopped.wraps)
        try shell.resize(columns: 120, rows: 30)
        try shell.type("fg\n")
        try await shell.until("the figures in the new size") {
            $0.isAlternate && $0.lines[29].hasPrefix("q quit")
        }
        try shell.type("q")
        try await shell.until("the shell again") { !$0.isAlternate && !$0.cursorIsHidden }
        try shell.type("exit\n")
        #expect(try await shell.end().end == 0)
    }

    @Test("NO_COLOR is respected, and colour is there without it")
    func colours() async throws {
        let (street, _) = try await street()
        let plain = try await top(street, environment: ["NO_COLOR": "1"])
        #expect(try await plain.until(shows: "Every day").colours.isEmpty)
        let colourful = try await top(street)
        #expect(try await colourful.until(shows: "Every day").colours.contains("green"))
    }

    @Test("Off a terminal top says what to do instead, and --count prints plain pages")
    func plainText() async throws {
        let (street, _) = try await street()
        let refused = try await street.gridcall("top")
        #expect(refused.end == .exited(64) && refused.errors.contains("--batch"))
        let dumb = try await PseudoTerminal(
            street, gridcall: ["top"], environment: ["TERM": "dumb"])
        #expect(try await dumb.end().end == 64)
        let pages = try await street.gridcall(
            "top", "--count", "2", "--interval", "0.2", "--lang", "zh")
        #expect(pages.end == .exited(0))
        #expect(pages.output.components(separatedBy: "待派遣").count == 3)
        #expect(!pages.output.contains("\u{1B}"))
    }
}

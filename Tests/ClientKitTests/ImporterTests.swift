import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

/// A CSV file in the form of `completeMapping`, gone after the test.
private final class TemporaryCSV {
    let path: String

    init(_ rows: [String]) throws {
        path = NSTemporaryDirectory() + "gridcall-\(UInt64.random(in: 0 ... .max)).csv"
        let text = (["Key,Seen,Kind,Condition,Grid,Text,Address,North,East"] + rows)
            .joined(separator: "\n")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// `Testing` has a type of the same name.
private typealias ExitStatusCode = ClientKit.ExitStatus

private func row(_ key: Int, seen: String = "2026-11-23 10:00:00", text: String = "t") -> String {
    "\(key),\(seen),Noise,,G1,\(text),,,"
}

private func importer(
    _ file: TemporaryCSV, _ broker: FakeBroker, _ console: CollectingConsole,
    pace: ImportPace = .unlimited, window: Int = 100
) throws -> Importer {
    let source = try ImportSource(path: file.path, mapping: ImportMapping(yaml: completeMapping))
    return Importer(
        try ImportFeed(source, pace: pace), over: broker, endpoint: "tcp://test:1",
        console: console, window: window)
}

@Suite struct ImporterTests {
    @Test("every row is filed once, importing again finds duplicates", arguments: [1, 7, 4_096])
    func twice(window: Int) throws {
        let file = try TemporaryCSV((0..<500).map { row($0) })
        let broker = FakeBroker()
        let first = try importer(file, broker, CollectingConsole(), window: window)
        try first.fileAll()
        #expect(first.tally.read == 500)
        #expect(first.tally.filed == 500)
        #expect(first.tally.exitStatus == .done)
        broker.expectNewSession()
        let second = try importer(file, broker, CollectingConsole(), window: window)
        try second.fileAll()
        #expect(second.tally.filed == 0)
        #expect(second.tally.duplicates == 500)
        #expect(second.tally.exitStatus == .done)
        #expect(broker.order.count == 500)
        #expect(broker.submits.allSatisfy { $0.count <= window })
    }

    @Test("an import begins also where the spool was sent first and took the greeting")
    func greetingTaken() throws {
        let file = try TemporaryCSV((0..<50).map { row($0) })
        let broker = FakeBroker()
        let client = BrokerClient(broker, endpoint: "tcp://test:1")
        _ = try client.connect()
        let source = try ImportSource(
            path: file.path, mapping: ImportMapping(yaml: completeMapping))
        let importer = Importer(
            try ImportFeed(source), over: broker, endpoint: "tcp://test:1",
            console: CollectingConsole(), welcome: client.currentWelcome)
        try importer.fileAll()
        #expect(importer.tally.filed == 50 && importer.tally.exitStatus == .done)
    }

    @Test("receipts lost with the connection file nothing twice")
    func lostReceipts() throws {
        let file = try TemporaryCSV((0..<100).map { row($0) })
        let broker = FakeBroker()
        broker.submitsToLose = 3
        let importer = try importer(file, broker, CollectingConsole(), window: 10)
        try importer.fileAll()
        #expect(broker.order.count == 100)
        #expect(importer.tally.filed + importer.tally.duplicates == 100)
    }

    @Test("bad rows are listed and the good ones filed")
    func badRows() throws {
        let file = try TemporaryCSV([
            row(1), "2,2026-11-23 10:00:00,Smell,,G1,t,,,", "3,x", row(4, text: "refuse me"),
            "\"5\"x,", row(1, text: "other"), row(1),
        ])
        let broker = FakeBroker()
        broker.refusals["Noise: refuse me"] = WireRefusal(
            Refusal(.unknownGrid, field: "grid", reason: "no grid G1"))
        let importer = try importer(file, broker, CollectingConsole())
        try importer.fileAll()
        let tally = importer.tally
        let counts: [Int] = [tally.read, tally.filed, tally.duplicates, tally.refused]
        #expect(counts == [7, 1, 1, 5] as [Int])
        #expect(tally.exitStatus == .badData)
        #expect(
            tally.summary() == """
                rows read   7
                filed       1
                duplicates  1
                refused     5

                line  field     reason
                   3  category  "Smell" in Kind is not in the mapping's table
                   4            has 2 cells, the first row names 9 columns
                   5  grid      unknownGrid: no grid G1
                   6            text after the closing quote of a cell
                   7  id        contentDiffers: differs

                """)
    }

    @Test("a broker without room gets the row again later")
    func noRoom() throws {
        let file = try TemporaryCSV([row(1), row(2)])
        let broker = FakeBroker()
        broker.roomComesAfter = 2
        let importer = try importer(file, broker, CollectingConsole())
        try importer.fileAll()
        #expect(importer.tally.filed == 2)
        #expect(broker.now >= 1_000 + 2 * ImportRun.retryMilliseconds)
    }

    @Test("a replay keeps the order and the distances of the observed times")
    func replay() throws {
        let file = try TemporaryCSV([
            row(3, seen: "2026-11-23 12:00:00"), row(1, seen: "2026-11-23 10:00:00"),
            row(2, seen: "2026-11-23 11:00:00"),
        ])
        let broker = FakeBroker()
        let began = broker.now
        try importer(file, broker, CollectingConsole(), pace: .replay(3_600)).fileAll()
        let keys = broker.submits.flatMap(\.self).map(\.observedAt)
        #expect(keys == keys.sorted())
        #expect(keys.count == 3)
        // Two hours at 3,600 times the speed.
        #expect(broker.now - began >= 2_000)
        #expect(broker.now - began < 3_000)
    }

    @Test("a broker that stays away for a minute ends the import with try again")
    func givesUp() throws {
        let file = try TemporaryCSV([row(1)])
        let broker = FakeBroker()
        broker.isThere = false
        let console = CollectingConsole()
        let importer = try importer(file, broker, console)
        let failure = #expect(throws: ClientFailure.self) { try importer.fileAll() }
        #expect(failure?.exitStatus == .tryAgain)
        #expect(broker.now >= 1_000 + Importer.patienceMilliseconds)
        #expect(console.notes.contains("tcp://test:1 does not answer"))
        #expect(importer.tally.filed == 0)
    }

    @Test("a rate is not exceeded")
    func rate() throws {
        let file = try TemporaryCSV((0..<10).map { row($0) })
        let broker = FakeBroker()
        let began = broker.now
        try importer(file, broker, CollectingConsole(), pace: .rate(5)).fileAll()
        #expect(broker.order.count == 10)
        #expect(broker.now - began >= 1_800)
        #expect(broker.now - began < 2_500)
    }

    @Test("rows a broker stays away from are stored, and sent by the next command")
    func storing() throws {
        let file = try TemporaryCSV((0..<9_000).map { row($0) } + ["x", row(3)])
        let terminal = StoppableTerminal()
        let broker = FakeBroker()
        broker.isThere = false
        let source = try ImportSource(
            path: file.path, mapping: ImportMapping(yaml: completeMapping))
        let console = CollectingConsole()
        let importer = Importer(
            try ImportFeed(source), over: broker, endpoint: "tcp://test:1", console: console,
            kept: KeptRows(terminal.spool, fileName: "calls.csv"))
        let failure = #expect(throws: ClientFailure.self) { try importer.fileAll() }
        #expect(failure?.exitStatus == .tryAgain)
        #expect(importer.tally.stored == 9_001)
        #expect(importer.tally.refused == 1)
        #expect(console.notes.contains("9001 rows are stored"))
        let first = try terminal.spool.pendingNames().first.map(terminal.spool.loadPending)
        #expect(first?.records.first?.origin == "calls.csv:2")
        let report = try terminal.send()
        #expect(report.confirmedCount == 9_001)
        #expect(terminal.broker.order.count == 9_000)
    }

    @Test("refused rows make a file that can be corrected and imported")
    func refusedRows() throws {
        let file = try TemporaryCSV([
            row(1), "2,2026-11-23 10:00:00,Smell,,G1,\"a\nb\",,,", "3,x", row(4, text: "refuse me"),
        ])
        let path = file.path + ".refused"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let broker = FakeBroker()
        broker.refusals["Noise: refuse me"] = WireRefusal(
            Refusal(.unknownGrid, field: "grid", reason: "no grid G1"))
        let mapping = try ImportMapping(yaml: completeMapping)
        func fileAll(_ original: String, refusedTo path: String) throws -> ImportTally {
            let source = try ImportSource(path: original, mapping: mapping)
            broker.expectNewSession()
            let importer = Importer(
                try ImportFeed(source), over: broker, endpoint: "tcp://test:1",
                console: CollectingConsole(),
                refused: try RefusedRows(
                    path: path, header: source.header, importing: original, language: .english))
            try importer.fileAll()
            return importer.tally
        }
        #expect(try fileAll(file.path, refusedTo: path).refused == 3)
        var text = try String(contentsOfFile: path, encoding: .utf8)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(bytes.starts(with: Array("\u{FEFF}Key,".utf8)))
        #expect(text.contains("\"a\nb\",,,,3,category,"))
        #expect(text.contains("4,2026-11-23 10:00:00,Noise,,G1,refuse me,,,,6,grid,"))
        text = text.replacing("Smell", with: "Litter").replacing("refuse me", with: "fine")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ClientFailure.self) { try fileAll(path, refusedTo: path) }
        let again = try fileAll(path, refusedTo: path + "2")
        defer { try? FileManager.default.removeItem(atPath: path + "2") }
        #expect(again.filed == 2)
        #expect(again.refused == 1)
        let header = try String(contentsOfFile: path + "2", encoding: .utf8)
            .split(separator: "\n").first
        #expect(header?.hasSuffix("East,gridcall:line,gridcall:field,gridcall:reason") == true)
    }

    @Test(
        "what would be a formula in a spreadsheet comes back from the refused rows as it was",
        arguments: ["-3 degrees", "+86 10 1", "@home", "=1+1", "'=x", "'quoted'", "＝A1", "plain"])
    func refusedFormulas(text: String) throws {
        let file = try TemporaryCSV([row(1, text: text)])
        let path = file.path + ".refused"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let mapping = try ImportMapping(yaml: completeMapping)
        var source = try ImportSource(path: file.path, mapping: mapping)
        guard case .item(let item)? = try source.next() else { throw ImportFailure() }
        let refused = try RefusedRows(
            path: path, header: source.header, importing: file.path, language: .english)
        try refused.add(item.cells, [RowProblem(line: 2, reason: Phrase(verbatim: "no"))])
        var again = try ImportSource(path: path, mapping: mapping)
        guard case .item(let corrected)? = try again.next() else { throw ImportFailure() }
        #expect(corrected.call == item.call)
        #expect(item.call.texts.description_p.contains(text))
    }

    private struct ImportFailure: Error {}

    @Test("a file that names a broken encoding, or is UTF-16, is told")
    func encodings() throws {
        let mapping = try ImportMapping(yaml: completeMapping)
        let file = try TemporaryCSV([])
        try Data([0xFF, 0xFE, 0x4B, 0x00]).write(to: URL(fileURLWithPath: file.path))
        #expect(throws: ClientFailure.self) {
            try ImportSource(path: file.path, mapping: mapping)
        }
    }

    @Test("a broker that refuses the session ends the import at once")
    func sessionRefused() throws {
        let file = try TemporaryCSV([row(1)])
        let broker = FakeBroker()
        var error = WireError()
        error.code = UInt32(RefusalCode.brokerBehind.rawValue)
        error.reason = "this journal is older"
        broker.errors = [error]
        let importer = try importer(file, broker, CollectingConsole())
        #expect(
            throws: ClientFailure.sessionRefused(
                code: 405, field: "", reason: "this journal is older")
        ) { try importer.fileAll() }
    }

    @Test("a file without the mapping's columns, or none at all, is unusable")
    func unusable() throws {
        let mapping = try ImportMapping(yaml: completeMapping)
        let otherColumns = try TemporaryCSV([])
        try Data("a,b\n".utf8).write(to: URL(fileURLWithPath: otherColumns.path))
        for (path, status) in [
            ("/dev/null", ExitStatusCode.badData), ("/no/such/file", .inputOutput),
            (otherColumns.path, .badData),
        ] {
            do throws(ClientFailure) {
                _ = try ImportSource(path: path, mapping: mapping)
                Issue.record("\(path) was accepted")
            } catch {
                #expect(error.exitStatus == status)
            }
        }
    }
}

@Suite struct ProgressLineTests {
    @Test("on a terminal one line is drawn anew, elsewhere a line is added now and then")
    func drawing() {
        var tally = ImportTally()
        for _ in 0..<50 {
            tally.noteRead()
            tally.noteFiled(repeated: false)
        }
        var terminal = ProgressLine(isTerminal: true, now: 0)
        #expect(terminal.text(tally, now: 199) == nil)
        #expect(
            terminal.text(tally, now: 500)
                == "\r\u{1B}[K\u{1B}[?7lread 50  filed 50  duplicates 0  refused 0  100/s\u{1B}[?7h"
        )
        let line = terminal.text(tally, fraction: 0.25, now: 3_000)
        #expect(line?.contains("  0/s  9 s left") == true)
        #expect(terminal.end == "\r\u{1B}[K")
        var log = ProgressLine(isTerminal: false, now: 0)
        #expect(log.text(tally, now: 4_999) == nil)
        #expect(
            log.text(tally, now: 5_000)
                == "read 50  filed 50  duplicates 0  refused 0  10/s\n")
        #expect(log.end.isEmpty)
    }
}

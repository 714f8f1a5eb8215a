import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

/// Signals are caught by one watch at a time.
@Suite(.serialized) struct WatchTests {
    private static let steps: [String] = [
        #"{"fact":"turnBegan","at":1772442000000}"#,
        #"{"fact":"callFiled","call":12,"caseNumber":"T-2026-000012-4","id":"00","#
            + #""category":"noise","grid":"g-1","campaign":null,"urgency":"urgent","#
            + #""verifying":true,"coordinates":{"latitude":32.5,"longitude":118.25},"#
            + #""actor":"li","text":{"offset":0,"length":9,"sha256":"ab"}}"#,
        #"{"fact":"assignmentQueued","call":12,"part":0,"department":"urban","role":"lead","#
            + #""stage":0,"dispatch":null,"resolve":{"warnsAt":1,"dueAt":1772445600000,"#
            + #""provisional":false},"continues":null}"#,
        #"{"fact":"assignmentQueued","call":12,"part":1,"department":"market","role":"assist"}"#,
        #"{"fact":"assignmentReturned","call":12,"part":1,"attempt":2,"actor":"w-1"}"#,
        #"{"fact":"callMerged","call":13,"into":12,"actor":"op"}"#,
        #"{"fact":"queuePaused","department":"urban","until":null,"actor":"op \" ]}"}"#,
        #"{"fact":"campaignClosed","campaign":"spring","actor":"op","text":null}"#,
    ]

    private static func line(_ steps: [String] = Self.steps, seq: Int = 1) -> Data {
        let head = #"{"seq":\#(seq),"epoch":1,"at":1772441000000,"count":8,"chain":"00","#
        let text = head + #""facts":"AA==","steps":["# + steps.joined(separator: ",") + "]}"
        return Data(text.utf8)
    }

    private static var events: [WatchEvent] {
        WatchBatch(line()).map { WatchEvent.all(in: $0) } ?? []
    }

    private func shown(_ change: (inout WatchFilter) -> Void) -> [Int] {
        var filter = WatchFilter()
        change(&filter)
        var memory = WatchMemory()
        return Self.events.filter { event in
            memory.see(event)
            return filter.passes(event, memory)
        }.map(\.place)
    }

    @Test("a batch gives its facts as the bytes that came, with batch, place and time behind")
    func json() throws {
        let batch = try #require(WatchBatch(Self.line(seq: 4)))
        #expect(batch.steps.map { String(decoding: $0, as: UTF8.self) } == Self.steps)
        for (index, event) in WatchEvent.all(in: batch).enumerated() {
            let added = ",\"batch\":4,\"place\":\(index + 1),\"time\":1772442000000}\n"
            let expected = String(Self.steps[index].dropLast()) + added
            #expect(String(decoding: event.json, as: UTF8.self) == expected)
        }
        #expect(WatchBatch(Self.line([]))?.steps == [])
        for text in ["", "{}", "[]", #"{"seq":1,"at":2,"chain":"","steps":[{"#] {
            #expect(WatchBatch(Data(text.utf8)) == nil, "\(text)")
        }
    }

    @Test("filters of one kind are alternatives, those of different kinds all hold")
    func filters() {
        #expect(shown { _ in } == Array(1...8))
        #expect(shown { $0.kinds = ["callFiled", "callMerged"] } == [2, 6])
        #expect(shown { $0.calls = [12] } == [2, 3, 4, 5, 6])
        #expect(shown { $0.calls = [13, 99] } == [6])
        #expect(shown { $0.departments = ["market"] } == [4, 5])
        #expect(shown { $0.departments = ["urban"] } == [3, 7])
        #expect(shown { $0.departments = ["urban", "market"] } == [3, 4, 5, 7])
        #expect(shown { $0.categories = ["noise"] } == [2, 3, 4, 5])
        #expect(shown { $0.grids = ["g-1", "g-2"] } == [2, 3, 4, 5])
        #expect(shown { $0.campaigns = ["spring"] } == [8])
        #expect(
            shown {
                $0.departments = ["market"]
                $0.categories = ["noise"]
                $0.kinds = ["assignmentReturned", "queuePaused"]
            } == [5])
        #expect(shown { $0.grids = ["g-2"] }.isEmpty)
    }

    @Test("every kind of fact that an audit may meet can be asked for and has words")
    func kinds() throws {
        let documents = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: documents.appending(path: "docs/audit.md"), encoding: .utf8)
        let table = text.split(separator: "| fact | keys |").last ?? ""
        let rows = table.split(separator: "\n## ").first ?? ""
        let named = rows.split(separator: "\n").compactMap {
            $0.hasPrefix("| `") ? $0.dropFirst(3).prefix { $0 != "`" } : nil
        }
        #expect(Set(named.map(String.init)) == Set(WatchKinds.all))
        for kind in WatchKinds.all {
            let batch = try #require(WatchBatch(Self.line(["{\"fact\":\"\(kind)\"}"])))
            for event in WatchEvent.all(in: batch) {
                for language in Language.allCases {
                    let line = WatchSentence(event, WatchMemory(), zone: .utc, language: language)
                        .line
                    #expect(!line.contains(kind) && line.hasSuffix("\n"), "\(line)")
                }
            }
        }
        let refusal = WatchCommand.unknown("nothing").message
        #expect(refusal.english.contains("callFiled") && refusal.chinese.contains("clockConfirmed"))
    }

    @Test("a line tells time, call, what happened, whose it is and what else there is to say")
    func sentences() throws {
        let zone = try #require(LocalZone(name: "Asia/Shanghai"))
        var memory = WatchMemory()
        var lines: [Language: [String]] = [:]
        for event in Self.events {
            memory.see(event)
            for language in Language.allCases {
                lines[language, default: []].append(
                    WatchSentence(event, memory, zone: zone, language: language).line)
            }
        }
        let time = "2026-03-02 17:00:00"
        let english = try #require(lines[.english])
        let call = "\(time)  T-2026-000012-4"
        #expect(english[1] == "\(call)  filed  noise, g-1, urgent, to be verified first, by li\n")
        let queued = "lead, stage 1, disposal due 2026-03-02 18:00:00"
        #expect(english[2] == "\(call)  queued  urban  \(queued)\n")
        #expect(english[4] == "\(call)  returned  market  attempt 2, by w-1\n")
        #expect(english[5] == "\(time)  #13  merged  into T-2026-000012-4, by op\n")
        #expect(english[6].hasPrefix("\(time)  queue paused  urban  by op"))
        let chinese = try #require(lines[.chinese])
        #expect(chinese[1] == "\(call)  立案  noise，g-1，紧急，须先核实，由 li\n")
        #expect(chinese[4] == "\(call)  退回  market  第 2 次派遣，由 w-1\n")
        #expect(chinese[7] == "\(time)  专项行动结束  spring，由 op\n")
    }

    @Test("what came over the network steers no terminal")
    func escapes() throws {
        let step = #"{"fact":"actorNamed","number":1,"name":"a\u001b[2Jb\nc"}"#
        let batch = try #require(WatchBatch(Self.line([step])))
        let event = try #require(WatchEvent.all(in: batch).first)
        let line = WatchSentence(event, WatchMemory(), zone: .utc, language: .english).line
        #expect(!line.contains("\u{1B}") && line.contains("b\\nc"))
        #expect(line.filter(\.isNewline).count == 1)
    }

    @Test("so many events as were asked for are written, calls filed before are looked up")
    func command() throws {
        let broker = FakeBroker()
        let console = CollectingConsole()
        let chain = String(repeating: "0", count: 64)
        var header = WireExportReply()
        header.piece = Data(("{\"end\":{\"seq\":1,\"chain\":\"\(chain)\"}}\n").utf8)
        var piece = WireExportReply()
        piece.piece = Self.line([Self.steps[0], Self.steps[5], Self.steps[6]]) + Data("\n".utf8)
        var call = WireCallView()
        call.caseNumber = CaseNumber(prefix: "T", year: 2026, serial: 13).description
        broker.replies = [.export(header), .export(piece), .call(call)]
        var options = WatchCommand.Options(interval: 500, count: 1, format: .table)
        options.start = .batch(1)
        let session = ClientSession(broker, console)
        #expect(try WatchCommand(options).run(in: session) == .done)
        #expect(
            console.output
                == "2026-03-02 17:00:00  \(call.caseNumber)  merged  into #12, by op\n")
        #expect(console.notes.isEmpty && broker.queries.count == 3)
    }
}

import BrokerEngine
import Foundation
import GridModel
import Testing

@testable import BrokerJournal

@Suite struct JSONLineTests {
    @Test("Values stand in the order in which they were given, in one line that anybody can read")
    func values() throws {
        var line = JSONLine()
        line.object {
            $0.text("z", "a\"b\\c\n\u{1F}网格\u{2028}")
            $0.number("number", Int64.min)
            $0.number("none", nil as Int?)
            $0.flag("flag", false)
            $0.real("real", -0.1)
            $0.real("endless", .infinity)
            $0.hexadecimal("hexadecimal", [0, 0x5A, 0xFF])
            $0.base64("base64", Data([0xFB, 0xFF]))
            $0.array("array") { array in
                array.object { $0.null("a") }
                array.object { _ in }
                array.text(nil, "t")
            }
            $0.json("raw", Data("[1]".utf8))
        }
        let text = String(decoding: line.bytes, as: UTF8.self)
        #expect(
            text == #"{"z":"a\"b\\c\u000a\u001f网格"# + "\u{2028}"
                + #"","number":-9223372036854775808,"none":null,"flag":false,"real":-0.1,"#
                + #""endless":null,"hexadecimal":"005aff","base64":"+/8=","#
                + #""array":[{"a":null},{},"t"],"raw":[1]}"#)
        _ = try JSONSerialization.jsonObject(with: Data(line.bytes))
    }
}

@Suite struct FactJSONTests {
    private static let names: ExportNames = {
        var names = ExportNames()
        names.read(
            Batch(
                seq: 1, epoch: 1, at: .zero,
                facts: [
                    .catalogueAdopted(SampleFacts.catalogue),
                    .actorNamed(actor: 1, name: "urban/truck-1"),
                ]))
        return names
    }()

    private func json(_ fact: Fact, texts: Data? = nil) throws -> String {
        let facts = Data(try FactCodec.encode([fact]))
        var line = JSONLine()
        FactJSON(names: Self.names, facts: facts, texts: texts)
            .write(fact, seq: 1, index: 0, to: &line)
        return String(decoding: line.bytes, as: UTF8.self)
    }

    @Test("Every kind of fact is an object that begins with the name of its kind")
    func everyKind() throws {
        var seen: Set<String> = []
        for fact in SampleFacts.all {
            let text = try json(fact)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            let name = try #require(object["fact"] as? String)
            #expect(text.hasPrefix(#"{"fact":"\#(name)""#) && "\(fact)".hasPrefix(name))
            seen.insert(name)
        }
        #expect(seen == Set(FactKind.allCases.map { "\($0)" }))
    }

    @Test(
        "What a fact says stands in it by name, with times in milliseconds",
        arguments: [
            (
                .assignmentDispatched(
                    AssignmentDispatched(
                        number: SampleFacts.number, attempt: 2, worker: 1,
                        accept: SampleFacts.deadline)),
                #"{"fact":"assignmentDispatched","call":123456,"part":62,"attempt":2,"#
                    + #""worker":"urban/truck-1","accept":{"warnsAt":1790000800000,"#
                    + #""dueAt":1790001000000,"provisional":true}}"#
            ),
            (
                .queuePaused(department: 0, until: .distantFuture, actor: 0, reason: nil),
                #"{"fact":"queuePaused","department":"urban","until":null,"actor":"local","#
                    + #""text":null}"#
            ),
            (
                .assignmentResumed(
                    SampleFacts.number, step: .none, resolve: .none, actor: nil, reason: nil),
                #"{"fact":"assignmentResumed","call":123456,"part":62,"step":null,"#
                    + #""resolve":null,"actor":null,"text":null}"#
            ),
            (
                .queueResumed(department: 9, actor: 7),
                ##"{"fact":"queueResumed","department":"#9","actor":"#7"}"##
            ),
            (
                .accessRefused(
                    AccessRefusal(actor: 1, action: .export, code: .forbidden, unlisted: 3)),
                #"{"fact":"accessRefused","action":"export","code":300,"unlisted":3,"#
                    + #""actor":"urban/truck-1"}"#
            ),
        ] as [(Fact, String)])
    func pinned(fact: Fact, text: String) throws {
        #expect(try json(fact) == text)
    }

    @Test("A call is told in the words of the catalogue it was filed under")
    func filed() throws {
        var call = SampleFacts.callFiled(
            serial: 123, coordinates: Coordinates(latitude: 39.9, longitude: -0.5))
        (call.category, call.grid, call.campaign) = (0, 0, 0)
        let text = try json(.callFiled(call))
        for part in [
            #""call":123,"caseNumber":"GL-2026-000123-7","id":"0000000000000001000000000000007b","#,
            #""category":"vendors","condition":"default","grid":"G-1","campaign":"summer","#,
            #""urgency":"urgent","observedAt":"#,
            #""coordinates":{"latitude":39.9,"longitude":-0.5},"actor":"#,
        ] { #expect(text.contains(part), "\(part) in \(text)") }
    }

    @Test("A catalogue stands as it lies in the fact, with the numbers that its ids got")
    func catalogue() throws {
        let text = try json(.catalogueAdopted(SampleFacts.catalogue))
        #expect(
            text.hasPrefix(
                #"{"fact":"catalogueAdopted","version":1,"numbers":{"departments":{"first":0,"#
                    + #""ids":["urban"]},"grids":{"first":0,"ids":["G-1"]},"#))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let stored = String(decoding: try encoder.encode(SampleFacts.catalogue), as: UTF8.self)
        #expect(text.hasSuffix(#","catalogue":\#(stored)}"#))
    }

    @Test("A text stands with its salt and what it says, one that was erased without")
    func texts() throws {
        let salted = SampleBatch.salted("店外经营", seq: 1)
        let place = TextPlace(
            offset: 0, length: UInt32(salted.count), digest: Digest(hashing: salted))
        let fact = Fact.callVoided(serial: 1, actor: 1, reason: place)
        let bytes = Data("店外经营".utf8).base64EncodedString()
        let given = try json(fact, texts: Data(salted))
        #expect(
            given.hasSuffix(
                #","salt":"02020202020202020202020202020202","bytes":"\#(bytes)","#
                    + #""says":"店外经营"}}"#))
        #expect(!(try json(fact)).contains("salt"))
        #expect(try json(fact, texts: Data(count: 28)).hasSuffix(#"","erased":true}}"#))
        #expect(try json(fact, texts: Data()).hasSuffix(#"","erased":true}}"#))
        #expect(try json(fact, texts: Data([1])).hasSuffix(#"","missing":true}}"#))
    }

    @Test("docs/audit.md tells every key of every kind of fact, in the order in which they stand")
    func documented() throws {
        let page = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().appendingPathComponent("../../docs/audit.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        for fact in SampleFacts.all {
            let text = try json(fact)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            let name = try #require(object["fact"] as? String)
            let row = lines.first { $0.hasPrefix("| `\(name)` |") }
            var rest = try #require(row, "\(name) is not explained").dropFirst(name.count + 4)
            let keys = object.keys.filter { $0 != "fact" }.sorted {
                text.range(of: "\"\($0)\":")!.lowerBound < text.range(of: "\"\($1)\":")!.lowerBound
            }
            for key in keys {
                let place = try #require(rest.range(of: "`\(key)`"), "\(key) of \(name)")
                rest = rest[place.upperBound...]
            }
        }
    }
}

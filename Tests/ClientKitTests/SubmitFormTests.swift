import ClientKit
import GridCodec
import GridModel
import Testing

@Suite struct SubmitFormTests {
    private let broker = FakeBroker()
    private let console = CollectingConsole()

    init() {
        broker.catalogue.categories = [
            named("litter", "垃圾", "Litter"), named("barbecue", "露天烧烤", "Open-air barbecue"),
            named("stall", "占道经营", "Street stall"),
        ]
        broker.catalogue.grids = [named("gl-101", "一号网格", "Grid 1"), named("2", "二号", "Grid 2")]
    }

    private func named(_ id: String, _ chinese: String, _ english: String) -> WireNamedID {
        var named = WireNamedID()
        named.id = id
        named.chinese = chinese
        named.english = english
        return named
    }

    private func submit(
        _ item: WireSubmitItem = WireSubmitItem(), answers: [String]?
    ) throws -> WireSubmitItem? {
        console.answers = answers
        let command = SubmitCommand(
            item, id: CallID(high: 5, low: 6), waits: false, format: .table)
        _ = try command.run(in: ClientSession(broker, console))
        return broker.submits.first?.first
    }

    @Test(
        "a choice is made by number, id, name or a part of the name",
        arguments: [
            ("2", "barbecue"), ("barbecue", "barbecue"), ("露天烧烤", "barbecue"),
            ("烧烤", "barbecue"), ("OPEN-AIR", "barbecue"), (" street stall ", "stall"),
        ])
    func choosing(answer: String, category: String) throws {
        let item = try submit(answers: [answer, "gl-101", "看到烟"])
        #expect(item?.category == category && item?.grid == "gl-101")
        #expect(item?.texts.description_p == "看到烟")
    }

    @Test("an id stands above a number, and what fits nothing or too much is asked again")
    func askingAgain() throws {
        let item = try submit(answers: ["", "x y", "t", "4", "1", "2", "", "a\u{7}", "ok"])
        #expect(item?.category == "litter" && item?.grid == "2")
        #expect(item?.texts.description_p == "ok")
        #expect(console.notes.contains("there is none") && console.notes.contains("several fit"))
        #expect(console.notes.contains("holds the control character U+0007\n"))
        #expect(
            console.output
                == "T-2026-000001-\(CaseNumber(prefix: "T", year: 2026, serial: 1).checkDigit)\n")
    }

    @Test("only what is missing is asked")
    func missingOnly() throws {
        var item = WireSubmitItem()
        item.category = "litter"
        item.grid = "gl-101"
        #expect(try submit(item, answers: ["垃圾"])?.texts.description_p == "垃圾")
        #expect(!console.notes.contains("category"))
    }

    @Test("without a person everything missing is told at once, and nothing is filed")
    func nobodyToAsk() {
        let failure = #expect(throws: ClientFailure.self) { try submit(answers: nil) }
        #expect(failure?.exitStatus == .usage)
        #expect(
            failure?.message.english.hasPrefix("--category --grid --description missing") == true)
        #expect(broker.submits.isEmpty)
    }

    @Test("when the input ends nothing is filed")
    func endOfInput() {
        #expect(throws: ClientFailure.self) { try submit(answers: ["1", "1"]) }
        #expect(broker.submits.isEmpty)
    }

    @Test("names stand for ids, and a name that nothing has is told")
    func names() throws {
        var item = WireSubmitItem()
        item.category = "露天烧烤"
        item.grid = "Grid 1"
        item.texts.description_p = "x"
        let sent = try submit(item, answers: nil)
        #expect(sent?.category == "barbecue" && sent?.grid == "gl-101")
        item.category = "马戏团"
        let failure = #expect(throws: ClientFailure.self) { try submit(item, answers: nil) }
        #expect(failure?.message.chinese.contains("马戏团") == true)
    }
}

import GridModel
import Testing

@testable import BrokerViews

@Suite("TextQuery")
struct TextQueryTests {
    @Test(
        "What is found in which text",
        arguments: [
            ("烧烤", "夜市露天烧烤店油烟大", true), ("烤", "夜市露天烧烤店油烟大", true),
            ("露天烧烤店", "夜市露天烧烤店油烟大", true), ("露天烤烧", "夜市露天烧烤店", false),
            ("烧店", "露天烧烤店", false), ("烧烤", "烧，烤", false), ("烧烤", "烧 烤", false),
            ("烧烤 油烟", "油烟大，烧烤", true), ("烧烤 噪声", "油烟大，烧烤", false),
            ("烧烤，油烟！", "油烟大，烧烤", true), ("露天烧烤露天烤肉", "露天烧烤 露天烤肉", false),
            ("BBQ", "open bbq stall", true), ("bbq", "ＢＢＱ摊", true), ("ｂｂｑ", "BBQs", true),
            ("stal", "BBQ stall", true), ("tall", "BBQ stall", false), ("b", "open bbq", true),
            ("q", "open bbq", false), ("open stall", "Open BBQ stall", true),
            ("12", "鼓楼大街12号", true), ("１２", "鼓楼大街12号", true), ("2", "鼓楼大街12号", false),
            ("12号", "鼓楼大街12号", true), ("大街 号", "鼓楼大街12号", true),
            ("ПОЖ", "пожар на улице", true), ("ünal", "Ünalstraße", true), ("éco", "École", true),
            ("かがみ", "大きなかがみです", true), ("소음", "밤 소음 신고", true),
            ("𠮷野", "𠮷野家门前", true), ("野", "𠮷野家门前", true), ("吉野", "𠮷野家", false),
            ("don", "don't", true), ("O'Brien", "at O'Brien's", true), ("a", "", false),
        ])
    func table(question: String, text: String, isFound: Bool) throws {
        let query = try TextQuery(question, limits: ProtocolLimits())
        #expect(query.matches(FoldedText(text.utf8)) == isFound)
    }

    @Test("A text is folded alike however its bytes come, and broken bytes separate")
    func bytes() {
        #expect(FoldedText([0x61, 0xff, 0x62]).scalars == [0x61, 0x20, 0x62, 0x20])
        #expect(FoldedText("  A。。B ".utf8).scalars == [0x61, 0x20, 0x62, 0x20])
        #expect(FoldedText([]).scalars.isEmpty)
        #expect(FoldedText("！".utf8).scalars.isEmpty)
    }

    @Test("A text's pieces are its characters, neighbours, words and their beginnings")
    func pieces() {
        var pieces = IndexPieces()
        pieces.append(FoldedText("夜烧烤 BBQs!".utf8))
        #expect(
            pieces.text == "夜 夜烧 烧 烧烤 烤 _b _bb _bbq bbqs ")
    }

    @Test("A question asks the index for few pieces, the last two characters among them")
    func expression() throws {
        func expression(_ text: String) throws -> String {
            try TextQuery(text, limits: ProtocolLimits()).expression
        }
        #expect(try expression("烤") == "\"烤\"")
        #expect(try expression("烧烤") == "\"烧烤\"")
        #expect(try expression("烧烤店") == "\"烧烤\" \"烤店\"")
        #expect(try expression("露天烧烤") == "\"露天\" \"烧烤\"")
        #expect(try expression("露天烧烤店") == "\"露天\" \"烧烤\" \"烤店\"")
        #expect(try expression("BBQ stall") == "\"_bbq\" \"stall\"*")
        let long = try expression(String(repeating: "甲乙", count: 80))
        #expect(long.split(separator: " ").count == TextQuery.indexedPieces)
    }
}

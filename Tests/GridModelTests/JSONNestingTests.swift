import GridModel
import Testing

@Suite("JSONNesting")
struct JSONNestingTests {
    @Test("arrays and objects count alike up to the limit", arguments: [-1, 0, 1])
    func limit(offset: Int) {
        let levels = JSONNesting.deepest + offset
        let arrays = String(repeating: "[", count: levels)
        let objects = String(repeating: #"{"a":"#, count: levels)
        let closed = arrays + String(repeating: "]", count: levels)
        for text in [arrays, objects, closed] {
            #expect(JSONNesting.isTooDeep(text.utf8) == (offset > 0))
        }
    }

    @Test("brackets side by side or in a text do not count")
    func flat() {
        let many = String(repeating: "[]{},", count: 1_000)
        let quoted = "\"" + String(repeating: "[\\\"{", count: 1_000) + "\""
        #expect(!JSONNesting.isTooDeep(many.utf8))
        #expect(!JSONNesting.isTooDeep(quoted.utf8))
        #expect(JSONNesting.isTooDeep((quoted + String(repeating: "[", count: 200)).utf8))
    }
}

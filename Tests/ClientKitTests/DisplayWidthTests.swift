import ClientKit
import Testing

@Suite struct DisplayWidthTests {
    @Test(
        "Chinese takes two columns, Latin one, joining marks none",
        arguments: [
            ("", 0), ("abc", 3), ("城管", 4), ("é", 1), ("e\u{301}", 1), ("ｆ", 2), ("한국", 4),
            ("👷", 2), ("👨‍👩‍👧", 2), ("☂\u{FE0F}", 2), ("–…", 2), ("市场 a", 6),
        ])
    func width(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test("a text is cut at a column, never inside a wide character")
    func shortening() {
        #expect("城市管理".shortened(toWidth: 8) == "城市管理")
        #expect("城市管理".shortened(toWidth: 7) == "城市管…")
        #expect("城市管理".shortened(toWidth: 6) == "城市…")
        #expect("abc".shortened(toWidth: 2) == "a…")
    }
}

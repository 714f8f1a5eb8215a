import ClientKit
import Testing

@Suite struct KeyDecoderTests {
    @Test(
        "bytes of a terminal are read as keys",
        arguments: [
            ("q", [TerminalKey.character("q")]), ("\r", [.enter]), ("\n", [.enter]),
            ("\t", [.tab]), ("\u{7F}", [.backspace]), ("\u{8}", [.backspace]),
            ("\u{C}", [.control("l")]), ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]),
            ("\u{1B}[1;5C", [.right]), ("\u{1B}[D", [.left]), ("\u{1B}[H", [.home]),
            ("\u{1B}[1~", [.home]), ("\u{1B}[4~", [.end]), ("\u{1B}[F", [.end]),
            ("\u{1B}[5~", [.pageUp]), ("\u{1B}[6~", [.pageDown]), ("\u{1B}[Z", [.tab]),
            ("烧烤", [.character("烧"), .character("烤")]), ("👷", [.character("👷")]),
            ("aé", [.character("a"), .character("é")]), ("\u{1B}q", [.escape, .character("q")]),
            ("\u{0}x", [.character("x")]), ("", []),
        ])
    func keys(bytes: String, expected: [TerminalKey]) {
        var decoder = KeyDecoder()
        let keys = decoder.decode(bytes.utf8)
        #expect(keys == expected)
        #expect(!decoder.isWaiting)
    }

    @Test(
        "what is not a key is passed over as a whole",
        arguments: [
            "\u{1B}[200~", "\u{1B}[15;2~", "\u{1B}[<0;1;2M", "\u{1B}OP", "\u{80}", "\u{9B}",
            "\u{202E}", "\u{FFFD}",
        ])
    func noise(bytes: String) {
        var decoder = KeyDecoder()
        let keys = decoder.decode((bytes + "q").utf8)
        #expect(keys == [.character("q")])
    }

    @Test("broken UTF-8 and endless sequences hold nothing up")
    func brokenBytes() {
        var decoder = KeyDecoder()
        let broken: [UInt8] = [0xFF, 0xC0, 0xE7, 0x41, 0x80, 0xF5, 0x42]
        let letters = decoder.decode(broken)
        #expect(letters == [.character("A"), .character("B")])
        let endless = decoder.decode(Array("\u{1B}[".utf8) + [UInt8](repeating: 0x31, count: 40))
        #expect(endless.isEmpty)
        let after = decoder.decode("\u{1B}[1\rq".utf8)
        #expect(after == [.enter, .character("q")])
    }

    @Test("the pieces in which bytes come make no difference")
    func pieces() {
        let bytes = Array("a\u{1B}[A烧\u{1B}OB\u{1B}[6~é\u{1B}[1;5Cq".utf8)
        var whole = KeyDecoder()
        let expected = whole.decode(bytes)
        #expect(expected.count == 8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var decoder = KeyDecoder()
                let keys =
                    decoder.decode(bytes[..<first]) + decoder.decode(bytes[first..<second])
                    + decoder.decode(bytes[second...])
                #expect(keys == expected)
            }
        }
    }

    @Test(
        "no part of a sequence that is too long counts as keys, however it comes",
        arguments: [28, 29, 30, 31, 32, 70])
    func tooLong(digits: Int) {
        let bytes = Array("\u{1B}[\(String(repeating: "1", count: digits))Pq".utf8)
        var (whole, byPieces) = (KeyDecoder(), KeyDecoder())
        let keys = whole.decode(bytes)
        let pieces = bytes.flatMap { byPieces.decode([$0]) }
        #expect(keys == [.character("q")] && pieces == keys)
        let unended = whole.decode(bytes.dropLast(2))
        #expect(unended.isEmpty && whole.isWaiting)
        let flushed = whole.flush()
        let after = whole.decode("5".utf8)
        #expect(flushed.count == (digits < 30 ? 1 : 0) && after == [.character("5")])
    }

    @Test("an escape byte alone is a key once nothing follows")
    func escape() {
        var decoder = KeyDecoder()
        let nothing = decoder.decode([0x1B])
        #expect(nothing.isEmpty && decoder.isWaiting)
        let escape = decoder.flush()
        #expect(escape == [.escape])
        let half = decoder.decode([0xE7])
        #expect(half.isEmpty && decoder.isWaiting)
        let dropped = decoder.flush()
        #expect(dropped.isEmpty && !decoder.isWaiting)
    }
}

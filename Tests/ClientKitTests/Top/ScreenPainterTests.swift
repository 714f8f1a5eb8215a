import ClientKit
import Testing

@Suite struct ScreenPainterTests {
    private func lines(_ texts: String...) -> [StyledLine] {
        texts.map { StyledLine([Span($0)]) }
    }

    @Test("the first picture clears the screen, later ones send only the lines that changed")
    func differences() {
        var painter = ScreenPainter(inColour: true)
        let pictures = [lines("a", "b"), lines("a", "b"), lines("a", "c", "d"), lines("a")]
        let sent = pictures.map { painter.paint($0) }
        #expect(
            sent == [
                "\u{1B}[0m\u{1B}[2J\u{1B}[1;1H\u{1B}[2Ka\u{1B}[2;1H\u{1B}[2Kb", "",
                "\u{1B}[2;1H\u{1B}[2Kc\u{1B}[3;1H\u{1B}[2Kd",
                "\u{1B}[2;1H\u{1B}[2K\u{1B}[3;1H\u{1B}[2K",
            ])
        painter.invalidate()
        let anew = painter.paint(lines("a"))
        #expect(anew == "\u{1B}[0m\u{1B}[2J\u{1B}[1;1H\u{1B}[2Ka")
    }

    @Test("without colour only brightness and reversal remain")
    func colours() {
        let styles: [TextStyle] = [
            .plain, .title, .quietTitle, .strong, .faint, .good, .warning, .bad, .alarm,
        ]
        for style in styles {
            let codes = style.parameters(inColour: false).split(separator: ";").map { Int($0) ?? 0 }
            #expect(codes.allSatisfy { $0 < 10 }, "\(style)")
        }
        #expect(TextStyle.alarm.parameters(inColour: false) != "")
        var painter = ScreenPainter(inColour: true)
        let green = painter.paint([StyledLine([Span("x", .good)])])
        #expect(green.hasSuffix("\u{1B}[32mx\u{1B}[0m"))
    }

    @Test("pieces that do not fit are left out, the first is shortened")
    func pieces() {
        let pieces = [Span("已连接"), Span("longer piece"), Span("x"), Span("")]
        #expect(StyledLine(fitting: pieces, width: 30).text == "已连接  longer piece  x")
        #expect(StyledLine(fitting: pieces, width: 12).text == "已连接  x")
        #expect(StyledLine(fitting: pieces, width: 5).text == "已连…")
        #expect(StyledLine(fitting: pieces, width: 0).text == "")
    }
}

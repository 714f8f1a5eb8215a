import ClientKit
import Foundation
import GridModel
import Testing

@Suite struct SettingsTests {
    @Test("every key is read, and a file may set nothing")
    func keys() throws {
        let settings = try Settings(
            yaml: """
                # a terminal in the office
                broker: tcp://10.0.0.5:5570
                lang: zh
                format: csv
                color: never
                timeout: 30
                """)
        #expect(settings.broker == "tcp://10.0.0.5:5570" && settings.timeout == 30)
        #expect(settings.language == .chinese && settings.format == .csv)
        #expect(settings.colour == .never)
        for text in ["", "\n\n", "# nothing\n  # at all"] {
            #expect(try Settings(yaml: text) == Settings())
        }
    }

    @Test("a file whose lines end as on Windows is read, a comment at its beginning or not")
    func carriageReturns() throws {
        let settings = try Settings(yaml: "# office\r\nlang: zh\r\ntimeout: 7\r\n")
        #expect(settings.language == .chinese && settings.timeout == 7)
    }

    @Test(
        "every mistake is told with its line",
        arguments: [
            ("lang: fr", [1]), ("broker: x\nbrokre: y", [2]), ("format: xml\ncolor: red", [1, 2]),
            ("timeout: 0", [1]), ("timeout: 86401", [1]), ("lang:", [1]), ("- zh", [1]),
            ("lang: zh\nlang: en", [1]), ("broker: [a", [2]),
        ])
    func mistakes(text: String, lines: [Int]) {
        let mistakes = #expect(throws: ConfigurationMistakes.self) { try Settings(yaml: text) }
        #expect(mistakes?.list.map(\.line) == lines)
    }

    @Test("a file's mistakes are told in either language with its path")
    func mistakesOfAFile() throws {
        let directory = NSTemporaryDirectory() + "settings-" + UUID().uuidString
        let path = directory + "/gridcall/config.yaml"
        try FileManager.default.createDirectory(
            atPath: directory + "/gridcall", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data("broker: x\ntimeout: 0\n".utf8).write(to: URL(fileURLWithPath: path))
        let failure = #expect(throws: ClientFailure.self) {
            try Settings.read(environment: ["XDG_CONFIG_HOME": directory])
        }
        let message = try #require(failure?.message)
        #expect(message.english.hasSuffix("\(path):2: timeout is 1 to 86400 seconds"))
        #expect(message.chinese.hasSuffix("\(path):2: timeout 为 1 至 86400 秒"))
    }

    @Test("the limits of the timeout are allowed", arguments: [1, 86_400] as [Int64])
    func timeout(seconds: Int64) throws {
        #expect(try Settings(yaml: "timeout: \(seconds)").timeout == seconds)
    }

    @Test("files are looked for where XDG has them; relative directories count as unset")
    func paths() {
        #expect(
            Settings.paths(environment: ["HOME": "/home/a"]) == [
                "/home/a/.config/gridcall/config.yaml", "/etc/xdg/gridcall/config.yaml",
            ])
        let environment = [
            "HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_CONFIG_DIRS": "/x:relative:/y",
        ]
        #expect(
            Settings.paths(environment: environment)
                == ["/c", "/x", "/y"].map {
                    $0 + "/gridcall/config.yaml"
                })
        #expect(
            Settings.paths(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "c"]).first
                == "/h/.config/gridcall/config.yaml")
    }
}

@Suite struct PaletteTests {
    @Test(
        "colours are for terminals that can, unless somebody says otherwise",
        arguments: [
            (ColourChoice.auto, true, [:], true), (.auto, false, [:], false),
            (.auto, true, ["NO_COLOR": "1"], false), (.auto, true, ["NO_COLOR": ""], true),
            (.auto, true, ["TERM": "dumb"], false), (.always, false, ["NO_COLOR": "1"], true),
            (.never, true, [:], false),
        ] as [(ColourChoice, Bool, [String: String], Bool)])
    func choice(choice: ColourChoice, isTerminal: Bool, environment: [String: String], isOn: Bool) {
        let palette = choice.palette(isTerminal: isTerminal, environment: environment)
        #expect(palette("x", .red) == (isOn ? "\u{1B}[31mx\u{1B}[0m" : "x"))
    }

    @Test("colours do not move columns, and the end of a line has no spaces")
    func columns() {
        var table = TextTable([TextTable.Column("a"), TextTable.Column("b", isNumber: true)])
        table.add(["城管", "1"], inks: [0: .red, 1: .green])
        table.add(["x", ""])
        let plain = table.rendered(Palette(isOn: true))
            .replacing(/\u{1B}\[[0-9]+m/, with: "")
        #expect(plain == table.rendered)
        #expect(plain == "a     b\n城管  1\nx\n")
    }

    @Test("no spreadsheet takes a cell for a formula")
    func formulas() {
        var table = TextTable([TextTable.Column("a"), TextTable.Column("b")])
        table.add(["=1+1", "-5"])
        table.add(["@x", "+86 10"])
        #expect(table.csv == "a,b\n'=1+1,'-5\n'@x,'+86 10\n")
    }
}

@Suite struct ParserWordsTests {
    @Test("help and errors of the parser are in the language that was asked for")
    func words() {
        let text = "Error: Missing expected argument '<call>'\nUsage: gridcall track <call>"
        #expect(ParserWords.text(text, in: .english) == text)
        #expect(
            ParserWords.text(text, in: .chinese)
                == "错误：缺少参数 '<call>'\n用法：gridcall track <call>")
    }

    @Test("what the parser says of values and defaults is translated, also over the end of a line")
    func remarks() {
        let text = """
            OVERVIEW: 列出
            USAGE: gridcall list [<options>]
              --encoding <encoding>   编码 (values: auto, utf-8,
                                      gb18030; default: auto)
              --limit <limit>         最多 (default: 50)
                                      (values: 1,
                                      2)
            """
        #expect(
            ParserWords.text(text, in: .chinese) == """
                简介：列出
                用法：gridcall list [<选项>]
                  --encoding <encoding>   编码（可选：auto、utf-8、gb18030；默认：auto）
                  --limit <limit>         最多（默认：50）
                                          （可选：1、2）
                """)
    }
}

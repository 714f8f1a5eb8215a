import GridModel
import Testing

@Suite struct LanguageTests {
    @Test(
        "a locale or a language tag names the language",
        arguments: [
            ("zh", Language.chinese), ("zh_CN.UTF-8", .chinese), ("zh-Hant-TW", .chinese),
            ("ZH_CN", .chinese), ("en", .english), ("en_GB.UTF-8", .english), ("C", nil),
            ("C.UTF-8", nil), ("POSIX", nil), ("de_DE.UTF-8", nil), ("zhuang", nil), ("", nil),
        ])
    func locales(text: String, language: Language?) {
        #expect(Language(locale: text) == language)
    }

    @Test(
        "the first variable of the locale that is set counts, and nothing means English",
        arguments: [
            ([:], Language.english), (["LANG": "zh_CN.UTF-8"], .chinese),
            (["LC_MESSAGES": "en_US", "LANG": "zh_CN"], .english),
            (["LC_ALL": "zh_CN", "LC_MESSAGES": "en_US", "LANG": "en_US"], .chinese),
            (["LC_ALL": "", "LANG": "zh_CN"], .chinese),
            (["LC_ALL": "C", "LANG": "zh_CN"], .english), (["LC_CTYPE": "zh_CN"], .english),
        ])
    func environment(variables: [String: String], language: Language) {
        #expect(Language(environment: variables) == language)
    }

    @Test(
        "the option stands above the variable, the variable above the file, the file above all",
        arguments: [
            (
                ["stats", "--lang", "zh"], ["GRIDCALL_LANG": "en"], Language.english,
                Language.chinese
            ),
            (["--lang=zh", "stats"], [:], nil, .chinese),
            (["--lang", "zh", "stats", "--lang", "en"], [:], nil, .english),
            (["submit", "--", "--lang", "zh"], [:], nil, .english),
            (["--lang"], ["LANG": "zh_CN"], nil, .chinese),
            (["--lang", "fr"], ["GRIDCALL_LANG": "zh_CN"], nil, .chinese),
            ([], ["GRIDCALL_LANG": "zh", "LANG": "en_US"], .english, .chinese),
            ([], ["GRIDCALL_LANG": "", "LANG": "en_US"], .chinese, .chinese),
            ([], ["LC_ALL": "zh_CN"], .english, .english),
            ([], ["LC_ALL": "zh_CN"], nil, .chinese),
        ] as [([String], [String: String], Language?, Language)])
    func order(
        arguments: [String], environment: [String: String], configured: Language?,
        language: Language
    ) {
        let found = Language(
            arguments: arguments, environment: environment, configured: configured)
        #expect(found == language)
    }
}

@Suite struct PhraseTests {
    @Test("the language picks its text, also of joined phrases")
    func text() {
        let count = Phrase(chinese: "呼叫", english: "calls") + ": 3"
        let both = [count, Phrase(verbatim: "GL-1")].joined(separator: ", ")
        #expect(Language.chinese(both) == "呼叫: 3, GL-1")
        #expect(both.text(in: .english) == "calls: 3, GL-1")
        #expect(Language.english(chinese: "是", english: "yes") == "yes")
    }
}

/// The language of everything that is written for people.
///
/// JSON keys, the words of states and codes in JSON and CSV, and the names of options are the
/// same in both.
package enum Language: String, CaseIterable, Hashable, Sendable {
    case chinese = "zh"
    case english = "en"

    /// The environment variable that stands above the locale.
    package static let variable = "GRIDCALL_LANG"

    /// The option of the command line that stands above everything else.
    package static let option = "--lang"

    /// The language of a locale or a language tag (`zh_CN.UTF-8`, `en-GB`); `nil` if it is neither.
    package init?(locale: some StringProtocol) {
        let name = locale.prefix { !"_-.@".contains($0) }.lowercased()
        self.init(rawValue: name)
    }

    /// The language of a process: `--lang`, `GRIDCALL_LANG`, the configuration file's, the locale.
    ///
    /// The arguments are looked through before they are parsed, so that help and errors of the
    /// parser are in that language too; a value that names no language is reported by the parser.
    package init(
        arguments: some Sequence<String> = [String](), environment: [String: String],
        configured: Language? = nil
    ) {
        self =
            Self.named(in: arguments)
            ?? environment[Self.variable].flatMap { Language(locale: $0) }
            ?? configured ?? Self.ofLocale(environment)
    }

    /// The language of messages by POSIX: the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is
    /// set and not empty; English if that is neither.
    private static func ofLocale(_ environment: [String: String]) -> Language {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy
            .compactMap { environment[$0] }.first { !$0.isEmpty }
        return locale.flatMap { Language(locale: $0) } ?? .english
    }

    /// The name to show; either may stand for the other, and the id for both.
    package func name(chinese: String, english: String, id: String) -> String {
        let names = self == .chinese ? [chinese, english] : [english, chinese]
        return names.first { !$0.isEmpty } ?? id
    }

    private static func named(in arguments: some Sequence<String>) -> Language? {
        var named: Language?
        var isValue = false
        for argument in arguments {
            if argument == "--" { break }
            if isValue { named = Language(rawValue: argument) }
            isValue = argument == option
            if argument.hasPrefix(option + "=") {
                named = Language(rawValue: String(argument.dropFirst(option.count + 1)))
            }
        }
        return named
    }
}

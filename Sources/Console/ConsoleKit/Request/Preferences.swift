package import GridModel

/// How somebody wants the pages: kept in cookies, since there is nothing else to keep.
package struct Preferences: Hashable, Sendable {
    /// Light or dark.
    package enum Theme: String, CaseIterable, Sendable {
        case light, dark
    }

    /// The cookie of the language.
    package static let languageCookie = "gridcall_lang"
    /// The cookie of light and dark.
    package static let themeCookie = "gridcall_theme"
    /// A year, in seconds.
    package static let maximumAge = 31_536_000

    package var language: Language
    /// `nil`: as the system has it.
    package var theme: Theme?

    /// Preferences.
    package init(language: Language, theme: Theme? = nil) {
        self.language = language
        self.theme = theme
    }

    /// What a request asks for: its cookies, else what the browser accepts, else English.
    package init(_ request: ConsoleRequest) {
        let chosen = request.cookie(Self.languageCookie).flatMap(Language.init(rawValue:))
        language =
            chosen ?? Self.accepted(request.headers["accept-language"]?.joined(separator: ","))
            ?? .english
        theme = request.cookie(Self.themeCookie).flatMap(Theme.init(rawValue:))
    }

    /// The language of ours that a browser likes best (RFC 9110, 12.5.4); `nil` if it names none.
    /// Equally good ones count in the order they are named.
    package static func accepted(_ header: String?) -> Language? {
        var best: (language: Language, quality: Double)?
        for range in (header ?? "").split(separator: ",").prefix(32) {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let tag = parts.first, let language = Language(locale: tag) else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
            let quality = weight.map { Double($0) ?? 0 } ?? 1
            guard quality > 0, quality > best?.quality ?? 0 else { continue }
            best = (language, quality)
        }
        return best?.language
    }

    /// A cookie that keeps a preference.
    package static func cookie(_ name: String, _ value: String) -> String {
        "\(name)=\(value); Path=/; Max-Age=\(maximumAge); HttpOnly; SameSite=Strict"
    }
}

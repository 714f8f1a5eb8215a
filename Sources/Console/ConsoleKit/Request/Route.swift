/// What a path means.
package enum Route: Hashable, Sendable {
    case now, calls, callsCSV, campaigns, grids, health
    /// One call, named by its case number, a part of it, or its id.
    case call(String)
    /// One campaign by its id.
    case campaign(String)
    case events, preferences, find, login, logout
    case metrics, alive, ready
    /// A file that the program carries in itself.
    case asset(Asset)

    /// The files a page needs.
    package enum Asset: String, CaseIterable, Sendable {
        case style = "console.css"
        case script = "console.js"
        case icon = "icon.svg"

        /// The media type.
        package var type: String {
            switch self {
            case .style: "text/css; charset=utf-8"
            case .script: "text/javascript; charset=utf-8"
            case .icon: "image/svg+xml"
            }
        }
    }

    /// The route of a path as it came; `nil` if there is none.
    package init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let words = parts.map(String.init)
        switch (words.first ?? "", words.count) {
        case ("", 1): self = .now
        case ("calls", 1): self = .calls
        case ("calls.csv", 1): self = .callsCSV
        case ("calls", 2): self.init(name: parts.last, Route.call)
        case ("campaigns", 1): self = .campaigns
        case ("campaigns", 2): self.init(name: parts.last, Route.campaign)
        case ("grids", 1): self = .grids
        case ("health", 1): self = .health
        case ("events", 1): self = .events
        case ("preferences", 1): self = .preferences
        case ("find", 1): self = .find
        case ("login", 1): self = .login
        case ("logout", 1): self = .logout
        case ("metrics", 1): self = .metrics
        case ("healthz", 1): self = .alive
        case ("readyz", 1): self = .ready
        case ("favicon.ico", 1): self = .asset(.icon)
        case ("static", 2):
            guard let asset = Asset(rawValue: words[1]) else { return nil }
            self = .asset(asset)
        default: return nil
        }
    }

    private init?(name: Substring?, _ make: (String) -> Route) {
        guard let name,
            let text = try? FormFields.decoded(name, field: "", plusIsSpace: false), !text.isEmpty
        else { return nil }
        self = make(text)
    }

    /// Whether anybody who reaches the console may have it: it shows nothing of the street.
    package var isOpen: Bool {
        switch self {
        case .asset, .alive, .ready, .login, .logout: true
        default: false
        }
    }

    /// Whether it is for programs, which get a plain refusal in the place of a login form.
    package var isForPrograms: Bool {
        switch self {
        case .events, .metrics, .callsCSV: true
        default: false
        }
    }
}

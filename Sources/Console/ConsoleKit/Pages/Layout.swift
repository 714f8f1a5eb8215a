import ClientKit
import GridCodec
import GridModel

/// What stands around every page: head, navigation, notices, foot.
package struct Layout: Sendable {
    /// The pages that the navigation names.
    package enum Section: CaseIterable, Hashable, Sendable {
        case now, calls, campaigns, grids, health

        var path: String {
            switch self {
            case .now: "/"
            case .calls: "/calls"
            case .campaigns: "/campaigns"
            case .grids: "/grids"
            case .health: "/health"
            }
        }

        var name: Phrase {
            switch self {
            case .now: Phrase(chinese: "实时", english: "Now")
            case .calls: Phrase(chinese: "案卷", english: "Calls")
            case .campaigns: Phrase(chinese: "专项行动", english: "Campaigns")
            case .grids: Phrase(chinese: "网格", english: "Grids")
            case .health: Phrase(chinese: "运行状况", english: "Health")
            }
        }
    }

    private let context: PageContext
    private let section: Section?

    /// The surroundings of a page of `section`.
    package init(_ context: PageContext, _ section: Section?) {
        self.context = context
        self.section = section
    }

    /// The whole page. `live` is the kind of events it listens to.
    package func page(title: String, live: LiveTopic.Kind?, content: Markup) -> Markup {
        """
        <!doctype html>
        <html lang="\(context.language == .chinese ? "zh-CN" : "en")"\(theme)>
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="\(context.preferences.theme?.rawValue ?? "light dark")">
        <title>\(title) · GridCall</title>
        <link rel="stylesheet" href="\(Assets.address(.style))">
        <link rel="icon" href="\(Assets.address(.icon))" type="image/svg+xml">
        <script src="\(Assets.address(.script))" defer></script>
        </head>
        <body\(events(live))>
        <a class="skip" href="#main">\(context("跳到正文", "Skip to the content"))</a>
        \(header)
        <main id="main" tabindex="-1">
        <div class="title"><h1>\(title)</h1>\(streetChoice)</div>
        <div id="link" class="notice bad" role="alert" hidden></div>
        <div id="notice" role="status" aria-live="polite">\(Notices(context).content)</div>
        \(content)
        </main>
        \(footer)
        </body>
        </html>

        """
    }

    private var theme: Markup {
        context.preferences.theme.map { " data-theme=\"\($0.rawValue)\"" } ?? .none
    }

    private func events(_ live: LiveTopic.Kind?) -> Markup {
        guard let live else { return .none }
        let address = FormFields().with([
            ("kind", live.rawValue), ("street", context.chosen),
        ])
        let lost = context(
            "与控制台的连接已中断，正在重连。自", "Connection to the console lost, trying again. Since")
        return """
             data-events="/events\(address.suffix)" \
            data-lost="\(lost)"
            """
    }

    private var header: Markup {
        let street: [(String, String?)] = [("street", context.chosen)]
        let links = Section.allCases.map { section in
            let here: Markup = section == self.section ? " aria-current=\"page\"" : .none
            let address = section.path + FormFields().with(street).suffix
            return "<li><a href=\"\(address)\"\(here)>\(context.language(section.name))</a></li>"
                as Markup
        }
        return """
            <header class="top">
            <a class="brand" href="/">\(Icons.mark)<span>GridCall</span></a>
            <nav aria-label="\(context("主导航", "Main"))"><ul>\(links)</ul></nav>
            \(finder)
            \(switches)
            </header>
            """
    }

    /// To the page of a call by what people say of it.
    private var finder: Markup {
        let street: Markup =
            context.chosen.map { "<input type=\"hidden\" name=\"street\" value=\"\($0)\">" }
            ?? .none
        return """
            <form class="finder" action="/find" method="get" role="search" \
            aria-label="\(context("按案卷号查找", "Find a case by its number"))">\(street)\
            <input type="search" name="case" required maxlength="64" \
            aria-label="\(context("案卷号", "Case number"))" \
            placeholder="\(context("案卷号，如 123", "Case number, 123"))"></form>
            """
    }

    /// Language and light, as plain links, so that they work without JavaScript.
    private var switches: Markup {
        let other: Language = context.language == .chinese ? .english : .chinese
        let themes: [(String, String, Markup)] = [
            ("auto", context("跟随系统", "As the system"), Icons.auto),
            ("light", context("浅色", "Light"), Icons.sun),
            ("dark", context("深色", "Dark"), Icons.moon),
        ]
        let chosen = context.preferences.theme?.rawValue ?? "auto"
        let links = themes.map { value, name, icon in
            """
            <a href="\(preference("theme", value))" title="\(name)" aria-label="\(name)"\
            \("aria-current=\"true\"", if: value == chosen)>\(icon)</a>
            """ as Markup
        }
        return """
            <div class="switches">
            <div class="theme" role="group" aria-label="\(context("明暗", "Light or dark"))">\
            \(links)</div>
            <a class="language" href="\(preference("lang", other.rawValue))" \
            lang="\(other == .chinese ? "zh-CN" : "en")">\
            \(other == .chinese ? "中文" : "English")</a>\
            \(signOut)
            </div>
            """
    }

    private var signOut: Markup {
        guard context.canSignOut else { return .none }
        return "<a class=\"language\" href=\"/logout\">\(context("退出", "Sign out"))</a>"
    }

    private func preference(_ name: String, _ value: String) -> String {
        let here = context.path + context.fields.suffix
        return "/preferences" + FormFields().with([(name, value), ("back", here)]).suffix
    }

    /// Which street is shown, where there is more than one.
    private var streetChoice: Markup {
        guard context.isDistrict, section != nil else { return .none }
        let all: Markup = """
            <a href="\(context.address([("street", nil)]))"\
            \("aria-current=\"true\"", if: context.chosen == nil)>\
            \(context("全部街道", "All streets"))</a>
            """
        let links = context.snapshot.streets.map { street in
            """
            <a href="\(context.address([("street", street.key)]))"\
            \("aria-current=\"true\"", if: context.chosen == street.key)>\
            \(context.name(of: street))</a>
            """ as Markup
        }
        return """
            <nav class="streets" aria-label="\(context("街道", "Street"))">\(all)\(links)</nav>
            """
    }

    private var noScript: String {
        context(
            "未启用 JavaScript：请重新载入页面查看最新数字。",
            "Without JavaScript the figures do not change by themselves: load the page again.")
    }

    private var footer: Markup {
        """
        <footer><p>GridCall \(Terminal.version) · \
        \(context("只读控制台；操作请用", "A read-only console; to act use")) <code>gridcall</code></p>
        <noscript><p>\(noScript)\
         <a href="\(context.path + context.fields.suffix)">\
        \(context("重新载入", "Load again"))</a></p></noscript>
        </footer>
        """
    }
}

/// What is said of brokers that do not answer, above every page.
package struct Notices: Sendable {
    private let context: PageContext

    /// The notices of a page.
    package init(_ context: PageContext) { self.context = context }

    /// Empty if all is well.
    package var content: Markup {
        Markup(context.streets.map(notice))
    }

    private func notice(_ street: Snapshot.Street) -> Markup {
        let name = context.isDistrict ? context.name(of: street) + " · " : ""
        let (text, since): (String, Int64)
        switch street.broker.connection {
        case .connected:
            guard let refusal = street.broker.refusal else { return clock(street, name) }
            return """
                <p class="notice bad" data-notice="refused">\(name)\
                \(context("服务端不予回答：", "The broker refuses to answer: "))\
                \(context.language(refusal))</p>
                """
        case .connecting(let at):
            (text, since) = (context("正在连接服务端", "Connecting to the broker"), at)
        case .lost(let at):
            (text, since) = (context("服务端无法连接", "The broker cannot be reached"), at)
        case .refused(let phrase, let at):
            (text, since) = (
                context("服务端拒绝此会话：", "The broker refuses this session: ")
                    + context.language(phrase), at
            )
        }
        let shown =
            street.broker.stats == nil
            ? ""
            : context("；以下为当时的数字", "; the figures below are of then")
        return """
            <p class="notice bad" data-notice="unreachable">\(name)\(text)\
            \(context("，自 ", " since "))<time>\(context.time(since, in: street))</time>\(shown)</p>
            """
    }

    /// A clock that jumped keeps all deadlines silent: nobody may overlook that.
    private func clock(_ street: Snapshot.Street, _ name: String) -> Markup {
        guard street.broker.stats?.clockUnconfirmed ?? false else { return .none }
        let jumped = context(
            "服务端时钟跳变，期限暂停计算，待确认：",
            "The broker's clock jumped: deadlines wait until it is confirmed: ")
        return """
            <p class="notice bad" data-notice="clock">\(name)\
            \(jumped)\
            <code>gridcall clock confirm</code></p>
            """
    }
}

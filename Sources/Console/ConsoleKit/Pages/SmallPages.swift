import ClientKit
package import GridModel

/// The form that asks for the token, outside of everything else.
package struct LoginPage: Sendable {
    private let context: PageContext
    private let hasFailed: Bool
    private let back: String

    /// The form; after a token that was wrong, and with where to go afterwards.
    package init(_ context: PageContext, hasFailed: Bool, back: String) {
        self.context = context
        self.hasFailed = hasFailed
        self.back = back
    }

    /// The whole page.
    package var page: Markup {
        let wrong: Markup =
            hasFailed
            ? """
            <p class="notice bad" role="alert">\(context("口令不对", "That is not the token"))</p>
            """ : .none
        return BarePage(context).page(
            title: context("登录", "Sign in"),
            content: """
                <section class="card"><h1>GridCall</h1>\(wrong)
                <form method="post" action="/login">
                <input type="hidden" name="back" value="\(back)">
                <label>\(context("口令", "Token"))\
                <input type="password" name="token" required autofocus \
                autocomplete="current-password"></label>
                <div class="actions">\
                <button type="submit">\(context("登录", "Sign in"))</button></div>
                </form></section>
                """)
    }
}

/// What was wrong with a request: code, field, reason, and what to do.
package struct ErrorPage: Sendable {
    private let context: PageContext
    private let status: Int
    private let code: String
    private let field: String
    private let reason: Phrase

    /// The page of an error; `field` is empty if no field is wrong.
    package init(
        _ context: PageContext, status: Int, code: String, field: String = "", reason: Phrase
    ) {
        self.context = context
        self.status = status
        self.code = code
        self.field = field
        self.reason = reason
    }

    /// The whole page.
    package var page: Markup {
        let place: Markup =
            field.isEmpty
            ? .none
            : """
            <dt>\(context("参数", "Field"))</dt>\
            <dd data-error="field"><code>\(field)</code></dd>
            """
        return BarePage(context).page(
            title: "\(status)",
            content: """
                <section class="card"><h1>\(title)</h1><dl class="facts">
                <dt>\(context("代码", "Code"))</dt><dd data-error="code"><code>\(code)</code></dd>\
                \(place)<dt>\(context("原因", "Reason"))</dt>\
                <dd data-error="reason">\(context.language(reason))</dd></dl>
                <p class="note"><a href="/">\(context("回到首页", "To the first page"))</a>\
                </p></section>
                """)
    }

    private var title: String {
        switch status {
        case 400: context("请求有误", "That cannot be read")
        case 403: context("无权查看", "Not allowed")
        case 404: context("没有找到", "Not found")
        case 405: context("只读", "Read only")
        case 414: context("地址过长", "The address is too long")
        case 429: context("请求过于频繁", "Too many requests")
        case 503: context("暂时无法答复", "No answer at the moment")
        default: context("出错", "An error")
        }
    }
}

/// A page without navigation.
struct BarePage {
    private let context: PageContext

    init(_ context: PageContext) { self.context = context }

    func page(title: String, content: Markup) -> Markup {
        let theme: Markup =
            context.preferences.theme.map { " data-theme=\"\($0.rawValue)\"" } ?? .none
        return """
            <!doctype html>
            <html lang="\(context.language == .chinese ? "zh-CN" : "en")"\(theme)>
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) · GridCall</title>
            <link rel="stylesheet" href="\(Assets.address(.style))">
            <link rel="icon" href="\(Assets.address(.icon))" type="image/svg+xml">
            </head>
            <body><main id="main" class="narrow">
            \(content)
            </main></body>
            </html>

            """
    }
}

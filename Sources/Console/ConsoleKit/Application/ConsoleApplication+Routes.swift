import ClientKit
import GridCodec
import GridModel
import Synchronization

extension ConsoleApplication {
    func answer(
        _ request: ConsoleRequest, _ route: Route, _ fields: FormFields
    ) async throws(FormFields.Mistake) -> ConsoleReply {
        switch route {
        case .asset(let asset): return file(asset)
        case .alive: return ConsoleReply(status: 200, text: "alive")
        case .ready: return readiness
        case .metrics:
            let text = MetricsText(snapshot, console: figures, queries: watches.map(\.counts)).text
            return ConsoleReply(type: MetricsText.type, body: Array(text.utf8))
        case .preferences: return try preferences(fields)
        case .find: return try find(fields)
        case .login: return try login(request, fields)
        case .logout:
            var reply = ConsoleReply(seeOther: "/login")
            reply.headers.append(("set-cookie", AccessToken.noCookie))
            return reply
        case .events: return try events(request, fields)
        case .now, .campaigns, .health, .calls, .grids, .call, .campaign, .callsCSV:
            let context = try PageContext(
                Preferences(request), snapshot, path: request.path, fields: fields,
                canSignOut: rules.token != nil)
            return try await page(route, context, request)
        }
    }

    private func page(
        _ route: Route, _ context: PageContext, _ request: ConsoleRequest
    ) async throws(FormFields.Mistake) -> ConsoleReply {
        switch route {
        case .calls: return try await calls(context, request)
        case .callsCSV: return try csv(context)
        case .call(let text): return try await call(text, context, request)
        case .grids:
            try context.fields.refuseOthers(than: ["street"])
            return await gridsPage(context)
        case .campaign(let id): return try await campaign(id, context, request)
        case .campaigns:
            try context.fields.refuseOthers(than: ["street"])
            return ConsoleReply(page: CampaignsPage(context).page)
        case .health:
            try context.fields.refuseOthers(than: ["street"])
            return ConsoleReply(page: HealthPage(context, console: figures).page)
        default:
            try context.fields.refuseOthers(than: ["street"])
            return ConsoleReply(page: NowPage(context).page)
        }
    }

    private func file(_ asset: Route.Asset) -> ConsoleReply {
        var reply = ConsoleReply(type: asset.type, body: Assets.bytes(asset))
        reply.headers.append(("cache-control", "public, max-age=31536000, immutable"))
        return reply
    }

    /// Ready when at least one broker was reached lately. Names no broker: anybody may ask.
    private var readiness: ConsoleReply {
        let snapshot = snapshot
        let up = snapshot.streets.count { $0.broker.connection.isUp }
        let isReady = snapshot.isFresh(within: Self.lately)
        let reason =
            isReady
            ? "a broker answered in the last \(Self.lately / 1_000) seconds"
            : "no broker answered in the last \(Self.lately / 1_000) seconds"
        let body = JSONValue.object([
            .init("ready", .boolean(isReady)), .init("reason", .text(reason)),
            .init("brokers", .count(snapshot.streets.count)), .init("connected", .count(up)),
        ])
        var reply = ConsoleReply(
            status: isReady ? 200 : 503, type: "application/json", body: Array(body.rendered.utf8))
        reply.headers.append(("cache-control", "no-store"))
        return reply
    }

    private func preferences(_ fields: FormFields) throws(FormFields.Mistake) -> ConsoleReply {
        try fields.refuseOthers(than: ["lang", "theme", "back"])
        var reply = ConsoleReply(seeOther: Self.place(fields["back"]))
        if let text = fields["lang"] {
            guard let language = Language(rawValue: text) else {
                throw Self.oneOf("lang", Language.allCases.map(\.rawValue))
            }
            let cookie = Preferences.cookie(Preferences.languageCookie, language.rawValue)
            reply.headers.append(("set-cookie", cookie))
        }
        if let text = fields["theme"] {
            let words = ["auto"] + Preferences.Theme.allCases.map(\.rawValue)
            guard words.contains(text) else { throw Self.oneOf("theme", words) }
            reply.headers.append(
                ("set-cookie", Preferences.cookie(Preferences.themeCookie, text)))
        }
        return reply
    }

    private func find(_ fields: FormFields) throws(FormFields.Mistake) -> ConsoleReply {
        try fields.refuseOthers(than: ["case", "street"])
        let text = (fields["case"] ?? "").trimmedOfSpaces
        guard !text.isEmpty else { return ConsoleReply(seeOther: "/calls") }
        let street = FormFields().with([("street", fields["street"])])
        return ConsoleReply(seeOther: "/calls/\(FormFields.encoded(text))\(street.suffix)")
    }

    private func events(
        _ request: ConsoleRequest, _ fields: FormFields
    ) throws(FormFields.Mistake) -> ConsoleReply {
        try fields.refuseOthers(than: ["kind", "street"])
        guard let kind = fields["kind"].flatMap(LiveTopic.Kind.init(rawValue:)) else {
            throw Self.oneOf("kind", LiveTopic.Kind.allCases.map(\.rawValue))
        }
        // Refuses streets that there are not.
        let context = try PageContext(
            Preferences(request), snapshot, path: request.path, fields: fields)
        let topic = LiveTopic(kind, context.language, street: context.chosen)
        var reply = ConsoleReply(type: "text/event-stream; charset=utf-8", body: [])
        // A proxy on the way must neither keep nor collect events.
        reply.headers += [("cache-control", "no-store"), ("x-accel-buffering", "no")]
        reply.body = .events(topic)
        return reply
    }

    private func login(
        _ request: ConsoleRequest, _ fields: FormFields
    ) throws(FormFields.Mistake) -> ConsoleReply {
        guard let token = rules.token else { return ConsoleReply(seeOther: "/") }
        guard request.method == .post else {
            return try loginPage(request, back: Self.place(fields["back"]), hasFailed: false)
        }
        guard isOfThisSite(request) else {
            return refusal(
                request, 403, "forbidden",
                Phrase(chinese: "来自其他网站的表单", english: "a form of another site"))
        }
        let now = clocks.monotonic()
        guard counters.withLock({ $0.logins.allows(client(request), now: now) }) else {
            return tooMany(request)
        }
        let form = try FormFields(String(decoding: request.body, as: UTF8.self))
        try form.refuseOthers(than: ["token", "back"])
        let back = Self.place(form["back"])
        guard let given = form["token"], token.isToken(given) else {
            return try loginPage(request, back: back, hasFailed: true)
        }
        var reply = ConsoleReply(seeOther: back)
        reply.headers.append(("set-cookie", token.cookie(now: clocks.wall() / 1_000)))
        return reply
    }

    private func loginPage(
        _ request: ConsoleRequest, back: String, hasFailed: Bool
    ) throws(FormFields.Mistake) -> ConsoleReply {
        let context = try PageContext(
            Preferences(request), Snapshot([], now: 0, wall: 0), path: "/login",
            fields: FormFields())
        return ConsoleReply(
            status: hasFailed ? 403 : 200,
            page: LoginPage(context, hasFailed: hasFailed, back: back).page)
    }

    /// Browsers say where a form comes from; a program that says nothing is not tricked into it.
    private func isOfThisSite(_ request: ConsoleRequest) -> Bool {
        if let site = request.header("sec-fetch-site"), site != "same-origin", site != "none" {
            return false
        }
        guard let origin = request.header("origin"), let host = request.header("host") else {
            return true
        }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    private static func oneOf(_ field: String, _ words: [String]) -> FormFields.Mistake {
        let all = words.joined(separator: ", ")
        return FormFields.Mistake(
            .valueOutOfRange, field,
            Phrase(chinese: "须为 \(all) 之一", english: "it is one of \(all)"))
    }

    /// A place of this console, never one of another: the first page for anything else.
    static func place(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return "/" }
        return text
    }
}

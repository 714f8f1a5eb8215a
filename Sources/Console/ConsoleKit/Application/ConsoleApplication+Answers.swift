import ClientKit
import GridModel
import Synchronization

extension ConsoleApplication {
    /// Answers a request, well or with a page that says why not; never fails.
    package func reply(to request: ConsoleRequest) async -> ConsoleReply {
        var reply = await answer(request)
        reply.secure()
        counters.withLock { counters in
            counters.requests += 1
            if reply.status >= 400 { counters.refused += 1 }
        }
        return reply
    }

    private func answer(_ request: ConsoleRequest) async -> ConsoleReply {
        let length = request.path.utf8.count + request.query.utf8.count
        guard length <= ConsoleRequest.Limits.target else {
            let limit = ConsoleRequest.Limits.target
            return refusal(
                request, 414, "textTooLong",
                Phrase(
                    chinese: "地址长于 \(limit) 字节",
                    english: "the address is longer than \(limit) bytes"))
        }
        guard isWithinRate(request) else { return tooMany(request) }
        let route = Route(path: request.path)
        if let reply = refused(request, route) { return reply }
        guard let route else {
            return refusal(
                request, 404, "notFound",
                Phrase(chinese: "没有这个页面", english: "there is no such page"))
        }
        do throws(FormFields.Mistake) {
            return try await answer(request, route, FormFields(request.query))
        } catch {
            return refusal(request, 400, "\(error.code)", error.reason, field: error.field)
        }
    }

    /// What access has against a request; `nil` if nothing.
    private func refused(_ request: ConsoleRequest, _ route: Route?) -> ConsoleReply? {
        let decision = rules.decision(request, route, now: clocks.wall() / 1_000)
        switch decision {
        case .wrongHost:
            return refusal(
                request, 421, "forbidden",
                Phrase(
                    chinese: "不是本控制台的名称；如确实如此，请用 --host 给出",
                    english: "that is not a name of this console; if it is, give it as --host"))
        case .forbidden(let reason): return refusal(request, 403, "forbidden", reason)
        case .loginNeeded: return login(request, route)
        case .allowed: break
        }
        switch request.method {
        case .get, .head: return nil
        case .post where route == .login: return nil
        case .post, .other:
            var reply = refusal(
                request, 405, "notAllowedInState",
                Phrase(chinese: "控制台只读", english: "the console is read-only"))
            reply.headers.append(("allow", "GET, HEAD"))
            return reply
        }
    }

    private func login(_ request: ConsoleRequest, _ route: Route?) -> ConsoleReply {
        guard request.method == .get, !(route?.isForPrograms ?? false) else {
            var reply = ConsoleReply(
                status: 401, text: "the token is needed: Authorization: Bearer")
            reply.headers.append(("www-authenticate", "Bearer realm=\"gridcall-console\""))
            return reply
        }
        let here = request.path + (request.query.isEmpty ? "" : "?" + request.query)
        return ConsoleReply(seeOther: "/login" + FormFields().with([("back", here)]).suffix)
    }

    private func isWithinRate(_ request: ConsoleRequest) -> Bool {
        let now = clocks.monotonic()
        return counters.withLock { $0.limiter.allows(client(request), now: now) }
    }

    /// Whom requests are counted for: behind a trusted proxy the user it names, else the address.
    package func client(_ request: ConsoleRequest) -> String {
        guard let identity = rules.identity, identity.proxies.contains(request.peer),
            let user = request.header(identity.header), identity.users.contains(user)
        else { return request.peer }
        return "user " + user
    }

    func tooMany(_ request: ConsoleRequest) -> ConsoleReply {
        var reply = refusal(
            request, 429, "rateExceeded",
            Phrase(chinese: "请稍后再试", english: "try again in a moment"))
        reply.headers.append(("retry-after", "2"))
        return reply
    }

    /// A page that says why there is none, or a line for a program.
    func refusal(
        _ request: ConsoleRequest, _ status: Int, _ code: String, _ reason: Phrase,
        field: String = ""
    ) -> ConsoleReply {
        let preferences = Preferences(request)
        let isPage = request.headers["accept"]?.contains { $0.contains("text/html") } ?? false
        guard isPage,
            let context = try? PageContext(
                preferences, Snapshot([], now: 0, wall: 0), path: "/", fields: FormFields())
        else {
            let place = field.isEmpty ? "" : " (\(field.escapedForTerminal))"
            return ConsoleReply(status: status, text: "\(code)\(place): \(reason.english)")
        }
        return ConsoleReply(
            status: status,
            page: ErrorPage(context, status: status, code: code, field: field, reason: reason).page)
    }
}

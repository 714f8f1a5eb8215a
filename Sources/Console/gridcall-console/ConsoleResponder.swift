import ConsoleKit
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Where a request came from.
struct ConnectionContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }

    /// The address of whoever connected, without port.
    var peer: String { channel.remoteAddress?.ipAddress ?? "unknown" }
}

/// Carries requests of the HTTP library to the console and its answers back.
struct ConsoleResponder: HTTPResponder {
    typealias Context = ConnectionContext

    let application: ConsoleApplication

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let asked = await consoleRequest(request, context)
        let reply = await application.reply(to: asked)
        var headers = HTTPFields()
        for (name, value) in reply.headers {
            guard let field = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: field, value: value))
        }
        return Response(
            status: .init(code: reply.status), headers: headers,
            body: body(of: reply, asked, context))
    }

    private func consoleRequest(
        _ request: Request, _ context: ConnectionContext
    ) async -> ConsoleRequest {
        let target = (request.head.path ?? "/").split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var headers: [String: [String]] = [:]
        for field in request.headers {
            headers[field.name.canonicalName, default: []].append(field.value)
        }
        // The library takes the first Host field out; a second one must not go unseen.
        if let authority = request.head.authority {
            headers["host"] = [authority] + (headers["host"] ?? [])
        }
        var asked = ConsoleRequest(
            method: method(request.method), path: String(target.first ?? "/"),
            query: target.count > 1 ? String(target[1]) : "", headers: headers,
            peer: context.peer)
        if asked.method == .post {
            let limit = ConsoleRequest.Limits.body
            let bytes = try? await request.body.collect(upTo: limit)
            // A longer one is none: what the form then lacks is told.
            asked.body = bytes.map { Array($0.readableBytesView) } ?? []
        }
        return asked
    }

    private func method(_ method: HTTPRequest.Method) -> ConsoleRequest.Method {
        switch method {
        case .get: .get
        case .head: .head
        case .post: .post
        default: .other
        }
    }

    private func body(
        of reply: ConsoleReply, _ asked: ConsoleRequest, _ context: ConnectionContext
    ) -> ResponseBody {
        switch reply.body {
        case .bytes(let bytes) where asked.method == .head:
            ResponseBody(contentLength: bytes.count) { try await $0.finish(nil) }
        case _ where asked.method == .head: ResponseBody { try await $0.finish(nil) }
        case .bytes(let bytes): ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .pieces(let next):
            ResponseBody { writer in
                while let piece = try await next() {
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                try await writer.finish(nil)
            }
        case .events(let topic): events(topic, client: application.client(asked), context)
        }
    }

    /// A stream that ends with the page, with the console, or when the page no longer reads.
    private func events(
        _ topic: LiveTopic, client: String, _ context: ConnectionContext
    ) -> ResponseBody {
        ResponseBody { [hub = application.hub, application] writer in
            guard let subscription = hub.subscribe(topic, client: client) else {
                return try await writer.finish(nil)
            }
            defer { hub.end(subscription) }
            endWhenNobodyReads(context.channel)
            application.publish(topic)
            try await withGracefulShutdownHandler {
                try await writer.write(ByteBuffer(bytes: EventText.beginning))
                for await _ in subscription.signals {
                    try await writer.write(ByteBuffer(bytes: hub.take(subscription)))
                }
            } onGracefulShutdown: {
                hub.end(subscription)
            }
            try await writer.finish(nil)
        }
    }

    /// The system ends a connection whose peer takes nothing for so long (tcp(7),
    /// TCP_USER_TIMEOUT): until then a page that sleeps holds no more than one event.
    private func endWhenNobodyReads(_ channel: any Channel) {
        let option = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: 18))
        channel.setOption(option, value: 30_000).whenFailure { _ in }
    }
}

import AsyncHTTPClient
import Foundation
import GridModel
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import WorkerKit

/// Makes the requests.
///
/// It follows no redirection, asks no proxy, unpacks nothing, and believes a server's certificate
/// only if a trusted one stands behind it. Connections are kept for further requests.
final class WebhookClient: Sendable {
    private let settings: WebhookHandler.Settings
    private let tls: TLSConfiguration
    /// Made with the first request: its threads must not come before signals are blocked.
    private let http = Mutex<HTTPClient?>(nil)

    /// A client without connections. Errors: a `WebhookProblem` for unreadable certificates.
    init(_ settings: WebhookHandler.Settings) throws(WebhookProblem) {
        self.settings = settings
        tls = try Self.tls(trusting: settings.trustedCertificates)
    }

    deinit {
        guard let client = http.withLock({ $0 }) else { return }
        Task { try? await client.shutdown() }
    }

    /// One try: what follows from the answer, or from there being none.
    func send(_ body: [UInt8], idempotencyKey: String) async -> WebhookAnswer.Verdict {
        do {
            let request = request(body, idempotencyKey: idempotencyKey)
            // The end of all tries is watched by who calls; it cancels this one.
            let response = try await client.execute(request, deadline: .distantFuture)
            return try await answer(response).verdict
        } catch {
            return .tryAgain(reason: Self.reason(error), after: nil)
        }
    }

    private func request(_ body: [UInt8], idempotencyKey: String) -> HTTPClientRequest {
        // Both anew for every try: a server may refuse what is old.
        let timestamp = String(Int64(Date().timeIntervalSince1970))
        let signature = WebhookSignature.value(settings.secret, timestamp: timestamp, body: body)
        var request = HTTPClientRequest(url: settings.address.text)
        request.method = .POST
        request.headers.add(contentsOf: [
            ("Content-Type", "application/json"), ("Accept", "application/json"),
            ("User-Agent", WorkerConfiguration.software), ("Idempotency-Key", idempotencyKey),
            (WebhookSignature.timestampHeader, timestamp), (WebhookSignature.header, signature),
        ])
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    /// Only a 200 is read in full. What is not read ends with its connection.
    private func answer(_ response: HTTPClientResponse) async throws -> WebhookAnswer {
        var answer = WebhookAnswer(status: Int(response.status.code))
        answer.retryAfter = response.headers.first(name: "Retry-After")
        let limit = answer.status == 200 ? settings.answerBytes : ProtocolLimits().textBytes
        for try await piece in response.body {
            answer.body += piece.readableBytesView.prefix(limit - answer.body.count + 1)
            guard answer.body.count > limit else { continue }
            answer.body.removeLast()
            answer.isCut = true
            break
        }
        return answer
    }

    // MARK: - Set-up

    private var client: HTTPClient {
        http.withLock { http in
            if let http { return http }
            let made = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            http = made
            return made
        }
    }

    private var configuration: HTTPClient.Configuration {
        let connect = TimeAmount.nanoseconds(Int64(settings.connectTimeout / .nanoseconds(1)))
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = tls
        configuration.redirectConfiguration = .disallow
        configuration.proxy = nil
        configuration.decompression = .disabled
        configuration.timeout = HTTPClient.Configuration.Timeout(connect: connect)
        configuration.httpVersion = .http1Only
        // The worker's credit bounds them.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            WorkerConfiguration.maximumCredit
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    private static func tls(trusting file: String?) throws(WebhookProblem) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        guard let file else { return tls }
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(file)
            guard !certificates.isEmpty else { throw WebhookProblem("it holds none") }
            tls.trustRoots = .certificates(certificates)
        } catch {
            throw WebhookProblem("\(file) is no file of certificates (PEM): \(error)")
        }
        return tls
    }

    // MARK: - Failures

    /// Why there is no answer, for people; the address stays out of it.
    private static func reason(_ error: any Error) -> String {
        let detail =
            switch error {
            case let error as HTTPClientError: error.shortDescription
            case let error as NIOConnectionError: connectionReason(error)
            case is NIOSSLError where "\(error)".contains("CERTIFICATE_VERIFY_FAILED"):
                "its certificate is not trusted"
            case let error as NIOSSLExtraError where error == .failedToValidateHostname:
                "its certificate is for another name"
            default: "\(error)"
            }
        return WireText.fitted("the webhook gave no answer: \(detail)")
    }

    private static func connectionReason(_ error: NIOConnectionError) -> String {
        if let first = error.connectionErrors.first { return "\(first.error)" }
        return "its name is not known"
    }
}

import Testing

@testable import Webhook

@Suite("WebhookRetry")
struct WebhookRetryTests {
    @Test("waits twice as long after each try, and not after the last")
    func doubles() {
        let retry = WebhookRetry()
        let waits = (1...6).map { retry.wait(after: $0, asked: nil, jitter: 0) }
        #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), nil, nil])
    }

    @Test("waits at least as long as the server asks for", arguments: [0, 1, 2, 60])
    func asked(seconds: Int) {
        let wait = WebhookRetry().wait(after: 1, asked: .seconds(seconds), jitter: 0)
        #expect(wait == .seconds(max(1, seconds)))
    }

    @Test("jitter moves a wait")
    func jitter() {
        let retry = WebhookRetry()
        #expect(retry.wait(after: 1, asked: nil, jitter: -0.25) == .milliseconds(750))
        #expect(retry.wait(after: 1, asked: nil, jitter: 0.25) == .milliseconds(1_250))
    }
}

import Testing

@testable import BrokerViews

@Suite("ViewProgress")
struct ViewProgressTests {
    private let progress = ViewProgress(gatherMilliseconds: 0)

    @Test("views can wait once they are more than 256 batches behind")
    func farBehind() {
        progress.opened(at: 10)
        progress.announce(durable: 266)
        #expect(!progress.canWait)
        progress.announce(durable: 267)
        #expect(progress.canWait)
        progress.advance(to: 11)
        #expect(!progress.canWait)
    }

    @Test("views cannot wait while somebody waits for what they do not show yet")
    func wanted() {
        progress.opened(at: 10)
        progress.announce(durable: 1_000)
        #expect(progress.wait(for: 500, until: .now) == nil)
        #expect(!progress.canWait)
        progress.advance(to: 500)
        #expect(progress.canWait)
        progress.stop()
        #expect(!progress.canWait)
    }
}

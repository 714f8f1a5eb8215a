import ConsoleKit
import GridModel
import Synchronization
import Testing

/// Pages that were made a moment ago.
@Suite final class RecentPagesTests: Sendable {
    private let pages = RecentPages()
    private let made = Mutex(0)

    private func key(_ address: String, _ language: Language = .english) throws -> RecentPages.Key {
        RecentPages.Key(
            try PageContext(
                Preferences(language: language), Snapshot([], now: 0, wall: 0), path: address,
                fields: FormFields()))
    }

    /// Asks for a page; its text says as which it was made.
    private func ask(_ key: RecentPages.Key, now: Int64, isKept: Bool = true) async -> String {
        let number = made.withLock { $0 + 1 }
        let reply = await pages.page(key, now: now) {
            (ConsoleReply(status: 200, text: "\(number)"), isKept)
        }
        guard case .bytes(let bytes) = reply.body else { return "" }
        let text = String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }
        if text == "\(number)" { made.withLock { $0 = number } }
        return text
    }

    @Test("a page is made once a second, whoever asks for it")
    func once() async throws {
        let calls = try key("/calls")
        #expect(await ask(calls, now: 0) == "1")
        #expect(await ask(calls, now: 999) == "1")
        #expect(await ask(calls, now: 1_000) == "2")
    }

    @Test("another address or language is another page")
    func keys() async throws {
        #expect(await ask(try key("/calls"), now: 0) == "1")
        #expect(await ask(try key("/calls", .chinese), now: 0) == "2")
        #expect(await ask(try key("/grids"), now: 0) == "3")
        #expect(await ask(try key("/calls"), now: 0) == "1")
    }

    @Test("a page that shows a failure is made anew, and no more are kept than fit")
    func bounds() async throws {
        #expect(await ask(try key("/calls"), now: 0, isKept: false) == "1")
        #expect(await ask(try key("/calls"), now: 0) == "2")
        for number in 0..<100 { _ = await ask(try key("/\(number)"), now: 0) }
        #expect(await pages.count == RecentPages.maximum)
        _ = await ask(try key("/calls"), now: 5_000)
        #expect(await pages.count == 1)
    }
}

import BrokerEngine
import BrokerJournal
import Testing

@testable import BrokerServer

@Suite("TextWriter")
struct TextWriterTests {
    private func writer() -> TextWriter {
        var next: UInt8 = 0
        return TextWriter(
            salts: SaltSource {
                next += 1
                return [UInt8](repeating: next, count: 32)
            })
    }

    @Test("a text lies behind its salt, and its digest covers both")
    func place() throws {
        var writer = writer()
        let appended = writer.append("路边垃圾".utf8)
        let place = try #require(appended)
        #expect(place.offset == 0)
        #expect(place.length == 16 + 12)
        #expect(writer.bytes.prefix(16) == [UInt8](repeating: 1, count: 16)[...])
        #expect(place.digest == Digest(hashing: writer.bytes))
    }

    @Test("two equal texts have different digests, because each has a salt of its own")
    func salts() throws {
        var writer = writer()
        _ = writer.append("x".utf8)
        _ = writer.append("x".utf8)
        let appended = writer.append("x".utf8)
        let third = try #require(appended)
        let start = Int(third.offset)
        #expect(writer.bytes[start] == 2)
    }

    @Test("an empty text has no place")
    func empty() {
        var writer = writer()
        #expect(writer.append([]) == nil)
        #expect(writer.bytes.isEmpty)
    }

    @Test("what no fact speaks of is taken back")
    func truncate() {
        var writer = writer()
        _ = writer.append("kept".utf8)
        let count = writer.bytes.count
        _ = writer.append("refused".utf8)
        writer.truncate(to: count)
        #expect(writer.take().count == count)
        #expect(writer.bytes.isEmpty)
    }
}

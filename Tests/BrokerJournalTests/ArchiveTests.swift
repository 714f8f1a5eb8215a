import BrokerEngine
import Foundation
import GRDB
import GridModel
import Testing

@testable import BrokerJournal

@Suite struct ArchiveTests {
    private let directory = TemporaryDirectory()
    private let journalID = UniqueID(high: 5, low: 6)

    init() throws { try directory.data.create() }

    @Test("Calls and commands are found by id and serial, also after closing")
    func lookups() throws {
        let calls = (1...500).map(call)
        let commands = (1...50).map { number in
            CommandDecided(
                id: UniqueID(high: number, low: .max),
                contentDigest: UniqueID(high: 1, low: number),
                serial: number * 2, revision: UInt32(number))
        }
        let archive = try open()
        try archive.append(Array(calls[..<200]), upTo: 7)
        try archive.append(Array(calls[200...]), commands: commands, upTo: 9)
        for call in calls { #expect(try archive.call(id: call.id) == call) }
        for command in commands { #expect(try archive.command(id: command.id) == command) }
        try archive.close()
        let again = try open()
        #expect(again.position == 9 && !again.wasRebuilt)
        for call in calls {
            #expect(try again.call(id: call.id) == call)
            #expect(try again.call(serial: call.serial) == call)
        }
        for command in commands { #expect(try again.command(id: command.id) == command) }
        #expect(try again.call(serial: 501) == nil)
        #expect(try again.call(id: commands[0].id) == nil)
        #expect(try again.command(id: calls[0].id) == nil)
        #expect(try again.call(id: UniqueID(high: 77, low: 77)) == nil)
    }

    @Test("A call archived twice is there once, as it was last")
    func replaced() throws {
        let archive = try open()
        var changed = call(1)
        try archive.append([changed], upTo: 1)
        changed.state = .voided
        try archive.append([changed], upTo: 2)
        #expect(try archive.call(id: changed.id)?.state == .voided)
    }

    @Test("A missing or damaged file, another journal's, and one ahead of its journal begin anew")
    func rebuilt() throws {
        try fill()
        try Data("nonsense that is no database".utf8)
            .write(to: URL(fileURLWithPath: directory.data.archive))
        #expect(try open().wasRebuilt)
        try fill()
        let other = try Archive(directory.data, journalID: UniqueID(high: 1, low: 1), lastSeq: 9)
        #expect(other.wasRebuilt && other.position == 0)
        try other.close()
        try fill()
        let ahead = try open(lastSeq: 6)
        #expect(ahead.wasRebuilt && ahead.position == 0)
        #expect(try ahead.call(serial: 1) == nil)
        try ahead.close()
        try FileManager.default.removeItem(atPath: directory.data.archive)
        let missing = try open()
        #expect(!missing.wasRebuilt && missing.position == 0)
    }

    @Test("A damaged page begins the file anew or is reported by the look-up")
    func damagedPages() throws {
        try fill(calls: 2_000)
        let intact = try Data(contentsOf: URL(fileURLWithPath: directory.data.archive))
        for page in 0..<intact.count / 4_096 {
            var bytes = intact
            for offset in 0..<512 { bytes[page * 4_096 + offset] = 0xA5 }
            try bytes.write(to: URL(fileURLWithPath: directory.data.archive))
            let archive = try open()
            let found = Result { try archive.call(id: call(1_000).id) }
            if archive.wasRebuilt {
                #expect(archive.position == 0)
            } else if case .success(let found) = found {
                #expect(found == call(1_000), "page \(page)")
            }
            try archive.close()
            for suffix in ["-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: directory.data.archive + suffix)
            }
        }
    }

    @Test("Many ids are read after the start, with those that came meanwhile")
    func readLater() throws {
        try fill(calls: 1_000)
        let archive = try open(readAtOnce: 999)
        #expect(!archive.isComplete)
        try archive.append((1_001...1_100).map(call), upTo: 8)
        try archive.readIDs()
        #expect(archive.isComplete)
        for serial in UInt64(1)...1_100 {
            #expect(try archive.call(id: call(serial).id)?.serial == serial)
        }
        #expect(try archive.call(id: call(1_101).id) == nil)
        #expect(try open(readAtOnce: 1_100).isComplete)
    }

    @Test("Reading that is stopped leaves the filter incomplete")
    func stopped() throws {
        try fill(calls: 1_000)
        let archive = try open(readAtOnce: 0)
        archive.stopReading()
        try archive.readIDs()
        #expect(!archive.isComplete)
    }

    @Test("Damage that is found while ids are read removes the file; it is begun anew")
    func damagedWhileRead() throws {
        try fill(calls: 2_000)
        let path = directory.data.archive
        let intact = try Data(contentsOf: URL(fileURLWithPath: path))
        var found = 0
        for page in 1..<intact.count / 4_096 {
            var bytes = intact
            for offset in 0..<512 { bytes[page * 4_096 + offset] = 0xA5 }
            try bytes.write(to: URL(fileURLWithPath: path))
            let archive = try open(readAtOnce: 0)
            guard !archive.wasRebuilt, (try? archive.readIDs()) == nil else { continue }
            found += 1
            #expect(!archive.isComplete)
            try archive.close()
            let next = try open(readAtOnce: 0)
            #expect(next.position == 0 && next.isComplete)
            try next.close()
        }
        #expect(found > 10)
    }

    @Test(
        "An index of ids that lost rows is found out, at once or while they are read",
        arguments: [500_000, 0])
    func lostRows(readAtOnce: Int) throws {
        let file = URL(fileURLWithPath: directory.data.archive)
        try fill(calls: 3)
        let page = try indexPage()
        let older = try Data(contentsOf: file)[page]
        try fill(calls: 5)
        // As after a loss of power that took this page's last write, and no other.
        var bytes = try Data(contentsOf: file)
        bytes.replaceSubrange(page, with: older)
        try bytes.write(to: file)
        let archive = try open(readAtOnce: readAtOnce)
        let isFoundOut = archive.wasRebuilt || (try? archive.readIDs()) == nil
        #expect(isFoundOut)
    }

    @Test("A row's content is read back, and is no call when it is cut short or has a wrong state")
    func content() throws {
        let call = call(5)
        let content = call.content
        #expect(EndedCall(serial: call.serial, id: call.id, content: content) == call)
        for length in 0..<30 {
            let short = Array(content.prefix(length))
            #expect(EndedCall(serial: call.serial, id: call.id, content: short) == nil)
        }
        var wrong = content
        wrong[28] = .max
        #expect(EndedCall(serial: call.serial, id: call.id, content: wrong) == nil)
    }

    private func open(lastSeq: UInt64 = 9, readAtOnce: Int = 500_000) throws -> Archive {
        try Archive(
            directory.data, journalID: journalID, lastSeq: lastSeq, readAtOnce: readAtOnce)
    }

    private func fill(calls: UInt64 = 3) throws {
        let archive = try open()
        try archive.append((1...calls).map(call), upTo: 7)
        try archive.close()
    }

    /// Where in the file the first page of the index of ids lies.
    private func indexPage() throws -> Range<Int> {
        let queue = try DatabaseQueue(path: directory.data.archive)
        let found = try queue.read { database in
            try Int.fetchOne(
                database, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'old_call_id'")
        }
        try queue.close()
        let number = try #require(found)
        return (number - 1) * 4_096..<number * 4_096
    }

    private func call(_ serial: UInt64) -> EndedCall {
        EndedCall(
            serial: serial, id: UniqueID(high: ~serial, low: serial &* 0x9E37_79B9_7F4A_7C15),
            contentDigest: UniqueID(high: serial, low: ~serial), year: 2026,
            filedAt: Timestamp(milliseconds: Int64(serial) - 100), state: .closed,
            campaign: UInt16(clamping: serial), isClockSuspect: serial % 2 == 0,
            endings: [
                EndedCall.Ending(state: .completed, attempt: UInt32(serial)),
                EndedCall.Ending(state: .withdrawn, attempt: 0),
                EndedCall.Ending(state: .returned, attempt: .max),
            ])
    }
}

@Suite struct BloomFilterTests {
    @Test("No id is forgotten and few others are taken for known, however far the filter grows")
    func rates() {
        var generator = SplitMix(state: 1)
        var filter = BloomFilter(capacity: 0, seed: 7)
        var known: [UniqueID] = []
        for _ in 0..<500_000 {
            let id = UniqueID(high: generator.next(), low: generator.next())
            filter.insert(id)
            if known.count < 10_000 { known.append(id) }
        }
        #expect(known.allSatisfy { filter.mayContain($0) })
        let mistakes = (0..<100_000).filter { _ in
            filter.mayContain(UniqueID(high: generator.next(), low: generator.next()))
        }
        #expect(mistakes.count < 1_000)
        #expect(filter.count == 500_000)
    }

    @Test("Ids that differ in one bit, as those of one terminal do, are told apart")
    func similarIDs() {
        var filter = BloomFilter(capacity: 10_000, seed: 7)
        for low in 0..<UInt64(10_000) { filter.insert(UniqueID(high: 1, low: low << 20)) }
        let mistakes = (0..<UInt64(10_000)).filter {
            filter.mayContain(UniqueID(high: 1, low: $0 << 20 | 1))
        }
        #expect(mistakes.count < 100)
    }
}

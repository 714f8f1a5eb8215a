import Foundation
import Testing

@testable import BrokerJournal

/// The WAL is longer than what is in it.
@Suite("LogRoom")
struct LogRoomTests {
    private let directory = TemporaryDirectory()

    private var logBytes: Int {
        get throws { try directory.files()["journal.sqlite-wal"]?.count ?? 0 }
    }

    @Test("Batches are written into the room, which is made again when it is used up")
    func used() throws {
        let journal = try SQLiteJournal.open(directory)
        try journal.appendSamples(through: 1)
        let used = try logBytes
        journal.tidy()
        let made = try logBytes
        #expect(made == used + (1 << 20))
        for seq in UInt64(2)...20 {
            try journal.appendSamples(through: seq)
            journal.tidy()
        }
        #expect(try logBytes == made)
        try journal.appendSamples(through: 21, textBytes: 2 << 20)
        journal.tidy()
        #expect(try logBytes > made + (2 << 20))
    }

    @Test("A crash leaves every batch before the room")
    func crash() throws {
        let journal = try SQLiteJournal.open(directory)
        for seq in UInt64(1)...9 {
            try journal.appendSamples(through: seq)
            journal.tidy()
        }
        let copy = try directory.copy()
        try FileManager.default.removeItem(atPath: copy.data.path + "/journal.sqlite-shm")
        try FileManager.default.removeItem(atPath: copy.data.path + "/lock")
        var seen: [UInt64] = []
        let again = try SQLiteJournal.open(copy.data) { seen.append($0.seq) }
        #expect(seen == Array(1...9))
        try again.appendSamples(through: 12)
        again.tidy()
        #expect(again.position.seq == 12)
    }

    @Test("A file that cannot be made longer is left as it is")
    func noRoom() throws {
        var room = LogRoom(path: directory.path + "/missing")
        room.keep()
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/missing"))
        var full = LogRoom(path: "/dev/full")
        full.keep()
    }
}

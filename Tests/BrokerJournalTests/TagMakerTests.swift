import BrokerEngine
import Foundation
import GridModel
import Testing

@testable import BrokerJournal

@Suite struct TagMakerTests {
    private let directory = TemporaryDirectory()
    private var secret: String { directory.path + "/state/secret" }

    @Test("A tag is valid for its own position, journal and secret only")
    func validity() {
        let maker = TagMaker(secret: [1, 2, 3], journalID: UniqueID(high: 1, low: 2))
        let tag = maker.make(epoch: 3, seq: 4)
        #expect(tag.count == 16 && maker.verify(tag, epoch: 3, seq: 4))
        #expect(!maker.verify(tag, epoch: 4, seq: 4) && !maker.verify(tag, epoch: 3, seq: 5))
        #expect(!maker.verify(tag.dropLast(), epoch: 3, seq: 4))
        #expect(!maker.verify([], epoch: 3, seq: 4))
        for bit in 0..<128 {
            var wrong = tag
            wrong[bit / 8] ^= 1 << (bit % 8)
            #expect(!maker.verify(wrong, epoch: 3, seq: 4))
        }
        let others = [
            TagMaker(secret: [1, 2, 3], journalID: UniqueID(high: 1, low: 3)),
            TagMaker(secret: [1, 2, 4], journalID: UniqueID(high: 1, low: 2)),
        ]
        #expect(others.allSatisfy { !$0.verify(tag, epoch: 3, seq: 4) })
    }

    @Test("A tag is the HMAC-SHA256 that docs/journal.md describes, as Python computes it")
    func knownTag() {
        let maker = TagMaker(
            secret: [UInt8](repeating: 11, count: 32), journalID: UniqueID(high: 1, low: 2))
        let expected: [UInt8] = [
            0x4A, 0x44, 0x7D, 0x9E, 0x7D, 0xE4, 0xF7, 0xC0,
            0x15, 0x80, 0xC4, 0x15, 0xF4, 0x43, 0x26, 0xA9,
        ]
        #expect(maker.make(epoch: 3, seq: 4) == expected)
    }

    @Test("The secret is made for a new journal, private, and found again")
    func secretIsMade() throws {
        let journal = try SQLiteJournal.open(directory)
        let tag = try TagMaker(secretFile: secret, journal: journal).make(epoch: 1, seq: 1)
        let attributes = try FileManager.default.attributesOfItem(atPath: secret)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.size] as? Int == 32)
        try journal.appendSamples(through: 1)
        let again = try TagMaker(secretFile: secret, journal: journal)
        #expect(again.verify(tag, epoch: 1, seq: 1))
    }

    @Test("A lost, shortened or open secret is refused")
    func refused() throws {
        let journal = try SQLiteJournal.open(directory)
        _ = try TagMaker(secretFile: secret, journal: journal)
        try journal.appendSamples(through: 1)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: secret)
        expectRefusal(journal, "chmod")
        try Data(count: 31).write(to: URL(fileURLWithPath: secret))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
        expectRefusal(journal, "32 bytes")
        try FileManager.default.removeItem(atPath: secret)
        expectRefusal(journal, "missing")
        #expect(!FileManager.default.fileExists(atPath: secret))
    }

    @Test("A secret inside the data directory is refused, also by way of a link")
    func insideDataDirectory() throws {
        let journal = try SQLiteJournal.open(directory)
        let link = directory.path + "/link"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: directory.data.path)
        for path in [directory.data.path + "/secret", directory.data.path + "/a/s", link + "/s"] {
            #expect(throws: JournalError.self) {
                try TagMaker(secretFile: path, journal: journal)
            }
        }
    }

    private func expectRefusal(_ journal: SQLiteJournal, _ word: String) {
        let error = #expect(throws: JournalError.self) {
            try TagMaker(secretFile: secret, journal: journal)
        }
        #expect("\(error!)".contains(word), "\(error!)")
    }
}

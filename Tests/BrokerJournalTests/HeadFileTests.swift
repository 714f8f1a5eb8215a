import BrokerEngine
import Foundation
import Testing

@testable import BrokerJournal

@Suite struct HeadFileTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.path + "/head" }

    @Test("The last position written is the one that is read")
    func lastPosition() throws {
        #expect(try HeadFile.content(of: path) == .missing)
        let head = try HeadFile(path: path, position: .start)
        #expect(try HeadFile.content(of: path) == .position(.start))
        for seq in UInt64(1)...9 {
            try head.write(position(seq))
            #expect(try HeadFile.content(of: path) == .position(position(seq)))
        }
        try head.synchronize()
        #expect(try HeadFile.content(of: path) == .position(position(9)))
    }

    @Test("A damaged slot leaves the other, two leave nothing")
    func damagedSlots() throws {
        let head = try HeadFile(path: path, position: position(6))
        try head.write(position(7))
        let intact = try Data(contentsOf: URL(fileURLWithPath: path))
        for slot in [0, 1] {
            for offset in 0..<84 {
                var bytes = intact
                bytes[slot * 512 + offset] ^= 16
                try bytes.write(to: URL(fileURLWithPath: path))
                let expected = HeadFile.Content.position(position(slot == 0 ? 7 : 6))
                #expect(try HeadFile.content(of: path) == expected)
                bytes[(1 - slot) * 512 + offset] ^= 1
                try bytes.write(to: URL(fileURLWithPath: path))
                #expect(try HeadFile.content(of: path) == .unreadable)
            }
        }
    }

    @Test("A later epoch counts more than a later number")
    func epochs() throws {
        let head = try HeadFile(path: path, position: Position(epoch: 1, seq: 9, chain: chain))
        let later = Position(epoch: 2, seq: 8, chain: chain)
        try head.write(later)
        #expect(try HeadFile.content(of: path) == .position(later))
    }

    private let chain = Digest(words: (.max, 2, 3, 4))

    private func position(_ seq: UInt64) -> Position {
        Position(epoch: 0xFEDC_BA98, seq: seq, chain: Digest(hashing: [UInt8(seq)]))
    }
}

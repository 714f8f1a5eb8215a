import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

/// A directory that does not exist yet, gone after the test.
private final class TemporaryDirectory {
    let path = NSTemporaryDirectory() + "gridcall-\(UInt64.random(in: 0 ... .max))"

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

private func tag(_ epoch: UInt32, _ seq: UInt64) -> WireTag {
    var tag = WireTag()
    tag.epoch = epoch
    tag.seq = seq
    tag.mac = Data([0x00, 0xAB, UInt8(seq)])
    return tag
}

@Suite struct TerminalStateTests {
    private let directory = TemporaryDirectory()

    private func state(_ endpoint: String = "tcp://127.0.0.1:5570") -> TerminalState {
        TerminalState(directory: directory.path + "/a/gridcall", endpoint: endpoint)
    }

    @Test("the highest tag is kept, by epoch and then by position, for each broker")
    func highest() throws {
        #expect(try state().highestTag() == nil)
        try state().remember(tag(1, 7))
        #expect(try state().highestTag() == tag(1, 7))
        try state().remember(tag(1, 6))
        #expect(try state().highestTag() == tag(1, 7))
        try state().remember(tag(2, 1))
        #expect(try state().highestTag() == tag(2, 1))
        #expect(try state("ipc:///tmp/other").highestTag() == nil)
    }

    @Test("only the owner can enter the directory, and nothing temporary stays")
    func modes() throws {
        try state().remember(tag(1, 7))
        let path = directory.path + "/a/gridcall"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: path)
        #expect(files.count == 1)
        #expect(files.allSatisfy { $0.hasSuffix(".tag") })
    }

    @Test("a damaged file is told and replaced")
    func damaged() throws {
        try state().remember(tag(1, 7))
        let folder = directory.path + "/a/gridcall"
        let file = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first)
        let place = URL(fileURLWithPath: folder + "/" + file)
        try Data("gridcall-tag 1\nepoch x\n".utf8).write(to: place)
        #expect(throws: TerminalState.Failure.self) { try state().highestTag() }
        try state().remember(tag(1, 8))
        #expect(try state().highestTag() == tag(1, 8))
    }

    @Test(
        "the directory is that of the XDG specification",
        arguments: [
            (["HOME": "/home/a"], "/home/a/.local/state/gridcall"),
            (["HOME": "/home/a", "XDG_STATE_HOME": "/s"], "/s/gridcall"),
            (["HOME": "/home/a", "XDG_STATE_HOME": ""], "/home/a/.local/state/gridcall"),
            (["HOME": "/home/a", "XDG_STATE_HOME": "s"], "/home/a/.local/state/gridcall"),
        ])
    func location(environment: [String: String], expected: String) {
        #expect(TerminalState.directory(environment: environment) == expected)
    }
}

@Suite struct TimeOrderedIDTests {
    @Test("an id is a UUID of version 7 that begins with its time")
    func layout() {
        var random = SeededRandom(seed: 1)
        let id = TimeOrderedID.make(
            at: Timestamp(milliseconds: 0x0123_4567_89AB), using: &random)
        #expect(id.high >> 16 == 0x0123_4567_89AB)
        #expect(id.high >> 12 & 0xF == 7)
        #expect(id.low >> 62 == 0b10)
        #expect(
            id
                != TimeOrderedID.make(
                    at: Timestamp(milliseconds: 0x0123_4567_89AB), using: &random))
    }
}

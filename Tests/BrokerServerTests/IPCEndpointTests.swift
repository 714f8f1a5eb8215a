import Foundation
import Testing

@testable import BrokerServer

@Suite("IPCEndpoint")
struct IPCEndpointTests {
    private final class Folder {
        let path = NSTemporaryDirectory() + "gridcall-" + UUID().uuidString

        init(mode: Int) throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    @Test("a directory that only the owner writes to is taken", arguments: [0o700, 0o750, 0o755])
    func taken(mode: Int) throws {
        let folder = try Folder(mode: mode)
        #expect(try IPCEndpoint("ipc://\(folder.path)/broker") != nil)
    }

    @Test("one that others can write to is not, /tmp included", arguments: [0o770, 0o757, 0o1777])
    func open(mode: Int) throws {
        let folder = try Folder(mode: mode)
        #expect(throws: BrokerError.self) { try IPCEndpoint("ipc://\(folder.path)/broker") }
    }

    @Test("names without a file are not", arguments: ["ipc://@broker", "ipc://*"])
    func names(endpoint: String) {
        #expect(throws: BrokerError.self) { try IPCEndpoint(endpoint) }
    }

    @Test("a place is one broker's at a time")
    func lock() throws {
        let folder = try Folder(mode: 0o700)
        let endpoint = "ipc://\(folder.path)/broker"
        let first = try IPCEndpoint(endpoint)
        #expect(throws: BrokerError.self) { try IPCEndpoint(endpoint) }
        withExtendedLifetime(first) {}
        let next = try IPCEndpoint("ipc://\(folder.path)/other")
        #expect(next != nil)
    }

    @Test("what is no socket stays where it is")
    func file() throws {
        let folder = try Folder(mode: 0o700)
        let path = folder.path + "/broker"
        try Data("mine".utf8).write(to: URL(filePath: path))
        #expect(throws: BrokerError.self) { try IPCEndpoint("ipc://" + path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }

    @Test("other transports have no place")
    func others() throws {
        #expect(try IPCEndpoint("tcp://127.0.0.1:5570") == nil)
    }
}

@Suite("OpenFiles")
struct OpenFilesTests {
    @Test(
        "sessions are limited by the files that may be open",
        arguments: [(16_640, 16_384), (16_639, 16_383), (1_024, 768), (257, 1), (256, 1), (0, 1)])
    func sessions(openFiles: Int, expected: Int) {
        #expect(OpenFiles.sessions(16_384, openFiles: openFiles) == expected)
    }

    @Test("the limit is the hard one afterwards")
    func raised() throws {
        let limit = try #require(OpenFiles.raiseLimit())
        #expect(limit > 0 && OpenFiles.raiseLimit() == limit)
    }
}

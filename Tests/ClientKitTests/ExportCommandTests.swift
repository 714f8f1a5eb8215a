import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

@Suite struct ExportCommandTests {
    private let broker = FakeBroker()
    private let console = CollectingConsole()
    fileprivate static let header = #"{"gridcallExport":1,"end":{"seq":2,"epoch":1,"chain":"ab"}}"#
    private static let lines = header + "\n{\"a\":\"网\"}\n{}\n"

    /// The lines in pieces of so many bytes.
    private func pieces(of count: Int, in text: String = Self.lines) -> [WireQueryReplyItem
        .OneOf_Reply]
    {
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: count).map { start in
            let end = min(start + count, bytes.count)
            var reply = WireExportReply()
            reply.piece = Data(bytes[start..<end])
            reply.next = end < bytes.count ? Data([UInt8(end)]) : Data()
            return .export(reply)
        }
    }

    private var positions: [[UInt8]] {
        broker.queries.map { query in
            if case .export(let export) = query { Array(export.position) } else { [] }
        }
    }

    @Test("pieces go to standard output one behind the other, each asked for where the last ended")
    func standardOutput() throws {
        // Of lines that are cut between characters; this console is told whole ones.
        broker.replies = pieces(of: 64)
        let command = ExportCommand(hasTexts: true, output: nil)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(console.output == Self.lines)
        #expect(positions == [[], [64]])
        #expect(
            broker.queries.allSatisfy {
                if case .export(let export) = $0 { export.texts } else { false }
            })
        #expect(console.notes == "exported 2 of 2 batches, 0 KiB\nlast link ab\n")
    }

    @Test("a piece that is refused for now, or lost, is asked for again at the same place")
    func again() throws {
        var replies = pieces(of: 40)
        let busy = WireRefusal(Refusal(.windowExceeded, reason: "later"))
        replies.insert(.refused(busy), at: 1)
        broker.replies = replies
        broker.queriesToLose = 1
        let command = ExportCommand(hasTexts: false, output: nil)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(console.output == Self.lines)
        #expect(positions == [[], [], [40], [40]])
    }

    @Test("a piece that is never answered, and one that is refused for good, end the export")
    func givesUp() {
        broker.queriesToLose = .max
        let command = ExportCommand(hasTexts: false, output: nil)
        #expect(throws: ClientFailure.unanswered(.query, seconds: ExportCommand.patience)) {
            try command.run(in: ClientSession(broker, console))
        }
        #expect(positions.count == ExportCommand.attempts)
        let other = FakeBroker()
        other.replies = [.refused(WireRefusal(Refusal(.forbidden, reason: "no")))]
        #expect(throws: ClientFailure.self) { try command.run(in: ClientSession(other, console)) }
        #expect(other.queries.count == 1)
    }

    @Test(
        "what is not a whole export is an error, and no file is left",
        arguments: [
            ExportCommandTests.header + "\n{}\n", "{}\n{}\n{}\n",
            ExportCommandTests.header + "\n{}\n{}\n{}\n",
        ])
    func incomplete(text: String) throws {
        let path = FileManager.default.temporaryDirectory.path + "/export-\(UUID().uuidString)"
        try Data("before".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        broker.replies = pieces(of: 1_000, in: text)
        #expect(throws: ClientFailure.unexpectedAnswer) {
            try ExportCommand(hasTexts: false, output: path).run(in: ClientSession(broker, console))
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
        #expect(!FileManager.default.fileExists(atPath: "\(path).\(getpid()).part"))
    }

    @Test("a file appears when it is whole, for its owner only")
    func file() throws {
        let path = FileManager.default.temporaryDirectory.path + "/export-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        broker.replies = pieces(of: 7)
        let command = ExportCommand(hasTexts: false, output: path)
        #expect(try command.run(in: ClientSession(broker, console)) == .done)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.lines)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600 && console.output.isEmpty)
    }
}

import BrokerEngine
import Foundation
import GRDB
import GridModel
import Testing

@testable import BrokerJournal

@Suite struct JournalExportTests {
    private let directory = TemporaryDirectory()

    @Test("Pieces of any size put together are the export", arguments: [1, 7, 500, 4_096])
    func pieces(limit: Int) throws {
        let journal = try sample()
        let whole = try exported(hasTexts: true, limit: .max)
        #expect(whole.split(separator: UInt8(ascii: "\n")).count == 7)
        #expect(try exported(hasTexts: true, limit: limit) == whole)
        #expect(try exported(hasTexts: false, limit: limit) != whole)
        try journal.close()
    }

    @Test("An export ends where the journal ended when it was begun")
    func end() throws {
        let journal = try sample()
        let export = try makeExport()
        let position = try export.beginning(end: 6, hasTexts: false)
        let before = try pieces(export, from: position, limit: .max)
        try journal.appendSamples(through: 9)
        #expect(try pieces(export, from: position, limit: 100) == before)
        let header = try #require(before.split(separator: UInt8(ascii: "\n")).first)
        #expect(String(decoding: header, as: UTF8.self).contains(#""end":{"seq":6,"epoch":1,"#))
        try journal.close()
    }

    @Test("Whoever goes on with a position gets the same bytes, of another broker too")
    func resumed() throws {
        let journal = try sample()
        let export = try makeExport()
        var position: ExportPosition? = try export.beginning(end: 6, hasTexts: true)
        while let at = position {
            let piece = try export.piece(at: at, limit: 333)
            let again = try #require(ExportPosition(bytes: at.bytes))
            #expect(try makeExport().piece(at: again, limit: 333).bytes == piece.bytes)
            #expect(try export.piece(at: again, limit: 333).bytes == piece.bytes)
            position = piece.next
        }
        try journal.close()
    }

    @Test("A position of another journal, beyond the end or beyond a line is refused")
    func refused() throws {
        let journal = try sample()
        let export = try makeExport()
        let begin = try export.beginning(end: 6, hasTexts: true)
        var wrong = begin
        wrong.chain ^= 1
        #expect(throws: JournalExport.Failure.self) { try export.piece(at: wrong, limit: 9) }
        wrong = begin
        (wrong.seq, wrong.offset) = (3, 1 << 40)
        #expect(throws: JournalExport.Failure.self) { try export.piece(at: wrong, limit: 9) }
        wrong.offset = .max
        #expect(throws: JournalExport.Failure.self) { try export.piece(at: wrong, limit: 9) }
        #expect(throws: JournalExport.Failure.self) {
            try export.beginning(end: 7, hasTexts: true)
        }
        try journal.close()
    }

    @Test("Nothing but what was given out is a position")
    func positions() throws {
        var position = ExportPosition(
            end: Position(epoch: 1, seq: 6, chain: SampleFacts.digest), hasTexts: true)
        (position.seq, position.offset) = (6, .max)
        let bytes = position.bytes
        #expect(ExportPosition(bytes: bytes) == position)
        #expect(ExportPosition(bytes: bytes.dropLast()) == nil)
        #expect(ExportPosition(bytes: bytes + [0]) == nil)
        #expect(ExportPosition(bytes: [2] + bytes.dropFirst()) == nil)
        #expect(ExportPosition(bytes: [1, 2] + bytes.dropFirst(2)) == nil)
        position.seq = 7
        #expect(ExportPosition(bytes: position.bytes) == nil)
    }

    @Test("Examples/audit/verify.py knows every kind of fact and finds an export intact")
    func verified() throws {
        let journal = try sample()
        let export = try exported(hasTexts: false, limit: 1_000)
        let chain = journal.position.chain.bytes.map { String(format: "%02x", $0) }.joined()
        let seen = try python(["verify.py", "-", "--chain", chain], input: export)
        #expect(seen.output.hasPrefix("intact: 6 batches, "), "\(seen)")
        #expect(seen.output.contains("last link \(chain)\n") && seen.status == 0)
        let other = String(repeating: "0", count: 64)
        let differs = try python(["verify.py", "-", "--chain", other], input: export)
        #expect(differs.output.hasPrefix("NOT intact: the end: its last link is"))
        #expect(differs.status == 1)
        try journal.close()
    }

    @Test("Examples/audit/verify.py finds every byte that is changed, and names the batch")
    func changed() throws {
        let journal = try SQLiteJournal.open(directory)
        _ = try journal.append(first)
        try journal.appendSamples(through: 3)
        _ = try journal.append(paused(4))
        let place = try #require(SampleBatch.make(3).facts.lazy.compactMap(\.textPlace).first)
        let erased = [ErasedText(seq: 3, place: place)]
        try journal.erase(erased)
        _ = try journal.append(
            Batch(
                seq: 5, epoch: 1, at: SampleBatch.time.advanced(byMilliseconds: 5),
                facts: [
                    .personalDataErased(
                        PersonalDataErased(
                            serial: 3, actor: 0, requestedBy: 0, texts: erased, reason: nil))
                ]))
        let export = try exported(hasTexts: true, limit: .max)
        // Every byte but those of the header that name street, zone and software.
        let seen = try python(["-c", Self.flips], input: export)
        #expect(seen.status == 0 && seen.output.hasPrefix("found all "), "\(seen)")
        try journal.close()
    }

    /// Flips a bit of each byte in turn; tells what goes unnoticed or is named elsewhere.
    private static let flips = """
        import sys, io
        sys.path.insert(0, 'Examples/audit')
        sys.dont_write_bytecode = True
        import verify
        good = sys.stdin.buffer.read()
        verify.verified(io.BytesIO(good))
        lines = good.splitlines(keepends=True)
        kept = lines[0].index(b'"texts"')
        flips, missed = 0, []
        for number, line in enumerate(lines):
            for place in range(kept if number == 0 else 0, len(line)):
                bad = bytearray(line)
                bad[place] ^= 1 << (place * 7 + number) % 8
                changed = lines[:number] + [bytes(bad)] + lines[number + 1:]
                flips += 1
                try:
                    verify.verified(io.BytesIO(b''.join(changed)))
                    missed.append((number, place))
                except verify.Wrong as wrong:
                    named = str(wrong).split(':')[0]
                    if number and named not in (f'batch {number}', f'batch {number + 1}'):
                        missed.append((number, place, str(wrong)))
        print(f'missed {missed[:20]}' if missed else f'found all {flips}')
        """

    private var first: Batch {
        Batch(
            seq: 1, epoch: 1, at: SampleBatch.time,
            facts: [
                .turnBegan(at: SampleBatch.time), .epochBegan(epoch: 1),
                .catalogueAdopted(SampleFacts.catalogue), .actorNamed(actor: 1, name: "东街/终端"),
            ])
    }

    /// A batch with a text that is no call's, its salt in letters.
    private func paused(_ seq: UInt64) -> Batch {
        let salted = [UInt8](repeating: 0xAB, count: 16) + Array("车队检修".utf8)
        let place = TextPlace(
            offset: 0, length: UInt32(salted.count), digest: Digest(hashing: salted))
        let at = SampleBatch.time.advanced(byMilliseconds: Int64(seq))
        return Batch(
            seq: seq, epoch: 1, at: at,
            facts: [
                .turnBegan(at: at),
                .queuePaused(department: 0, until: .distantFuture, actor: 1, reason: place),
            ], texts: salted)
    }

    /// Six batches; the second has a fact of every kind.
    private func sample() throws -> SQLiteJournal {
        let journal = try SQLiteJournal.open(directory)
        _ = try journal.append(first)
        _ = try journal.append(
            Batch(seq: 2, epoch: 1, at: SampleBatch.time, facts: SampleFacts.all))
        try journal.appendSamples(through: 6)
        return journal
    }

    private func makeExport() throws -> JournalExport {
        try JournalExport(directory.data, software: "test/1")
    }

    private func exported(hasTexts: Bool, limit: Int) throws -> Data {
        let export = try makeExport()
        let end = try JournalReader(directory.data).position().seq
        return try pieces(
            export, from: export.beginning(end: end, hasTexts: hasTexts), limit: limit)
    }

    private func pieces(
        _ export: JournalExport, from start: ExportPosition, limit: Int
    ) throws -> Data {
        var (bytes, position) = (Data(), Optional(start))
        while let at = position {
            let piece = try export.piece(at: at, limit: limit)
            #expect(!piece.bytes.isEmpty && piece.bytes.count <= limit)
            bytes.append(piece.bytes)
            position = piece.next
        }
        return bytes
    }

    private func python(
        _ arguments: [String], input: Data
    ) throws -> (output: String, status: Int32) {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().appendingPathComponent("../..").standardizedFileURL
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.currentDirectoryURL = root
        process.arguments =
            ["python3", "-B"]
            + (arguments[0] == "verify.py"
                ? ["Examples/audit/verify.py"] + arguments.dropFirst() : arguments)
        let file = directory.path + "/export.jsonl"
        try input.write(to: URL(fileURLWithPath: file))
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: bytes, as: UTF8.self), process.terminationStatus)
    }
}

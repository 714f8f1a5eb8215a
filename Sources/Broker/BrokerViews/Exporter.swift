import BrokerJournal
import GridCodec
import GridModel

import struct Foundation.Data

/// Answers questions for pieces of the journal's export; used by one thread.
final class Exporter {
    private let directory: DataDirectory
    private let software: String
    private let pieceBytes: Int
    private var export: JournalExport?

    /// An exporter of the journal in `directory`; it is opened with the first question.
    init(_ directory: DataDirectory, software: String, pieceBytes: Int) {
        self.directory = directory
        self.software = software
        self.pieceBytes = pieceBytes
    }

    /// The piece that is asked for. The correlation is left to the caller.
    func answer(_ query: WireExportQuery, durable: UInt64) -> WireQueryReplyItem {
        var item = WireQueryReplyItem()
        item.asOf = durable
        do throws(Refusal) {
            let (piece, end) = try piece(query, durable: durable)
            item.asOf = end
            var reply = WireExportReply()
            reply.piece = piece.bytes
            reply.next = piece.next.map { Data($0.bytes) } ?? Data()
            item.export = reply
        } catch {
            item.refused = WireRefusal(error)
        }
        return item
    }

    private func piece(
        _ query: WireExportQuery, durable: UInt64
    ) throws(Refusal) -> (piece: JournalExport.Piece, end: UInt64) {
        do throws(JournalExport.Failure) {
            let export = try opened()
            let position = try position(query, export, durable: durable)
            return (try export.piece(at: position, limit: pieceBytes), position.end)
        } catch {
            switch error {
            case .unknownPosition:
                throw Refusal(
                    .valueOutOfRange, field: "position",
                    reason: "no export of this journal goes on there; begin anew")
            case .unreadable(let reason):
                // The next question finds the file opened anew.
                export = nil
                throw Refusal(.notFound, reason: "the journal cannot be read: \(reason)")
            }
        }
    }

    private func position(
        _ query: WireExportQuery, _ export: JournalExport, durable: UInt64
    ) throws(JournalExport.Failure) -> ExportPosition {
        guard !query.position.isEmpty else {
            return try export.beginning(end: durable, hasTexts: query.texts)
        }
        // What people wrote is asked for with every piece, lest a position let it out by itself.
        guard let position = ExportPosition(bytes: query.position), position.end <= durable,
            position.hasTexts == query.texts
        else { throw .unknownPosition }
        return position
    }

    private func opened() throws(JournalExport.Failure) -> JournalExport {
        if let export { return export }
        do {
            let export = try JournalExport(directory, software: software)
            self.export = export
            return export
        } catch {
            throw .unreadable(error)
        }
    }
}

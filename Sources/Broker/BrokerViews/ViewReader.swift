import BrokerEngine
import GRDB
import GridCodec
import GridModel
import Monotonic

/// Answers queries from the views' file through a connection of its own; used by one thread.
final class ViewReader {
    private let path: String
    private let progress: ViewProgress
    private let limits: ProtocolLimits
    private let textIndex: TextIndexReader
    private let sizes: ListSizes
    private var connection: (queue: DatabaseQueue, generation: Int)?
    private var names = ViewNames()

    /// A reader of the file at `path` and of the text index; they are opened with the first
    /// query.
    init(
        path: String, progress: ViewProgress, limits: ProtocolLimits, textIndex: TextIndexReader,
        sizes: ListSizes = ListSizes()
    ) {
        self.path = path
        self.progress = progress
        self.limits = limits
        self.textIndex = textIndex
        self.sizes = sizes
    }

    /// Answers `query` from views that show at least batch `minimum`, or refuses with
    /// `viewsBehind` when they do not by `deadline`. The correlation is left to the caller.
    func answer(
        _ query: ViewQuery, minimum: UInt64, deadline: MonotonicTime
    ) -> WireQueryReplyItem {
        var item = WireQueryReplyItem()
        var failed = 0
        while let generation = progress.wait(for: minimum, until: deadline, besides: failed) {
            do {
                let (seq, reply) = try read(query, generation: generation)
                // A file that was just built anew may be behind again.
                guard seq >= minimum else { continue }
                item.asOf = seq
                item.reply = reply
                return item
            } catch let refusal as Refusal {
                item.asOf = minimum
                item.reply = .refused(WireRefusal(refusal))
                return item
            } catch let behind as TextIndexBehind {
                guard textIndex.wait(for: behind.serial, until: deadline) else {
                    item.asOf = minimum
                    item.reply = .refused(WireRefusal(Self.indexBehind))
                    return item
                }
            } catch is UnreadableTextIndex {
                continue
            } catch {
                connection = nil
                failed = generation
                if ViewStore.isDamage(error) { progress.reportDamage(generation: generation) }
            }
        }
        item.asOf = progress.position
        item.reply = .refused(WireRefusal(behind(minimum)))
        return item
    }

    private static let indexBehind = Refusal(
        .viewsBehind, field: "text",
        reason: "the index of texts is being made; ask again in a moment, or narrow the list")

    private func behind(_ minimum: UInt64) -> Refusal {
        Refusal(
            .viewsBehind,
            reason: "the views have reached batch \(progress.position) of \(minimum); "
                + "nothing is lost, ask again in a moment")
    }

    /// Reads in one transaction, so that everything in the answer is of one moment.
    private func read(
        _ query: ViewQuery, generation: Int
    ) throws -> (UInt64, WireQueryReplyItem.OneOf_Reply) {
        try open(generation).inDatabase { database in
            var result: (UInt64, WireQueryReplyItem.OneOf_Reply)?
            try database.inTransaction(.deferred) {
                let seq =
                    try Int64.fetchOne(database, sql: "SELECT seq FROM position WHERE key = 0")
                try names.load(database)
                let reply = try withTextIndex(for: query) { index in
                    try ViewQueries(
                        database, names: names, limits: limits, index: index, sizes: sizes
                    ).reply(to: query)
                }
                result = (UInt64(bitPattern: seq ?? 0), reply)
                return .commit
            }
            guard let result else { preconditionFailure("a transaction that did not run") }
            return result
        }
    }

    private func withTextIndex<Result>(
        for query: ViewQuery, _ body: (TextIndexSnapshot?) throws -> Result
    ) throws -> Result {
        guard case .list(let list, _, _) = query, !list.text.isEmpty else { return try body(nil) }
        return try textIndex.read(body)
    }

    private func open(_ generation: Int) throws -> DatabaseQueue {
        if let connection, connection.generation == generation { return connection.queue }
        connection = nil
        names = ViewNames()
        var configuration = Configuration()
        configuration.label = "views.reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        connection = (queue, generation)
        return queue
    }
}

package import BrokerJournal
package import GridCodec
package import GridModel
import Monotonic

/// Answers queries on threads of its own, so that a long one holds up neither loop nor tail, nor
/// the next query.
///
/// An examination of the journal has a thread for itself: it may take minutes. So have the pieces
/// of exports, which would hold up whoever asks for a call's story. Any thread may call;
/// completions run on the service's threads.
package final class QueryService: Sendable {
    /// How the service works.
    package struct Settings: Sendable {
        /// Threads, each with a connection.
        package var threads = 2
        /// How much nicer than the broker those threads are: whoever looks
        /// waits for those who act, but goes before the views.
        package var niceness: Int32 = 5
        /// So many queries may wait; the next is refused.
        package var waitingQueries = 1_024
        /// So many examinations of the journal may wait.
        package var waitingAudits = 8
        /// So many pieces of exports may wait.
        package var waitingExports = 64
        /// Bytes of one piece of an export.
        package var pieceBytes = 256 << 10
        /// What an export says of the software that made it.
        package var software = "gridcall-broker"
        /// How long a query waits for the views; a peer sends it again after five seconds.
        package var patienceMilliseconds = 4_500

        /// The settings of design: change one with a reason.
        package init() {}
    }

    /// What happens with an answer; its correlation is left to the caller.
    package typealias Completion = @Sendable (WireQueryReplyItem) -> Void

    private struct QueryJob: Sendable {
        let query: ViewQuery
        let minimum: UInt64
        let deadline: MonotonicTime
        let completion: Completion
    }

    private struct ExportJob: Sendable {
        let query: WireExportQuery
        let durable: UInt64
        let completion: Completion
    }

    private let queries: JobQueue<QueryJob>
    private let audits: JobQueue<Completion>
    private let exports: JobQueue<ExportJob>
    private let progress: ViewProgress
    private let textIndex: TextIndexProgress
    private let settings: Settings

    /// A service over the views, the text index and the journal in `directory`.
    package init(
        directory: DataDirectory, progress: ViewProgress, textIndex: TextIndexProgress,
        limits: ProtocolLimits, settings: Settings = Settings()
    ) {
        self.progress = progress
        self.textIndex = textIndex
        self.settings = settings
        queries = JobQueue(
            name: "queries", threads: settings.threads, capacity: settings.waitingQueries,
            niceness: settings.niceness
        ) {
            let reader = ViewReader(
                path: directory.views, progress: progress, limits: limits,
                textIndex: TextIndexReader(path: directory.search, progress: textIndex))
            return { job in
                job.completion(
                    reader.answer(job.query, minimum: job.minimum, deadline: job.deadline))
            }
        }
        audits = JobQueue(
            name: "audit", threads: 1, capacity: settings.waitingAudits, niceness: 10
        ) {
            { completion in completion(Self.audit(directory)) }
        }
        // A piece is a message: it must fit into a frame with what goes with it.
        let pieceBytes = min(settings.pieceBytes, max(1, limits.frameBytes / 2))
        exports = JobQueue(
            name: "export", threads: 1, capacity: settings.waitingExports, niceness: 10
        ) {
            let exporter = Exporter(directory, software: settings.software, pieceBytes: pieceBytes)
            return { job in
                job.completion(exporter.answer(job.query, durable: job.durable))
            }
        }
    }

    /// Answers `query` from views that show batch `minimum`: pass the last batch that was durable
    /// when the query arrived, and whoever was told of a receipt finds his call.
    package func submit(
        _ query: ViewQuery, minimum: UInt64, completion: @escaping Completion
    ) {
        let deadline = MonotonicTime.now(plusMilliseconds: settings.patienceMilliseconds)
        let job = QueryJob(
            query: query, minimum: minimum, deadline: deadline, completion: completion)
        if !queries.add(job) { completion(refusal("too many queries wait; ask again later")) }
    }

    /// Computes the journal's chain again and compares every text with its digest.
    package func audit(completion: @escaping Completion) {
        if !audits.add(completion) {
            completion(refusal("the journal is being examined; ask again later"))
        }
    }

    /// Answers with a piece of the journal's export; an export that begins ends with batch
    /// `durable`, the last one that was durable when the query arrived.
    package func export(
        _ query: WireExportQuery, durable: UInt64, completion: @escaping Completion
    ) {
        let job = ExportJob(query: query, durable: durable, completion: completion)
        if !exports.add(job) {
            completion(refusal("too many pieces of exports wait; ask again later"))
        }
    }

    /// Answers what waits, the queries the views are not ready for with a refusal, and ends. An
    /// examination that runs is left to itself: it only reads.
    package func stop() {
        progress.stop()
        textIndex.stop()
        queries.stop()
        audits.abandon()
        exports.abandon()
    }

    private func refusal(_ reason: String) -> WireQueryReplyItem {
        var item = WireQueryReplyItem()
        item.asOf = progress.position
        item.refused = WireRefusal(Refusal(.viewsBehind, reason: reason))
        return item
    }

    private static func audit(_ directory: DataDirectory) -> WireQueryReplyItem {
        var item = WireQueryReplyItem()
        do {
            let verification = try JournalVerification.run(directory)
            item.asOf = verification.intact.seq
            item.audit = WireAuditView(verification)
        } catch {
            item.refused = WireRefusal(
                Refusal(.notFound, reason: "the journal cannot be examined: \(error)"))
        }
        return item
    }
}

import Access
import BrokerEngine
import BrokerJournal
import BrokerViews
import Crypto
import Foundation
import GridCodec
import GridModel
package import Logging
package import ServiceNotify
import ZeroMQ

/// The broker's process: the loop and the threads around it, from start to stop.
///
/// The loop thread owns the core and the ROUTER. Four kinds of threads serve it and answer through
/// mailboxes: the journal's (one fsync after the other), the archive's, the reader of old texts,
/// and those of the views.
package final class Broker {
    let core: BrokerCore
    let log: Logger
    let service: ServiceNotifier
    let wakeUp: WakeUp
    let commitAlarm: Alarm
    var commitPace = CommitPace()
    let signals: SignalSource
    var loneCommits = LoneCommits()
    let committed: Mailbox<Result<Position, any Error>>
    let archived: Mailbox<Result<Ended, any Error>>
    let textsRead: Mailbox<Result<(seq: UInt64, bytes: [UInt8]), any Error>>
    let textsFound: Mailbox<Result<(ErasureSearch, [ErasedText]), any Error>>
    let answers: Mailbox<(item: WireQueryReplyItem, session: SessionID)>
    let journalWriter: JournalWriter
    let journalThread: JobThread<JournalWriter.Job>
    let archiveThread: JobThread<Ended>
    let oldIDsThread: JobThread<Archive>
    let textThread: JobThread<UInt64>
    let erasureThread: JobThread<ErasureSearch>
    let compiled: Mailbox<Result<StreetCatalogue, CatalogueFile.Unusable>>
    let catalogueThread: JobThread<CatalogueFile>
    let views: ViewTail
    let viewProgress: ViewProgress
    let textIndexer: TextIndexer
    let snapshots: SnapshotKeeper
    let queryService: QueryService
    let configuration: BrokerConfiguration
    /// Held as long as the sockets may be there.
    private let ipcEndpoints: [IPCEndpoint]
    private let journal: SQLiteJournal
    private let archive: Archive
    /// Erasures that the journal does not tell of yet.
    private let repeatedErasures: [ErasureList.Entry]
    var isArchiving = false
    /// When the last step to the archive began, in monotonic milliseconds.
    var archivedAt: Int64 = 0
    var reloading = Reload()
    /// When the disk's room was looked at last, in monotonic milliseconds.
    var diskCheckedAt = Int64.min / 2

    /// Asks for the catalogue's file to be read again.
    static let reloadSignal = SIGHUP
    /// Signals the broker takes, the others end it; block them before any thread exists.
    package static let signals = [SIGTERM, SIGINT, reloadSignal]

    /// Recovers what the data directory holds and starts the threads; nothing is served yet.
    ///
    /// Throws `JournalError` for a directory that must not be served, `BrokerError` otherwise.
    package init(
        _ configuration: BrokerConfiguration, log: Logger, service: ServiceNotifier
    ) throws {
        for endpoint in configuration.listening
        where endpoint.keys == nil && !LocalEndpoint.isLocal(endpoint.address) {
            throw BrokerError.endpointNotLocal(endpoint.address)
        }
        ipcEndpoints = try configuration.listening.compactMap { try IPCEndpoint($0.address) }
        let keys = try Self.authorizedKeys(configuration)
        let configuration = Self.fitted(configuration, log)
        self.configuration = configuration
        self.log = log
        self.service = service
        signals = try SignalSource(Self.signals)
        wakeUp = try WakeUp()
        commitAlarm = try Alarm()
        let directory = DataDirectory(path: configuration.dataDirectory)
        let recovery = try Recovery.run(directory, log: log)
        let journal = recovery.journal
        self.journal = journal
        archive = recovery.archive
        viewProgress = ViewProgress()
        // Before anything is read for people: what was erased must not be seen again.
        let erasures = ErasureList(
            besideSecret: configuration.secretFile, journal: journal.id)
        let pending = try Self.finishErasures(
            in: journal, erasures, recovery, directory, log)
        repeatedErasures = pending.untold
        core = try Self.core(recovery, configuration, keys, viewProgress, pending.calls)
        let mailboxes = (
            Mailbox<Result<Position, any Error>>(waking: wakeUp),
            Mailbox<Result<Ended, any Error>>(waking: wakeUp),
            Mailbox<Result<(seq: UInt64, bytes: [UInt8]), any Error>>(waking: wakeUp)
        )
        (committed, archived, textsRead) = mailboxes
        answers = Mailbox(waking: wakeUp)
        let journalWriter = JournalWriter(
            journal, erasures: erasures, results: mailboxes.0, log: log)
        self.journalWriter = journalWriter
        journalThread = JobThread(
            name: "journal", idleSeconds: 1, idle: { journalWriter.idle() }
        ) { job in journalWriter.perform(job) }
        let keeper = ArchiveKeeper(recovery.archive)
        archiveThread = JobThread(name: "archive", niceness: 10) { ended in
            mailboxes.1.post(
                Result {
                    try keeper.keep(ended)
                    return ended
                })
        }
        oldIDsThread = JobThread(name: "old ids", niceness: 10) { archive in
            do {
                try archive.readIDs()
                log.notice("the ids of old calls are read; new calls are filed")
            } catch {
                mailboxes.1.post(.failure(error))
            }
        }
        if !archive.isComplete {
            log.notice("the ids of old calls are being read; until then no new call is filed")
            oldIDsThread.post(archive)
        }
        let reader = try JournalReader(directory)
        textThread = JobThread(name: "texts") { seq in
            mailboxes.2.post(
                Result {
                    let (texts, damaged) = try reader.soundTexts(seq: seq)
                    if damaged > 0 {
                        log.error(
                            "texts in the journal are damaged and left out; verify names them",
                            metadata: ["batch": "\(seq)", "texts": "\(damaged)"])
                    }
                    return (seq, texts)
                })
        }
        let textsFound = Mailbox<Result<(ErasureSearch, [ErasedText]), any Error>>(
            waking: wakeUp)
        self.textsFound = textsFound
        let searcher = try JournalReader(directory)
        erasureThread = JobThread(name: "erasure", niceness: 10) { search in
            textsFound.post(
                Result {
                    let texts = try searcher.texts(
                        ofCall: search.serial, filedAt: search.filedAt, upTo: search.durableSeq)
                    return (search, texts)
                })
        }
        let compiled = Mailbox<Result<StreetCatalogue, CatalogueFile.Unusable>>(waking: wakeUp)
        self.compiled = compiled
        catalogueThread = JobThread(name: "catalogue", niceness: 10) { file in
            compiled.post(file.result)
        }
        views = ViewTail(
            path: directory.views, source: try JournalReader(directory), progress: viewProgress,
            log: log)
        let textIndex = TextIndexProgress()
        textIndexer = TextIndexer(
            indexPath: directory.search, viewsPath: directory.views, views: viewProgress,
            progress: textIndex, log: log)
        var querySettings = QueryService.Settings()
        querySettings.software = "gridcall-broker/\(BrokerConfiguration.version)"
        queryService = QueryService(
            directory: directory, progress: viewProgress, textIndex: textIndex,
            limits: configuration.limits, settings: querySettings)
        viewProgress.announce(durable: journal.position.seq)
        snapshots = SnapshotKeeper(
            dataDirectory: configuration.dataDirectory,
            pace: SnapshotPace(
                facts: configuration.snapshotFacts,
                milliseconds: configuration.snapshotMilliseconds,
                now: Moment.now.monotonicMilliseconds, factsSince: recovery.factsReplayed),
            log: log)
        views.start()
        textIndexer.start()
    }

    /// Serves until a stop signal; the service manager hears when peers can connect.
    ///
    /// Throws when going on could lose or repeat something: nothing was confirmed that is not
    /// durable.
    package func run() throws {
        defer { stopThreads() }
        try serve()
    }

    /// The sockets close when it returns, before the directory is another broker's to take: libzmq
    /// removes an ipc endpoint's file when it closes.
    private func serve() throws {
        let gate = try Gate(configuration.listening, limits: configuration.limits)
        core.begin(at: .now)
        if core.engine.record.epoch == 0 { core.beginFirstEpoch() }
        core.repeatErasures(repeatedErasures)
        let objections = core.adopt(configuration.catalogue)
        guard objections.isEmpty else {
            throw BrokerError.catalogueRefused(objections.map { "\($0)" })
        }
        core.end()
        service.notify(.ready)
        tellWhereItServes()
        try loop(gate)
        log.notice("stopped", metadata: ["batches": "\(core.durableSeq)"])
    }

    private func tellWhereItServes() {
        let withoutKeys = configuration.listening.filter { $0.keys == nil }.map(\.address)
        if !withoutKeys.isEmpty {
            log.warning(
                "serving without keys: whoever reaches these endpoints here has the role",
                metadata: [
                    "endpoints": "\(withoutKeys)", "role": "\(configuration.localRole.rawValue)",
                ])
        }
        log.notice(
            "serving",
            metadata: [
                "endpoints": "\(configuration.listening.map(\.address))",
                "keys": "\(core.access.count)",
            ])
    }

    /// With the files that the system lets the broker open: as many sessions as there is room for.
    private static func fitted(
        _ configuration: BrokerConfiguration, _ log: Logger
    ) -> BrokerConfiguration {
        guard let openFiles = OpenFiles.raiseLimit() else { return configuration }
        var configuration = configuration
        let wanted = configuration.limits.sessions
        configuration.limits.sessions = OpenFiles.sessions(wanted, openFiles: openFiles)
        if configuration.limits.sessions < wanted {
            log.warning(
                "fewer sessions than there could be: the system allows too few open files",
                metadata: [
                    "openFiles": "\(openFiles)", "sessions": "\(configuration.limits.sessions)",
                ])
        }
        return configuration
    }

    private static func authorizedKeys(
        _ configuration: BrokerConfiguration
    ) throws -> AuthorizedKeys? {
        do throws(AuthorizedKeysFile.Unusable) {
            return try configuration.authorizedKeys?.read()
        } catch {
            throw BrokerError.keysUnusable(error.mistakes)
        }
    }

    /// Erases what a stop, or a restore, has left of texts that were to be gone.
    private static func finishErasures(
        in journal: SQLiteJournal, _ list: ErasureList, _ recovery: Recovery,
        _ directory: DataDirectory, _ log: Logger
    ) throws -> PendingErasures {
        let reader = try JournalReader(directory)
        let pending = try PendingErasures(
            list: list.entries(), replayed: recovery.erasures, record: recovery.record,
            known: { try reader.known($0, ofCall: $1) })
        if try !journal.erase(pending.texts) { JournalWriter.tellOldCopies(log) }
        if !pending.untold.isEmpty {
            log.notice(
                "texts that were erased after this copy of the journal are erased again",
                metadata: ["calls": "\(pending.untold.count)"])
        }
        return pending
    }

    private static func core(
        _ recovery: Recovery, _ configuration: BrokerConfiguration, _ keys: AuthorizedKeys?,
        _ views: ViewProgress, _ erasedCalls: Set<CallID>
    ) throws -> BrokerCore {
        let tags = try TagMaker(
            secretFile: configuration.secretFile, journal: recovery.journal)
        var settings = BrokerCore.Settings(
            digestKey: recovery.journal.digestKey, durableSeq: recovery.journal.position.seq,
            makeTag: { tags.make(epoch: $0, seq: $1) },
            verifyTag: { tags.verify($0, epoch: $1, seq: $2) },
            randomBytes: { SystemRandom.bytes(16_384) })
        settings.limits = configuration.limits
        settings.times = configuration.times
        settings.viewsLag = { views.lag }
        settings.erasedCalls = erasedCalls
        let isKeyless = configuration.listening.contains { $0.keys == nil }
        settings.access = AccessControl(
            keys, localRole: isKeyless ? configuration.localRole : nil)
        var engine = Engine(
            record: recovery.record, recent: recovery.recent, limits: configuration.limits,
            deadMilliseconds: configuration.times.deadMilliseconds)
        engine.start(at: .now)
        return BrokerCore(
            engine: engine, archive: ArchiveKeeper(recovery.archive), settings: settings)
    }

    private func stopThreads() {
        snapshots.stop()
        journalThread.stop()
        archiveThread.stop()
        archive.stopReading()
        oldIDsThread.stop()
        textThread.stop()
        erasureThread.stop()
        catalogueThread.stop()
        views.stop()
        queryService.stop()
        textIndexer.stop()
        do {
            try archive.close()
            try journal.close()
        } catch {
            log.error(
                "closing the files failed; nothing is lost, the next start mends it",
                metadata: ["error": "\(error)"])
        }
    }
}

/// Unpredictable bytes, many with one system call: Swift's own generator makes one for each word.
enum SystemRandom {
    static func bytes(_ count: Int) -> [UInt8] {
        if let source = fopen("/dev/urandom", "r") {
            defer { fclose(source) }
            setvbuf(source, nil, _IONBF, 0)
            var bytes = [UInt8](repeating: 0, count: count)
            if fread(&bytes, 1, count, source) == count { return bytes }
        }
        return SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes(Array.init)
    }
}

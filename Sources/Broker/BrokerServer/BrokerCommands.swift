import BrokerEngine
import BrokerJournal
import Catalogue
import Foundation
package import GridModel
import Logging
import ServiceNotify
import Threads
import ZeroMQ

/// What the executable's subcommands do; each ends the process with a documented exit code.
package enum BrokerCommands {
    /// Where a broker listens if nothing else is said.
    package static let defaultEndpoint = "tcp://127.0.0.1:5570"

    /// MiB of the data's disk that stay free if nothing else is said.
    package static let defaultKeepFree = UInt32(ProtocolLimits().reservedDiskBytes >> 20)

    /// Facts that a start may have to apply before a snapshot is made, if nothing else is said: a
    /// second's work or two.
    package static let defaultSnapshotAfter: UInt32 = 1_000_000

    /// Serves until SIGTERM or SIGINT; SIGHUP reads the catalogue again. `keepFree` is in MiB.
    /// Throws `ExitReason`.
    package static func run(
        catalogue: String, data: String, secret: String?, access: AccessOptions,
        keepFree: UInt32, snapshotAfter: UInt32, logLevel: String
    ) throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ExitReason(.usage, "there is no log level \(logLevel)")
        }
        // Before any thread exists: a signal must reach the loop, not end the process.
        try SignalSource.block(Broker.signals)
        signal(SIGPIPE, SIG_IGN)
        ProcessMemory.prepare()
        SQLiteLibrary.prepare()
        let environment = ProcessInfo.processInfo.environment
        ServiceLogHandler.bootstrap(environment: environment)
        var log = Logger(label: "gridcall-broker")
        log.logLevel = level
        var configuration = BrokerConfiguration(
            dataDirectory: data,
            listening: try access.listening(
                credentials: environment["CREDENTIALS_DIRECTORY"]),
            catalogue: try compile(
                catalogue, exit: .configuration, Language(environment: environment)))
        configuration.authorizedKeys = try access.keysFile()
        configuration.localRole = try access.role()
        configuration.catalogueFile = CatalogueFile(catalogue)
        configuration.limits.reservedDiskBytes = UInt64(keepFree) << 20
        configuration.snapshotFacts = Int(snapshotAfter)
        if let secret { configuration.secretFile = secret }
        do {
            let service = ServiceNotifier(environment: environment)
            ThreadPriority.prompt()
            try Broker(configuration, log: log, service: service).run()
        } catch {
            let code = ExitReason.Code.of(error)
            log.critical(
                "the broker ends; what it confirmed is stored",
                metadata: ["error": "\(error)", "code": "\(code.rawValue)"])
            throw ExitReason(code, nil)
        }
    }

    /// Prints every mistake of a catalogue. Throws `ExitReason` if there is one.
    package static func check(file: String, in language: Language) throws {
        let catalogue = try compile(file, exit: .data, language)
        let (departments, grids) = (catalogue.departments.count, catalogue.grids.count)
        let (categories, campaigns) = (catalogue.categories.count, catalogue.campaigns.count)
        print(
            language(
                chinese: "\(file)：\(departments) 个部门，\(grids) 个网格，\(categories) 个类别，"
                    + "\(campaigns) 个专项行动：没有发现错误",
                english: "\(file): \(departments) departments, \(grids) grids, "
                    + "\(categories) categories, \(campaigns) campaigns: no mistake found"))
    }

    /// Prints what a new catalogue would do to open calls; with a data directory it counts them.
    /// Throws `ExitReason`, also if a broker would refuse the catalogue.
    package static func diff(
        old: String, new: String, data: String?, in language: Language
    ) throws {
        let catalogues = (
            try compile(old, exit: .data, language), try compile(new, exit: .data, language)
        )
        var open: OpenCallFigures?
        do {
            open = try data.map { try OpenCallFigures(journalIn: DataDirectory(path: $0)) }
        } catch {
            throw ExitReason(.input, "\(error)")
        }
        let diff = CatalogueDiff(from: catalogues.0, to: catalogues.1, open: open)
        print(diff.text(in: language))
        if diff.isRefused {
            throw ExitReason(
                .refused,
                language(
                    chinese: "有这些呼叫的服务端会拒绝 \(new)",
                    english: "a broker with these calls would refuse \(new)"))
        }
    }

    /// Makes the snapshot of a data directory anew, at the lowest priority. Throws `ExitReason`.
    package static func snapshot(data: String) throws {
        ThreadPriority.background(niceness: 19)
        do {
            switch try SnapshotMaking.run(DataDirectory(path: data)) {
            case .made(let position, let openCalls):
                print("snapshot made: batch \(position.seq), \(openCalls) open calls")
            case .upToDate(let position): print("up to date: batch \(position.seq)")
            case .noArchive:
                throw ExitReason(
                    .noInput, "there is no index of old ids yet: start the broker once")
            }
        } catch let error as JournalError {
            throw ExitReason(.of(error), "\(error)")
        } catch let error as ExitReason {
            throw error
        } catch {
            throw ExitReason(.input, "\(error)")
        }
    }

    /// Computes a journal's chain again and holds it against anchors. Throws `ExitReason` if it is
    /// not intact, or not what it was.
    package static func verify(
        data: String, anchors: [JournalAnchor], in language: Language
    ) throws {
        let verification: JournalVerification
        var check = AnchorCheck(anchors)
        do {
            verification = try JournalVerification.run(DataDirectory(path: data)) {
                check.pass($0)
            }
        } catch {
            throw ExitReason(.input, "the journal of \(data) cannot be read: \(error)")
        }
        if let complaint = verification.complaint {
            throw ExitReason(.refused, "the journal is not intact: \(complaint)")
        }
        print(verification.words)
        try tell(check, in: language)
    }

    /// Prints what became of each anchor. Throws `ExitReason` if one does not fit.
    static func tell(_ check: AnchorCheck, in language: Language) throws(ExitReason) {
        let findings = check.findings
        for (anchor, finding) in findings { print(language(finding.words(anchor))) }
        guard findings.allSatisfy({ $0.finding == .fits }) else {
            throw ExitReason(.refused, nil)
        }
    }

    /// The anchors of the command line: lines, or names of files of them. Throws `ExitReason`.
    package static func anchors(
        _ given: [String], in language: Language
    ) throws(ExitReason) -> [JournalAnchor] {
        var anchors: [JournalAnchor] = []
        for text in given {
            let content = FileManager.default.contents(atPath: text)
            let found =
                JournalAnchor.all(in: text)
                ?? content.flatMap { JournalAnchor.all(in: String(decoding: $0, as: UTF8.self)) }
            guard let found else {
                throw ExitReason(
                    .usage,
                    language(
                        chinese: "\(text)：既不是锚，也不是含有锚的文件，或抄写有误（校验码不符）",
                        english: "\(text): neither an anchor nor a file of them, or mistyped: its "
                            + "check does not fit"))
            }
            anchors += found
        }
        return anchors
    }

    private static func compile(
        _ file: String, exit code: ExitReason.Code, _ language: Language
    ) throws(ExitReason) -> StreetCatalogue {
        do {
            return try CatalogueFile(file).load()
        } catch {
            throw ExitReason(
                error.isUnreadable ? .noInput : code,
                language(error.mistakes.joined(separator: "\n")))
        }
    }
}

extension AnchorCheck {
    /// Notes the batch that was examined last.
    mutating func pass(_ verification: JournalVerification) {
        let position = verification.intact
        pass(
            seq: position.seq, epoch: position.epoch, facts: verification.facts,
            link: position.chain.bytes)
    }
}

extension JournalVerification {
    /// What an intact journal or backup holds.
    var words: String {
        "intact: \(batches) batches, \(facts) facts, \(texts) texts, \(erasedTexts) of them erased"
            + (unfinishedErasures.isEmpty
                ? ""
                : "; \(unfinishedErasures.count) that are to be erased are still there: start the "
                    + "broker once")
    }
}

/// Why the process ends with another code than 0 (the codes of BSD's sysexits).
package struct ExitReason: Error {
    /// The documented exit codes.
    package enum Code: Int32, Sendable {
        /// Something asked for was refused, or a journal is not intact.
        case refused = 1
        case usage = 64
        /// A catalogue with mistakes; a journal that must not be served as it is.
        case data = 65
        case noInput = 66
        /// Another broker has the data directory or the address.
        case unavailable = 69
        /// Going on could lose or repeat something.
        case internalError = 70
        /// A file cannot be read or written.
        case input = 74
        case configuration = 78

        static func of(_ error: any Error) -> Code {
            switch error {
            case let error as BrokerError:
                switch error {
                case .endpointNotLocal, .endpointUnsafe, .catalogueRefused, .keysUnusable:
                    .configuration
                case .journalBehind: .data
                case .cannotBind: .unavailable
                case .failedClosed: .internalError
                }
            case let error as JournalError:
                of(error)
            default: .input
            }
        }

        /// What another start cannot mend (data, configuration) has other codes than what it may.
        static func of(_ error: JournalError) -> Code {
            switch error {
            case .locked: .unavailable
            case .secretRefused: .configuration
            case .notAJournal, .newerSchema, .belowHead, .differsFromHead, .headLost,
                .journalMissing, .damaged, .unknownFact:
                .data
            case .outOfOrder, .stopped: .internalError
            case .failed: .input
            }
        }
    }

    package let code: Code
    /// For people, one or more lines; `nil` if the log has said it.
    package let message: String?

    package init(_ code: Code, _ message: String?) {
        self.code = code
        self.message = message
    }
}

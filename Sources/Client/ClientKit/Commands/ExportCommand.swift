import Foundation
import GridCodec
import GridModel

/// Writes the broker's journal as lines of JSON, the format of docs/audit.md.
package struct ExportCommand: ClientCommand {
    /// A piece may have to wait for others' and for the names of a long journal, in seconds.
    package static let patience: Int64 = 60
    /// So often a piece is asked for that gets no answer, or a refusal that time may mend.
    package static let attempts = 5

    private let hasTexts: Bool
    private let output: String?

    /// An export to the file at `output`, else to standard output; `hasTexts` says whether what
    /// people wrote is in it.
    package init(hasTexts: Bool, output: String?) {
        self.hasTexts = hasTexts
        self.output = output
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        let file = try output.map { path throws(ClientFailure) in try ExportFile(path) }
        var progress = ExportProgress(session.console, session.language, now: session.client.now)
        var position = Data()
        repeat {
            let reply = try Self.piece(at: position, hasTexts: hasTexts, session)
            guard !reply.piece.isEmpty else { throw .unexpectedAnswer }
            if let file {
                try file.write(reply.piece)
            } else {
                session.console.write(bytes: reply.piece)
                // Whoever reads it is gone or full: the terminal tells why.
                guard session.console.outputFailure == nil else { return .inputOutput }
            }
            progress.add(reply.piece, now: session.client.now)
            position = reply.next
        } while !position.isEmpty
        guard progress.isComplete else { throw .unexpectedAnswer }
        try file?.finish()
        progress.finish()
        return .done
    }

    /// The piece at `position`, asked for again where its answer was lost: the same question gets
    /// the same bytes, also of a broker that was started again meanwhile.
    static func piece(
        at position: Data, hasTexts: Bool, _ session: ClientSession
    ) throws(ClientFailure) -> WireExportReply {
        var query = WireExportQuery()
        query.position = position
        query.texts = hasTexts
        var attempt = 1
        while true {
            do throws(ClientFailure) {
                let reply = try session.client.query(.export(query), within: patience)
                guard case .export(let export) = reply else { throw .unexpectedAnswer }
                return export
            } catch {
                guard attempt < attempts, mayPass(error) else { throw error }
                attempt += 1
                try session.client.pause(milliseconds: 1_000)
            }
        }
    }

    private static func mayPass(_ failure: ClientFailure) -> Bool {
        if case .unanswered = failure { return true }
        return failure.exitStatus == .tryAgain
    }
}

/// The file of an export: there is none, or the one there was, until it is whole and on the disk.
final class ExportFile {
    private let path: String
    private let temporary: String
    private var descriptor: Int32
    private var isFinished = false

    /// Begins a file that will be at `path`, readable by its owner only: it may hold what people
    /// wrote.
    init(_ path: String) throws(ClientFailure) {
        self.path = path
        temporary = "\(path).\(getpid()).part"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(temporary) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isFinished { unlink(temporary) }
    }

    /// Adds bytes.
    func write(_ bytes: Data) throws(ClientFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(temporary) }
            rest = rest.dropFirst(count)
        }
    }

    /// Makes it durable and gives it its name.
    func finish() throws(ClientFailure) {
        guard fsync(descriptor) == 0 else { throw Self.failure(temporary) }
        guard rename(temporary, path) == 0 else { throw Self.failure(path) }
        isFinished = true
        let directory = (path as NSString).deletingLastPathComponent
        let handle = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw Self.failure(path) }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw Self.failure(path) }
    }

    private static func failure(_ path: String) -> ClientFailure {
        let reason = String(cString: strerror(errno))
        return .file(
            reason: Phrase(
                chinese: "无法写入 \(path.escapedForTerminal)：\(reason)",
                english: "cannot write \(path.escapedForTerminal): \(reason)"))
    }
}

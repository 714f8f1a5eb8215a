import Foundation
import Synchronization

/// How a process ended.
package enum ProgramEnd: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
}

/// A real process with its output in files; it does not outlive this object.
///
/// `posix_spawn` and not Foundation's `Process`: signals blocked by a test must not be inherited,
/// and each process leads a group of its own, so that a tracer and its tracee end together.
package final class Program: Sendable {
    /// The process, which is also its process group.
    package let id: Int32
    /// The executable's name, for messages.
    package let name: String
    private let outputPath: String
    private let errorPath: String
    private let known: Mutex<ProgramEnd?>

    /// Starts `executable`; what it writes goes to `logs/NAME.out` and `logs/NAME.err`.
    package init(
        _ executable: String, _ arguments: [String], environment: [String: String],
        logs: String, name: String
    ) throws {
        self.name = name
        outputPath = "\(logs)/\(name).out"
        errorPath = "\(logs)/\(name).err"
        known = Mutex(nil)
        id = try Self.spawn(
            [executable] + arguments, environment: environment, output: outputPath,
            error: errorPath)
    }

    deinit { kill() }

    /// What it wrote to standard output so far.
    package var output: String { Self.text(outputPath) }
    /// What it wrote to standard error so far.
    package var errors: String { Self.text(errorPath) }
    /// How it ended; `nil` while it runs.
    package var end: ProgramEnd? { collect(options: WNOHANG) }

    /// Sends a signal, unless the process has ended.
    package func send(_ signal: Int32) {
        if end == nil { _ = Foundation.kill(id, signal) }
    }

    /// Ends the process and its group as a power cut would, and waits until they are gone.
    package func kill() {
        guard end == nil else { return }
        _ = Foundation.kill(-id, SIGKILL)
        _ = collect(options: 0)
    }

    /// Waits for the end.
    package func wait(within limit: Duration = .seconds(30)) async throws -> ProgramEnd {
        try await eventually("the end of \(name)", within: limit, explain: { self.errors }) {
            self.end
        }
    }

    private func collect(options: Int32) -> ProgramEnd? {
        known.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            var result: Int32
            repeat { result = waitpid(id, &status, options) } while result < 0 && errno == EINTR
            guard result == id else { return nil }
            let signal = status & 0x7f
            known = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
            return known
        }
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private static func spawn(
        _ words: [String], environment: [String: String], output: String, error: String
    ) throws -> Int32 {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&files, 1, output, flags, 0o600)
        posix_spawn_file_actions_addopen(&files, 2, error, flags, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setUp(&attributes)
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var id: Int32 = 0
        let code = posix_spawnp(&id, words[0], &files, &attributes, &arguments, &variables)
        guard code == 0 else { throw TestFailure("cannot start \(words[0]): error \(code)") }
        return id
    }

    /// A group of its own, no signal blocked, every signal at its default.
    private static func setUp(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
    }
}

import Foundation
import Glibc
import GridCodec
import GridModel
import Testing
import WorkerKit

@Suite("ExecHandler", .timeLimit(.minutes(1)))
struct ExecHandlerTests {
    private let folder = TemporaryFolder()

    private func settings(
        _ command: String, timeLimit: Duration = .seconds(30), outputBytes: Int = 1 << 20
    ) -> ExecHandler.Settings {
        var settings = ExecHandler.Settings(command: command, timeLimit: timeLimit)
        settings.killGrace = .milliseconds(200)
        settings.outputBytes = outputBytes
        settings.passedVariables = ["GRIDCALL_FOLDER"]
        return settings
    }

    /// The end of one run of `command`.
    private func run(
        _ settings: ExecHandler.Settings, _ message: WireAssignItem = assignmentMessage(1)
    ) async throws -> WorkOutcome {
        let running = RunningHandler(
            settings,
            environment: [
                "PATH": "/usr/bin:/bin", "GRIDCALL_FOLDER": folder.path, "LC_ALL": "C",
                "TZ": "Asia/Shanghai", "HOME": folder.path, "SECRET": "x",
                "GRIDCALL_KEY": "/etc/key", "NOTIFY_SOCKET": "/run/notify",
                "CREDENTIALS_DIRECTORY": "/run/credentials", "WATCHDOG_USEC": "1",
                "LD_PRELOAD": "", "BASH_ENV": "/tmp/x",
            ])
        running.handler.start([AssignItem(message)], now: 0)
        let finished = await running.next()
        #expect(finished.claim == message.claim.model)
        guard case .outcome(let outcome) = finished.ending else {
            throw CancellationError()
        }
        return outcome
    }

    // MARK: - Outcomes

    @Test(
        "a command that says nothing and ends with 0 has completed it",
        arguments: ["true", "cat > /dev/null"])
    func completes(command: String) async throws {
        #expect(try await run(settings(command)) == WorkOutcome(.completed))
    }

    @Test("standard output decides, standard error does not")
    func speaks() async throws {
        let command = #"echo warning >&2; echo '{"result":"returned","reason":"not ours"}'"#
        #expect(
            try await run(settings(command)) == WorkOutcome(.returned, reason: "not ours"))
    }

    @Test("other exits failed", arguments: [1, 2, 75, 127])
    func exitCodes(code: Int) async throws {
        let outcome = try await run(settings("echo first >&2; echo second >&2; exit \(code)"))
        #expect(outcome.result == .failed)
        #expect(outcome.reason.contains("\(code)"))
        #expect(outcome.reason.hasSuffix(": first"))
    }

    @Test("a command that is killed failed")
    func killedBySignal() async throws {
        let outcome = try await run(settings("kill -KILL $$"))
        #expect(outcome == .failed("the handler was ended by signal 9"))
    }

    @Test("bad JSON failed, and returning without a reason too")
    func badOutput() async throws {
        #expect(try await run(settings("echo done")).result == .failed)
        let silent = try await run(settings(#"echo '{"result":"returned"}'"#))
        #expect(silent == .failed("the handler returned the assignment without a reason"))
    }

    @Test("a command that does not read its input loses nothing", arguments: [1, 200_000])
    func ignoresInput(bytes: Int) async throws {
        var item = assignmentMessage(1)
        item.texts.description_p = String(repeating: "x", count: bytes)
        #expect(try await run(settings("exit 0"), item) == WorkOutcome(.completed))
    }

    @Test("output may be as long as the limit", arguments: [9_999, 10_000, 10_001])
    func outputLimit(bytes: Int) async throws {
        let command = "head -c \(bytes) /dev/zero | tr '\\0' ' '"
        let outcome = try await run(settings(command, outputBytes: 10_000))
        #expect(
            outcome
                == (bytes <= 10_000
                    ? WorkOutcome(.completed) : .failed("the handler wrote more than 10000 bytes")))
    }

    @Test("endless output is ended")
    func endlessOutput() async throws {
        let outcome = try await run(settings("yes", outputBytes: 100_000))
        #expect(outcome == .failed("the handler wrote more than 100000 bytes"))
    }

    @Test("endless standard error does not hold the command up")
    func longErrors() async throws {
        let command = "head -c 1000000 /dev/zero >&2; echo done >&2"
        #expect(try await run(settings(command)) == WorkOutcome(.completed))
    }

    // MARK: - What a command gets

    @Test("gets the assignment as JSON on standard input")
    func input() async throws {
        let item = WireAssignItem.full
        _ = try await run(settings(#"cat > "$GRIDCALL_FOLDER/input""#), item)
        #expect(
            try folder.text("input")
                == String(
                    decoding: AssignmentDocument(item).json(), as: UTF8.self))
    }

    @Test("gets the usual variables, those named, and those of the assignment; no other")
    func environmentVariables() async throws {
        _ = try await run(settings(#"env > "$GRIDCALL_FOLDER/env""#), .full)
        let names = try folder.text("env").split(separator: "\n").map { $0.prefix { $0 != "=" } }
        // The shell itself sets the last ones.
        let own: Set<Substring> = ["PWD", "OLDPWD", "SHLVL", "_"]
        #expect(
            Set(names).subtracting(own) == [
                "PATH", "HOME", "LC_ALL", "TZ", "TMPDIR", "GRIDCALL_FOLDER", "GRIDCALL_CALL",
                "GRIDCALL_CASE_NUMBER", "GRIDCALL_ATTEMPT",
            ])
    }

    @Test("gets no descriptor besides its input and outputs")
    func descriptors() async throws {
        // Without O_CLOEXEC, as a careless library opens files.
        let open = Glibc.open("/etc/hostname", O_RDONLY)
        defer { close(open) }
        #expect(open > 2)
        let command = #"ls /proc/self/fd > "$GRIDCALL_FOLDER/open""#
        #expect(try await run(settings(command)) == WorkOutcome(.completed))
        // The last one is the directory that `ls` reads.
        #expect(try folder.text("open").split(separator: "\n") == ["0", "1", "2", "3"])
    }

    @Test("gets no blocked and no ignored signal")
    func signals() async throws {
        let command = #"grep -E 'Sig(Blk|Ign)' /proc/self/status > "$GRIDCALL_FOLDER/signals""#
        #expect(try await run(settings(command)) == WorkOutcome(.completed))
        let lines = try folder.text("signals").split(separator: "\n")
        let masks = lines.map { $0.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } }
        // The C library keeps 32 and 33 for itself (nptl(7)); nobody can reset them.
        let own: UInt64 = 0b11 << 31
        #expect(masks.map { $0.map { $0 & ~own } } == [0, 0])
    }

    @Test("leads a session and a process group of its own")
    func processGroup() async throws {
        let command = #"cut -d' ' -f1,5,6 /proc/$$/stat > "$GRIDCALL_FOLDER/group""#
        #expect(try await run(settings(command)) == WorkOutcome(.completed))
        let numbers = try folder.text("group").split(whereSeparator: \.isWhitespace)
        #expect(numbers.count == 3 && Set(numbers).count == 1)
        #expect(numbers.first.map { String($0) } != "\(getpgrp())")
    }

    @Test("writes files that only the worker's user can read")
    func umaskOfFiles() async throws {
        let command = #"touch file; stat -c %a . file > "$GRIDCALL_FOLDER/modes""#
        #expect(try await run(settings(command)) == WorkOutcome(.completed))
        #expect(try folder.text("modes") == "700\n600\n")
    }

    @Test("runs in an empty directory of its own, which goes away with all that was left in it")
    func ownDirectory() async throws {
        let command = #"""
            ls -A | wc -l > "$GRIDCALL_FOLDER/entries"; [ "$TMPDIR" = "$PWD" ] || exit 1
            mkdir -p closed/inner; touch closed/inner/file; ln -s "$GRIDCALL_FOLDER" link
            chmod 0 closed/inner closed; pwd > "$GRIDCALL_FOLDER/where"
            """#
        #expect(try await run(settings(command)) == WorkOutcome(.completed))
        let first = try folder.text("where").trimmingCharacters(in: .newlines)
        #expect(first.contains("/gridcall-") && !FileManager.default.fileExists(atPath: first))
        // What the link pointed to is still there.
        #expect(try folder.text("entries") == "0\n")
        #expect(try await run(settings(command)) == WorkOutcome(.completed))
        #expect(try folder.text("where") != first + "\n")
    }

    @Test("runs in the directory it is given")
    func workingDirectory() async throws {
        var settings = settings("pwd -P > here")
        settings.workingDirectory = folder.path
        #expect(try await run(settings) == WorkOutcome(.completed))
        #expect(try folder.text("here").hasSuffix("\(folder.name)\n"))
    }

    @Test("has a directory for temporary files also where it runs elsewhere")
    func temporaryDirectory() async throws {
        var settings = settings(#"echo "$TMPDIR" > where; touch "$TMPDIR/file""#)
        settings.workingDirectory = folder.path
        #expect(try await run(settings) == WorkOutcome(.completed))
        let path = try folder.text("where").trimmingCharacters(in: .newlines)
        #expect(!path.isEmpty && path != folder.path)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a directory that is not there makes it fail")
    func missingDirectory() async throws {
        var settings = settings("true")
        settings.workingDirectory = folder.path + "/missing"
        #expect(try await run(settings).reason.hasPrefix("the handler could not be run"))
    }

    // MARK: - Ending

    /// Starts a grandchild that ignores TERM, and notes its number.
    private static let stubborn = """
        sh -c 'trap "" TERM; echo $$ > "$GRIDCALL_FOLDER/pid"; while :; do sleep 0.05; done' &
        while [ ! -s "$GRIDCALL_FOLDER/pid" ]; do sleep 0.01; done
        """

    @Test("the time limit ends the command and what it started")
    func timeLimit() async throws {
        let outcome = try await run(
            settings(Self.stubborn + "; wait", timeLimit: .milliseconds(700)))
        #expect(outcome == .failed("the handler was ended at its time limit of 0.7 seconds"))
        #expect(try !isRunning(folder.text("pid")))
    }

    @Test("a command that ends leaves nothing running")
    func leftOvers() async throws {
        #expect(try await run(settings(Self.stubborn)) == WorkOutcome(.completed))
        #expect(try !isRunning(folder.text("pid")))
    }

    @Test("stopping ends the command and what it started")
    func stops() async throws {
        let running = RunningHandler(
            settings(Self.stubborn + "; wait"),
            environment: ["PATH": "/usr/bin:/bin", "GRIDCALL_FOLDER": folder.path])
        running.handler.start([assignment(1)], now: 0)
        try await eventually { try !folder.text("pid").isEmpty }
        running.handler.stop([claim(1)])
        #expect(await running.next() == stopped(1))
        #expect(try !isRunning(folder.text("pid")))
    }

    @Test("an assignment that cannot be read has failed, and no command runs for it")
    func unreadable() async throws {
        let running = RunningHandler(
            settings("true"),
            environment: ["PATH": "/usr/bin:/bin", "GRIDCALL_FOLDER": folder.path])
        running.handler.start([try unreadableAssignment(1)], now: 0)
        let reason = "the assignment cannot be read: is the worker outdated?"
        #expect(await running.next() == FinishedWork(claim(1), .outcome(.failed(reason))))
    }

    @Test("stopping at once, before the command runs, is reported too")
    func stopsAtOnce() async throws {
        let running = RunningHandler(settings("sleep 30"), environment: ["PATH": "/usr/bin:/bin"])
        running.handler.start([assignment(1), assignment(2)], now: 0)
        running.handler.stop([claim(1), claim(2)])
        let finished = await [running.next(), running.next()]
        #expect(Set(finished) == [stopped(1), stopped(2)])
    }
}

/// An ExecHandler whose ends can be awaited.
private final class RunningHandler {
    let handler: ExecHandler
    private var wakes: AsyncStream<Void>.Iterator
    private var finished: [FinishedWork] = []

    init(_ settings: ExecHandler.Settings, environment: [String: String]) {
        handler = ExecHandler(settings, environment: environment)
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        wakes = stream.makeAsyncIterator()
        handler.attach { continuation.yield() }
    }

    func next() async -> FinishedWork {
        while finished.isEmpty {
            _ = await wakes.next(isolation: #isolation)
            finished = handler.takeFinished(now: 0)
        }
        return finished.removeFirst()
    }
}

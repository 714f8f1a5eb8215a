import Foundation
import GridCodec
import GridModel
import Testing
import WorkerKit

@Suite("NotifyHandler", .timeLimit(.minutes(1)))
struct NotifyHandlerTests {
    private let folder = TemporaryFolder()

    private func handler(
        _ command: String, waits: [Duration] = [], timeLimit: Duration = .seconds(30)
    ) -> NotifyHandler {
        var settings = ExecHandler.Settings(command: command, timeLimit: timeLimit)
        settings.killGrace = .milliseconds(200)
        settings.passedVariables = ["GRIDCALL_FOLDER"]
        return NotifyHandler(
            settings,
            environment: [
                "PATH": "/usr/bin:/bin", "GRIDCALL_FOLDER": folder.path, "SECRET": "x",
            ], waits: waits)
    }

    /// The end of one notification.
    private func run(
        _ handler: NotifyHandler, _ message: WireAssignItem = assignmentMessage(1),
        meanwhile: (NotifyHandler) async throws -> Void = { _ in }
    ) async throws -> FinishedWork {
        let (wakes, continuation) = AsyncStream<Void>.makeStream()
        handler.attach { continuation.yield() }
        handler.start([AssignItem(message)], now: 0)
        try await meanwhile(handler)
        for await _ in wakes {
            if let finished = handler.takeFinished(now: 0).first { return finished }
        }
        throw CancellationError()
    }

    private func reason(_ finished: FinishedWork) -> String? {
        guard case .outcome(let outcome) = finished.ending, outcome.result == .failed else {
            return nil
        }
        return outcome.reason
    }

    /// How often the command ran: each run leaves a line.
    private var runs: Int {
        get throws { try folder.text("runs").split(separator: "\n").count }
    }

    private static let count = #"echo run >> "$GRIDCALL_FOLDER/runs"; "#

    @Test("a command gets the assignment and no secret; whatever it writes says nothing")
    func notifies() async throws {
        let command =
            #"cat > "$GRIDCALL_FOLDER/input"; env > "$GRIDCALL_FOLDER/env"; "#
            + "head -c 3000000 /dev/zero"
        let finished = try await run(handler(command), .full)
        #expect(reason(finished) == nil)
        let document = String(decoding: try AssignmentDocument(.full).json(), as: UTF8.self)
        #expect(try folder.text("input") == document)
        #expect(try !folder.text("env").contains("SECRET"))
    }

    @Test("a command that fails is not run again", arguments: [1, 127])
    func fails(code: Int) async throws {
        let finished = try await run(
            handler(Self.count + "echo no phone >&2; exit \(code)", waits: [.zero, .zero]))
        #expect(reason(finished)?.hasSuffix("exit code \(code): no phone") == true)
        #expect(try runs == 1)
    }

    @Test("a command that asks for it is tried again, as often as there are waits")
    func triesAgain() async throws {
        let waits: [Duration] = [.milliseconds(10), .milliseconds(10)]
        let finished = try await run(handler(Self.count + "exit 75", waits: waits))
        #expect(reason(finished)?.contains("75") == true)
        #expect(try runs == 3)
    }

    @Test("one that succeeds in the end has notified")
    func succeedsLater() async throws {
        let command = Self.count + #"[ "$(wc -l < "$GRIDCALL_FOLDER/runs")" -ge 2 ] || exit 75"#
        let finished = try await run(handler(command, waits: [.milliseconds(10), .seconds(60)]))
        #expect(try reason(finished) == nil && runs == 2)
    }

    @Test("a draining worker waits for no further try")
    func drains() async throws {
        let finished = try await run(
            handler(Self.count + "exit 75", waits: [.seconds(600)], timeLimit: .seconds(900))
        ) { handler in
            try await eventually { try runs == 1 }
            handler.drain()
        }
        #expect(finished.ending == .stopped || reason(finished)?.contains("75") == true)
        #expect(try runs == 1)
    }

    @Test("a command is ended at its time limit, with all its tries")
    func timeLimit() async throws {
        let finished = try await run(handler("sleep 600", timeLimit: .milliseconds(300)))
        #expect(reason(finished) == "the command was ended at its time limit of 0.3 seconds")
    }
}

import Foundation
import GridCodec
import GridModel
import Logging
import Testing
import WorkerKit

@testable import Webhook

/// A handler whose ends can be awaited.
final class RunningHandler {
    let handler: WebhookHandler
    private var wakes: AsyncStream<Void>.Iterator
    private var finished: [FinishedWork] = []

    /// A handler that sends to `address`, tries again after milliseconds, and logs nothing.
    init(
        _ address: String, change: (inout WebhookHandler.Settings) -> Void = { _ in }
    ) throws {
        var settings = WebhookHandler.Settings(
            address: try WebhookAddress(address), secret: testSecret, timeLimit: .seconds(30))
        settings.retry.firstWait = .milliseconds(5)
        change(&settings)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        handler = try WebhookHandler(settings, logger: logger)
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        wakes = stream.makeAsyncIterator()
        handler.attach { continuation.yield() }
    }

    /// What finishes next.
    func next() async -> FinishedWork {
        while finished.isEmpty {
            _ = await wakes.next(isolation: #isolation)
            finished = handler.takeFinished(now: 0)
        }
        return finished.removeFirst()
    }

    /// The outcome of one assignment.
    func outcome() async throws -> WorkOutcome {
        handler.start([assignment(1)], now: 0)
        let finished = await next()
        #expect(finished.claim == assignment(1).claim)
        guard case .outcome(let outcome) = finished.ending else { throw CancellationError() }
        return outcome
    }
}

/// The secret of every test.
let testSecret = WebhookSecret(bytes: Array("0123456789abcdef".utf8))

/// An assignment with little but its claim.
func assignment(_ serial: UInt64) -> AssignItem { AssignItem(assignmentMessage(serial)) }

/// The same as a message.
func assignmentMessage(_ serial: UInt64) -> WireAssignItem {
    let number = AssignmentNumber(serial: serial, ordinal: 0)
    var item = WireAssignItem()
    item.claim = WireClaim(Claim(epoch: 1, assignment: number, attempt: 2))
    item.department = "urban"
    item.category = "litter"
    item.texts.description_p = "路边垃圾"
    return item
}

/// Waits until `condition` holds, at most a minute: the machine may be busy.
func eventually(
    _ condition: () throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try !condition() {
        try #require(ContinuousClock.now < deadline, sourceLocation: sourceLocation)
        try await Task.sleep(for: .milliseconds(5))
    }
}

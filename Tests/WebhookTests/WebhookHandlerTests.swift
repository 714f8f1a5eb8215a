import Foundation
import GridCodec
import GridModel
import Testing
import WorkerKit

@testable import Webhook

@Suite("WebhookHandler, with a server", .timeLimit(.minutes(1)))
struct WebhookHandlerTests {
    private static let completed = ScriptedServer.answer(200, #"{"result":"completed"}"#)

    // MARK: - Requests

    @Test("posts the assignment as JSON to the address it was given")
    func request() async throws {
        let server = ScriptedServer(204)
        #expect(try await RunningHandler(server.address).outcome() == WorkOutcome(.completed))
        let request = try #require(server.requests.first)
        #expect(request.head.hasPrefix("POST /calls?key=1 HTTP/1.1\r\n"))
        #expect(request.body == Array(try AssignmentDocument(assignmentMessage(1)).json()))
        #expect(request.header("Content-Type") == "application/json")
        #expect(request.header("User-Agent")?.hasPrefix("gridcall-worker/") == true)
        #expect(request.header("Idempotency-Key") == "\"1-\(number(1))-2\"")
    }

    @Test("signs body and time")
    func signature() async throws {
        let server = ScriptedServer(204)
        _ = try await RunningHandler(server.address).outcome()
        let request = try #require(server.requests.first)
        let timestamp = try #require(request.header("GridCall-Timestamp"))
        let seconds = try #require(Double(timestamp))
        #expect(abs(seconds - Date().timeIntervalSince1970) < 60)
        let expected = WebhookSignature.value(testSecret, timestamp: timestamp, body: request.body)
        #expect(request.header("GridCall-Signature") == expected)
    }

    @Test("many assignments are sent at once")
    func atOnce() async throws {
        let all = Barrier(count: 32)
        let server = ScriptedServer { _, _ in
            all.wait()
            return .bytes(Self.completed)
        }
        let running = try RunningHandler(server.address)
        running.handler.start((1...32).map(assignment), now: 0)
        var finished: Set<FinishedWork> = []
        for _ in 1...32 { finished.insert(await running.next()) }
        #expect(finished.count == 32)
        #expect(finished.allSatisfy { $0.ending == .outcome(WorkOutcome(.completed)) })
    }

    // MARK: - Answers

    @Test("a redirection is not followed", arguments: [301, 302, 303, 307, 308])
    func redirection(status: Int) async throws {
        let other = ScriptedServer(204)
        let server = ScriptedServer(status, headers: "Location: \(other.address)\r\n")
        let outcome = try await RunningHandler(server.address).outcome()
        #expect(
            outcome == .failed("the webhook answered \(status): redirections are not followed"))
        #expect(other.requests.isEmpty && server.requests.count == 1)
    }

    @Test("what may go better another time is tried again under the same key")
    func triesAgain() async throws {
        let server = ScriptedServer { _, number in
            .bytes(number < 3 ? ScriptedServer.answer(503) : Self.completed)
        }
        #expect(try await RunningHandler(server.address).outcome() == WorkOutcome(.completed))
        #expect(server.requests.count == 3)
        #expect(Set(server.requests.map { $0.header("Idempotency-Key") }).count == 1)
    }

    @Test("five tries are enough")
    func givesUp() async throws {
        let server = ScriptedServer(500, "database is down\nat line 1")
        let outcome = try await RunningHandler(server.address).outcome()
        #expect(outcome == .failed("the webhook answered 500: database is down (tries: 5)"))
        #expect(server.requests.count == 5)
    }

    @Test(
        "a connection that breaks, and what is no HTTP, is tried again",
        arguments: [
            "", "220 mail.example ESMTP\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 999999 OK\r\n\r\n", "HTTP/9.9\r\n\r\n",
        ])
    func broken(answer: String) async throws {
        let server = ScriptedServer { _, number in
            number == 1 ? .lastBytes(answer) : .bytes(Self.completed)
        }
        #expect(try await RunningHandler(server.address).outcome() == WorkOutcome(.completed))
        #expect(server.requests.count == 2)
    }

    @Test("an answer may be as long as the limit", arguments: [9_999, 10_000, 10_001])
    func answerLimit(bytes: Int) async throws {
        let json = #"{"result":"completed"}"#
        let padding = String(repeating: " ", count: bytes - json.utf8.count)
        let server = ScriptedServer(200, json + padding)
        let running = try RunningHandler(server.address) { $0.answerBytes = 10_000 }
        #expect(
            try await running.outcome()
                == (bytes <= 10_000
                    ? WorkOutcome(.completed)
                    : .failed("the webhook answered with more than 10000 bytes")))
    }

    @Test("an endless answer is ended", arguments: [200, 404])
    func endless(status: Int) async throws {
        let chunk = "400\r\n" + String(repeating: "x", count: 1_024) + "\r\n"
        let head = "HTTP/1.1 \(status) OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let server = ScriptedServer { _, _ in .endless(head, chunk) }
        let outcome = try await RunningHandler(server.address).outcome()
        #expect(outcome.result == .failed && server.requests.count == 1)
        try await eventually { server.closedConnections == 1 }
    }

    @Test("an endless head is ended, and tried again like anything that is no HTTP")
    func endlessHead() async throws {
        let server = ScriptedServer { _, _ in .endless("HTTP/1.1 200 OK\r\n", "A: b\r\n") }
        let outcome = try await RunningHandler(server.address).outcome()
        #expect(outcome.result == .failed && server.requests.count == 5)
    }

    @Test("nobody listens")
    func refused() async throws {
        let port = ScriptedServer(204).port
        let running = try RunningHandler("http://127.0.0.1:\(port)/")
        let reason = try await running.outcome().reason
        #expect(reason.hasPrefix("the webhook gave no answer: "), "\(reason)")
        #expect(reason.contains("refused") && reason.hasSuffix("(tries: 5)"), "\(reason)")
    }

    // MARK: - Time

    @Test(
        "a server that does not come to an end has the time limit",
        arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
    func slow(beginning: String) async throws {
        let server = ScriptedServer { _, _ in .bytesThenSilence(beginning) }
        let running = try RunningHandler(server.address) { $0.timeLimit = .seconds(2) }
        let outcome = try await running.outcome()
        #expect(
            outcome == .failed("the webhook gave no answer within its time limit of 2.0 seconds"))
        try await eventually { server.closedConnections == 1 }
        #expect(server.requests.count == 1)
    }

    @Test("does not wait for another try that would come too late")
    func noTimeLeft() async throws {
        let server = ScriptedServer(503, headers: "Retry-After: 50\r\n")
        let outcome = try await RunningHandler(server.address).outcome()
        #expect(outcome == .failed("the webhook answered 503 (tries: 1)"))
    }

    // MARK: - Ending

    @Test("a claim that is lost ends its request and its connection")
    func stops() async throws {
        let server = ScriptedServer { _, _ in .bytesThenSilence("") }
        let running = try RunningHandler(server.address)
        running.handler.start([assignment(1)], now: 0)
        try await eventually { server.requests.count == 1 }
        running.handler.stop([assignment(1).claim])
        #expect(await running.next() == FinishedWork(assignment(1).claim, .stopped))
        try await eventually { server.closedConnections == 1 }
    }

    @Test("a claim that is lost is not tried again")
    func stopsWaiting() async throws {
        let server = ScriptedServer(503)
        let running = try RunningHandler(server.address) { $0.retry.firstWait = .seconds(5) }
        running.handler.start([assignment(1)], now: 0)
        try await eventually { server.requests.count == 1 }
        running.handler.stop([assignment(1).claim])
        #expect(await running.next() == FinishedWork(assignment(1).claim, .stopped))
        #expect(server.requests.count == 1)
    }

    @Test("a drain ends what waits to be tried again, and lets an answer come")
    func drains() async throws {
        let answer = Barrier(count: 2)
        let server = ScriptedServer { request, _ in
            guard request.header("Idempotency-Key") == "\"1-\(number(1))-2\"" else {
                return .bytes(ScriptedServer.answer(503))
            }
            answer.wait()
            return .bytes(Self.completed)
        }
        let running = try RunningHandler(server.address) { $0.retry.firstWait = .seconds(5) }
        running.handler.start([assignment(1), assignment(2)], now: 0)
        try await eventually { server.requests.count == 2 }
        running.handler.drain()
        #expect(await running.next() == FinishedWork(assignment(2).claim, .stopped))
        answer.wait()
        let completed = FinishedWork.Ending.outcome(WorkOutcome(.completed))
        #expect(await running.next() == FinishedWork(assignment(1).claim, completed))
        #expect(server.requests.count == 2)
    }

    @Test("stopping at once, before anything is sent, is reported too")
    func stopsAtOnce() async throws {
        let server = ScriptedServer(503)
        let running = try RunningHandler(server.address)
        running.handler.start((1...20).map(assignment), now: 0)
        running.handler.stop((1...20).map { assignment($0).claim })
        for _ in 1...20 { #expect(await running.next().ending == .stopped) }
    }
}

/// The number of the assignment `assignment(serial)`.
private func number(_ serial: UInt64) -> UInt64 {
    assignment(serial).claim.assignment.rawValue
}

/// Lets threads go on when so many have come.
private final class Barrier: Sendable {
    private let condition = NSCondition()
    private nonisolated(unsafe) var missing: Int

    init(count: Int) { missing = count }

    func wait() {
        condition.lock()
        defer { condition.unlock() }
        missing -= 1
        if missing <= 0 { condition.broadcast() }
        while missing > 0 { condition.wait() }
    }
}

import GridModel
import Testing
import WorkerKit

@testable import Webhook

/// The table of docs/handlers.md, for every status code there can be.
@Suite("WebhookAnswer")
struct WebhookAnswerTests {
    private func verdict(
        _ status: Int, _ body: String = "", retryAfter: String? = nil
    ) -> WebhookAnswer.Verdict {
        var answer = WebhookAnswer(status: status)
        answer.body = Array(body.utf8)
        answer.retryAfter = retryAfter
        return answer.verdict
    }

    @Test("200 says what came of the work, like a command's output")
    func spoken() {
        let json = #"{"result":"completed","reason":"swept","measures":{"fine":200}}"#
        #expect(
            verdict(200, json)
                == .outcome(
                    WorkOutcome(
                        .completed, reason: "swept", measures: [WorkMeasure("fine", "200")])))
        #expect(
            verdict(200, #"{"result":"returned","reason":"not ours"}"#)
                == .outcome(WorkOutcome(.returned, reason: "not ours")))
        #expect(
            verdict(200, #"{"result":"failed","reason":"no truck"}"#)
                == .outcome(.failed("no truck")))
    }

    @Test(
        "200 without such an object failed: some servers say 200 to anything",
        arguments: ["", " \r\n", "OK", "<html>welcome</html>", "[]", #"{"status":"ok"}"#])
    func unspoken(body: String) {
        guard case .outcome(let outcome) = verdict(200, body) else {
            Issue.record("\(body) is tried again")
            return
        }
        #expect(outcome.result == .failed)
    }

    @Test("204 means completed")
    func noContent() {
        #expect(verdict(204) == .outcome(WorkOutcome(.completed)))
    }

    @Test("202 failed: the answer is the outcome")
    func accepted() {
        let reason = "the webhook answered 202: it must answer when the work is done, not before"
        #expect(verdict(202) == .outcome(.failed(reason)))
    }

    @Test("of all codes, only those that say so are tried again, and only two can complete")
    func everyCode() {
        let completing = (100...999).filter { status in
            let verdict = verdict(status, #"{"result":"completed"}"#)
            return verdict == .outcome(WorkOutcome(.completed))
        }
        #expect(completing == [200, 204])
        let repeating = (100...999).filter { status in
            if case .tryAgain = verdict(status) { true } else { false }
        }
        #expect(repeating == [408, 425, 429] + Array(500...599))
    }

    @Test("a reason holds the first line of the answer, made fit for the wire")
    func reasons() {
        #expect(
            verdict(404, "no such\u{1B}[2J path\nat line 1")
                == .outcome(.failed("the webhook answered 404: no such [2J path")))
        let long = String(repeating: "x", count: 600)
        guard case .tryAgain(let reason, nil) = verdict(500, long) else {
            Issue.record("500 is not tried again")
            return
        }
        #expect(reason.utf8.count == ProtocolLimits().textBytes)
    }

    @Test(
        "a server may ask for a wait in seconds, a minute at most",
        arguments: [
            ("0", Duration.zero), ("7", .seconds(7)), ("60", .seconds(60)), ("61", .seconds(60)),
            ("4294967295", .seconds(60)), ("4294967296", nil), ("-1", nil), ("soon", nil),
            ("Wed, 21 Oct 2026 07:28:00 GMT", nil),
        ] as [(String, Duration?)])
    func retryAfter(header: String, wait: Duration?) {
        #expect(
            verdict(429, retryAfter: header)
                == .tryAgain(reason: "the webhook answered 429", after: wait))
    }

    @Test("an answer that was cut failed")
    func cut() {
        var answer = WebhookAnswer(status: 200)
        answer.body = Array(#"{"result":"completed"}"#.utf8)
        answer.isCut = true
        #expect(
            answer.verdict == .outcome(.failed("the webhook answered with more than 22 bytes")))
    }
}

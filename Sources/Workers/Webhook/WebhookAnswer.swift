import GridModel
import WorkerKit

/// What a server answered, and what it means; the table of docs/handlers.md.
struct WebhookAnswer: Hashable, Sendable {
    /// What follows from a try.
    enum Verdict: Hashable, Sendable {
        /// The work has ended.
        case outcome(WorkOutcome)
        /// It may go better another time, not before `after` if the server asked for that.
        case tryAgain(reason: String, after: Duration?)
    }

    /// The longest wait that a server may ask for; the claim costs the department credit.
    static let longestWait = Duration.seconds(60)

    /// The status code.
    var status: Int
    /// The body, cut at the limit.
    var body: [UInt8] = []
    /// Whether the body is longer than the limit.
    var isCut = false
    /// `Retry-After` as it came.
    var retryAfter: String?

    /// What follows from it.
    var verdict: Verdict {
        switch status {
        case 200: .outcome(spoken)
        case 204: .outcome(WorkOutcome(.completed))
        case 202:
            failed("it must answer when the work is done, not before")
        case 300...399: failed("redirections are not followed")
        case 408, 425, 429, 500...599:
            .tryAgain(reason: reason(firstLine), after: wait)
        default: failed(firstLine)
        }
    }

    /// A server may answer anything with an empty 200; nobody's work is completed by that.
    private var spoken: WorkOutcome {
        if isCut { return .failed("the webhook answered with more than \(body.count) bytes") }
        guard body.contains(where: { $0 > 0x20 }) else {
            return .failed(reason("it must say what came of the work, or answer 204"))
        }
        return HandlerOutput(exit: .code(0), output: body).outcome
    }

    private func failed(_ detail: String) -> Verdict { .outcome(.failed(reason(detail))) }

    private func reason(_ detail: String) -> String {
        let answer = "the webhook answered \(status)"
        return WireText.fitted(detail.isEmpty ? answer : "\(answer): \(detail)")
    }

    private var firstLine: String {
        let line = body.prefix(ProtocolLimits().textBytes).prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line, as: UTF8.self)
    }

    /// `Retry-After` in seconds (RFC 9110, 10.2.3); a date is not understood.
    private var wait: Duration? {
        guard let retryAfter, let seconds = UInt32(retryAfter) else { return nil }
        return min(.seconds(Int64(seconds)), Self.longestWait)
    }
}

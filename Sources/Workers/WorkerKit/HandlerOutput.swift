import Foundation
import GridModel

/// What a handler's process left behind, and what it means.
package struct HandlerOutput: Hashable, Sendable {
    /// How the process ended.
    package enum Exit: Hashable, Sendable {
        /// With an exit code.
        case code(Int32)
        /// By a signal.
        case signal(Int32)
    }

    /// The exit code by which a handler asks to be tried again (`EX_TEMPFAIL` of sysexits.h).
    package static let tryAgain: Int32 = 75
    /// Measures one outcome may hold; far below what a frame takes.
    package static let maximumMeasures = 256

    /// How it ended.
    package var exit: Exit
    /// Its standard output.
    package var output: [UInt8]
    /// The first line of its standard error, for people.
    package var errorLine: String

    /// What a process left behind.
    package init(exit: Exit, output: [UInt8] = [], errorLine: String = "") {
        self.exit = exit
        self.output = output
        self.errorLine = errorLine
    }

    /// The outcome of the assignment.
    ///
    /// Exit 0 and no output: completed. Exit 0 and a JSON object: what it says. Anything else
    /// failed, so that the broker hands the assignment out again.
    package var outcome: WorkOutcome {
        switch exit {
        case .code(0):
            isBlank ? WorkOutcome(.completed) : spokenOutcome
        case .code(Self.tryAgain):
            failed("the handler asks to be tried again (exit \(Self.tryAgain))")
        case .code(let code):
            failed("the handler ended with exit code \(code)")
        case .signal(let signal):
            failed("the handler was ended by signal \(signal)")
        }
    }

    private struct Spoken: Decodable {
        var result: String
        var reason: String?
        var measures: [String: MeasureValue]?
    }

    /// A measure's value: a text, or a number or truth value that becomes one.
    private struct MeasureValue: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(String.self) {
                text = value
            } else if let value = try? container.decode(Bool.self) {
                text = String(value)
            } else if let value = try? container.decode(Int64.self) {
                text = String(value)
            } else {
                text = String(try container.decode(Double.self))
            }
        }
    }

    private var isBlank: Bool {
        output.allSatisfy { $0 == 0x20 || (0x09...0x0d).contains($0) }
    }

    private var spokenOutcome: WorkOutcome {
        guard !JSONNesting.isTooDeep(output),
            let spoken = try? JSONDecoder().decode(Spoken.self, from: Data(output))
        else {
            return failed(
                "the handler's output is not {\"result\":…,\"reason\":…,\"measures\":{…}}")
        }
        guard let result = WorkResult(rawValue: spoken.result) else {
            let words = WorkResult.allCases.map(\.rawValue).joined(separator: ", ")
            return failed("the handler's result is \(spoken.result), not one of \(words)")
        }
        let reason = WireText.fitted(spoken.reason ?? "")
        guard result != .returned || reason.contains(where: { !$0.isWhitespace }) else {
            return failed("the handler returned the assignment without a reason")
        }
        let measures = (spoken.measures ?? [:]).sorted { $0.key < $1.key }
        guard measures.count <= Self.maximumMeasures else {
            return failed("the handler gave more than \(Self.maximumMeasures) measures")
        }
        for (name, value) in measures
        where name.isEmpty || !WireText.isValid(name) || !WireText.isValid(value.text) {
            return failed("the handler's measure \(name) is too long or holds control characters")
        }
        // The broker keeps reason and measures as one text, a line each.
        let size = measures.reduce(reason.utf8.count) { size, measure in
            size + measure.key.utf8.count + measure.value.text.utf8.count + 3
        }
        guard size <= ProtocolLimits().descriptionBytes else {
            return failed(
                "the handler's measures take more than \(ProtocolLimits().descriptionBytes) bytes")
        }
        return WorkOutcome(
            result, reason: reason,
            measures: measures.map { WorkMeasure($0.key, $0.value.text) })
    }

    private func failed(_ reason: String) -> WorkOutcome {
        .failed(errorLine.isEmpty ? reason : "\(reason): \(errorLine)")
    }
}

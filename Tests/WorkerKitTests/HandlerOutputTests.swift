import GridModel
import Testing
import WorkerKit

@Suite("HandlerOutput")
struct HandlerOutputTests {
    private func outcome(_ json: String, errorLine: String = "") -> WorkOutcome {
        HandlerOutput(exit: .code(0), output: Array(json.utf8), errorLine: errorLine).outcome
    }

    @Test("exit 0 without output means completed", arguments: ["", "\n", " \t\r\n"])
    func silence(output: String) {
        #expect(outcome(output) == WorkOutcome(.completed))
    }

    @Test(
        "output nested too deeply fails the part and never the worker",
        arguments: [1, 128, 129, 512, 513, 514, 100_000])
    func nesting(levels: Int) {
        #expect(outcome(String(repeating: "[", count: levels)).result == .failed)
        #expect(outcome(String(repeating: #"{"a":"#, count: levels)).result == .failed)
    }

    @Test("takes result, reason and measures from JSON, measures by name")
    func spoken() {
        let json = """
            {"result":"completed","reason":"done","measures":{"fine":200,"area":1.5,"seal":true,
            "by":"team 3"},"mood":"good"}
            """
        #expect(
            outcome(json)
                == WorkOutcome(
                    .completed, reason: "done",
                    measures: [
                        WorkMeasure("area", "1.5"), WorkMeasure("by", "team 3"),
                        WorkMeasure("fine", "200"), WorkMeasure("seal", "true"),
                    ]))
    }

    @Test("a handler may say itself that it failed")
    func saysFailed() {
        #expect(outcome(#"{"result":"failed","reason":"nobody there"}"#) == .failed("nobody there"))
    }

    @Test("returned needs a reason", arguments: [#""#, #","reason":"""#, #","reason":" \n""#])
    func returnedWithoutReason(rest: String) {
        let outcome = outcome(#"{"result":"returned"\#(rest)}"#)
        #expect(outcome == .failed("the handler returned the assignment without a reason"))
    }

    @Test("returned with a reason is returned")
    func returned() {
        #expect(
            outcome(#"{"result":"returned","reason":"not ours"}"#)
                == WorkOutcome(.returned, reason: "not ours"))
    }

    @Test(
        "anything that is not such an object failed",
        arguments: [
            "done", "[]", "{", "null", #"{"reason":"x"}"#, #"{"result":1}"#,
            #"{"result":"completed","measures":{"a":[1]}}"#, "\u{FFFD}",
        ])
    func notSuchAnObject(output: String) {
        let outcome = outcome(output, errorLine: "line 1")
        #expect(outcome.result == .failed)
        #expect(outcome.reason.hasPrefix("the handler's output is not {"))
        #expect(outcome.reason.hasSuffix(": line 1"))
    }

    @Test("an unknown result failed and is named")
    func unknownResult() {
        #expect(
            outcome(#"{"result":"done"}"#).reason
                == "the handler's result is done, not one of completed, returned, failed")
    }

    @Test("other exits failed, with the first line of standard error")
    func exits() {
        func reason(_ exit: HandlerOutput.Exit, _ errorLine: String) -> String {
            let outcome = HandlerOutput(exit: exit, errorLine: errorLine).outcome
            #expect(outcome.result == .failed)
            return outcome.reason
        }
        #expect(
            reason(.code(1), "no such file")
                == "the handler ended with exit code 1: no such file")
        #expect(reason(.code(75), "") == "the handler asks to be tried again (exit 75)")
        #expect(reason(.signal(9), "") == "the handler was ended by signal 9")
    }

    @Test("a measure may have as many bytes as the broker takes", arguments: [511, 512, 513])
    func measureLength(bytes: Int) {
        let value = String(repeating: "x", count: bytes)
        let outcome = outcome(#"{"result":"completed","measures":{"note":"\#(value)"}}"#)
        #expect(outcome.result == (bytes <= 512 ? .completed : .failed))
    }

    @Test("all measures together fit the broker's text, or the work failed", arguments: [-1, 0, 1])
    func measuresSize(offset: Int) {
        // Sixteen measures of 512 bytes with name and line, the last one longer or shorter.
        let measures = (10..<26).map { number in
            let length = 512 - 3 - 3 + (number == 25 ? offset : 0)
            return #""m\#(number)":"\#(String(repeating: "x", count: length))""#
        }.joined(separator: ",")
        let outcome = outcome(#"{"result":"completed","measures":{\#(measures)}}"#)
        #expect((outcome.result == .completed) == (offset <= 0))
    }

    @Test("an outcome holds a bounded number of measures", arguments: [255, 256, 257])
    func measureCount(count: Int) {
        let measures = (0..<count).map { #""m\#($0)":"""# }.joined(separator: ",")
        let outcome = outcome(#"{"result":"completed","measures":{\#(measures)}}"#)
        #expect(outcome.result == (count <= 256 ? .completed : .failed))
    }
}

@Suite("WireText")
struct WireTextTests {
    @Test("leaves a text alone that the broker takes")
    func leavesAlone() {
        #expect(WireText.fitted("一\t二\n") == "一\t二\n")
    }

    @Test("replaces control characters by spaces")
    func replacesControls() {
        #expect(WireText.fitted("a\u{1B}[0m\u{0}b") == "a [0m b")
    }

    @Test("cuts between characters, never inside one", arguments: [511, 512, 513])
    func cuts(bytes: Int) {
        let text = String(repeating: "x", count: bytes - 3) + "案"
        let fitted = WireText.fitted(text)
        #expect(fitted.utf8.count == (bytes <= 512 ? bytes : bytes - 3))
        #expect(text.hasPrefix(fitted))
    }
}

@Suite("DurationText")
struct DurationTextTests {
    @Test(
        "reads numbers with a unit",
        arguments: [("300ms", 300), ("2s", 2_000), ("5min", 300_000), ("0", 0), ("0s", 0)])
    func reads(text: String, milliseconds: Int64) {
        #expect(DurationText.milliseconds(text) == milliseconds)
    }

    @Test(
        "refuses what is no duration",
        arguments: ["", "s", "5", "-1s", "1.5s", "2h", "１s", "99999999999999999999s", "1441min"])
    func refuses(text: String) {
        #expect(DurationText.milliseconds(text) == nil)
    }
}

import BrokerJournal
import ClientKit
import GridModel
import WorkerKit
import ZeroMQ

extension FuzzTarget {
    /// What people type: the first byte says as what the rest is read.
    static let words = FuzzTarget(
        "words", maximumBytes: 128, dictionary: "words",
        seeds: { WordRules.seeds },
        check: { bytes in
            guard let first = bytes.first else { return }
            let rest = [UInt8](bytes.dropFirst())
            let rule = WordRules.all[Int(first) % WordRules.all.count]
            try rule(rest, String(decoding: rest, as: UTF8.self))
        })

    /// What a handler's command leaves on standard output.
    static let handler = FuzzTarget(
        "handler", maximumBytes: 1_024, dictionary: "handler",
        seeds: {
            [
                #"{"result":"completed"}"#, #"{"result":"returned","reason":"不归我们"}"#,
                #"{"result":"failed","reason":"\u0007","measures":{"fine":50000,"a":"b","c":1.5}}"#,
                " ",
            ].map { Array($0.utf8) }
        },
        check: { bytes in
            let output = HandlerOutput(exit: .code(0), output: [UInt8](bytes))
            let outcome = output.outcome
            try require(WireText.isValid(outcome.reason), "a reason the broker would refuse")
            try require(
                outcome.result != .returned || !outcome.reason.isEmpty, "no reason is given")
            try require(
                outcome.measures.count <= HandlerOutput.maximumMeasures
                    && outcome.measures.allSatisfy {
                        !$0.name.isEmpty && WireText.isValid($0.name) && WireText.isValid($0.value)
                    }, "measures the broker would refuse")
            try require(output.outcome == outcome, "the same output means another outcome")
        })
}

/// How each kind of typed text is read.
enum WordRules {
    typealias Rule = @Sendable ([UInt8], String) throws -> Void

    static let all: [Rule] = [
        caseNumber, spokenCall, time, bound, given, pattern, decimal, terminalText, measure,
        terminalKeys, certificate, position,
    ]

    static var seeds: [[UInt8]] {
        let texts = [
            "GL-2026-000123-7", "gl 2026 123 7", "2026-11-23T17:18:28.250+08:00", "2026-11-23",
            "2w", "yyyy-MM-dd hh:mm:ss a\n2026-01-31 12:00:00 PM", "50000.000001",
            "\u{1B}[31m占道\u{202E}", "fine=50000", "\u{1B}[A\u{1B}OP\u{7F}q字",
            "curve\n    public-key = \"rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\"\n", "\u{1}abc",
        ]
        return texts.enumerated().map { number, text in [UInt8(number)] + Array(text.utf8) }
    }

    private static let caseNumber: Rule = { _, text in
        guard let number = try? CaseNumber(parsing: text) else { return }
        let again = try? CaseNumber(parsing: number.description)
        try require(again == number, "\(number) is read as another")
        guard text.utf8.count <= SpokenCall.maximumLength,
            number.prefix.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
        else { return }
        try require(
            SpokenCall(text)?.readings.contains { $0.fits(number) } == true,
            "\(text) is a case number but nobody may say it")
    }

    private static let spokenCall: Rule = { _, text in
        guard let call = SpokenCall(text) else { return }
        try require(!call.readings.isEmpty || call.ids != nil, "\(text) means nothing")
        try require(call.readings.allSatisfy { $0.serial > 0 }, "a serial of nought")
    }

    private static let time: Rule = { _, text in
        guard let time = RFC3339.time(text) else { return }
        try require(
            RFC3339.time(RFC3339.text(time, in: .utc)) == time, "\(text) is written as another")
    }

    private static let bound: Rule = { _, text in
        guard let bound = TimeBound(parsing: text) else { return }
        try require(bound.start(in: .utc) <= bound.end(in: .utc), "\(text) ends before it begins")
    }

    private static let given: Rule = { _, text in
        guard let given = GivenTime(parsing: text) else { return }
        let now = Timestamp(milliseconds: 1_767_600_000_000)
        if case .after = given {
            try require(given.moment(in: .utc, now: now) > now, "\(text) is not in the future")
        }
    }

    private static let pattern: Rule = { _, text in
        let parts = text.split(separator: "\n", maxSplits: 1).map(String.init)
        guard let first = parts.first else { return }
        do throws(TimePattern.Mistake) {
            let pattern = try TimePattern(first)
            _ = pattern.time(parts.last ?? "")
        } catch {
            try requireWords(error.reason)
        }
    }

    private static let decimal: Rule = { _, text in
        guard let number = DecimalNumber(text) else { return }
        try require(
            DecimalNumber(text) == number && !(number < number), "\(text) is another number")
    }

    private static let terminalText: Rule = { _, text in
        let safe = text.escapedForTerminal
        try require(!safe.unicodeScalars.contains(where: \.isUnsafe), "\(text) is not made safe")
        try require(safe.escapedForTerminal == safe, "a safe text is changed")
    }

    private static let measure: Rule = { _, text in
        let measure: MeasureArgument
        do throws(MeasureArgument.Mistake) {
            measure = try MeasureArgument(parsing: text)
        } catch {
            return try requireWords(error.reason)
        }
        try require(!measure.name.isEmpty, "a measure without a name")
    }

    private static let terminalKeys: Rule = { bytes, _ in
        var (whole, byPieces) = (KeyDecoder(), KeyDecoder())
        let keys = whole.decode(bytes) + whole.flush()
        let pieces = bytes.flatMap { byPieces.decode([$0]) } + byPieces.flush()
        try require(keys == pieces, "other keys when bytes come one by one")
    }

    private static let certificate: Rule = { _, text in
        let key: CurvePublicKey
        do throws(CurveCertificate.Failure) {
            key = try CurveCertificate(text: text).publicKey
        } catch {
            return try require(!error.description.isEmpty, "refused without a reason")
        }
        let again = try? CurveCertificate(text: CurveCertificate.publicText(key))
        try require(again?.publicKey.text == key.text, "another key after writing")
    }

    private static let position: Rule = { bytes, _ in
        guard let position = ExportPosition(bytes: bytes) else { return }
        try require(
            ExportPosition(bytes: position.bytes) == position, "another position after writing")
    }
}

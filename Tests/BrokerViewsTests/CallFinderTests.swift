import BrokerEngine
import BrokerJournal
import GridCodec
import GridModel
import Testing

@testable import BrokerViews

/// Calls found as people name them, in views of a long history.
@Suite("CallFinder")
struct CallFinderTests {
    private let directory: TemporaryDirectory
    private let model: NaiveModel
    private let views: TestViews

    init() throws {
        directory = try TemporaryDirectory()
        let batches = RandomHistory.batches(seed: 22, steps: 1_500)
        model = NaiveModel(batches)
        try ViewStore.fill(directory.views, with: batches, sizes: [20])
        views = TestViews(path: directory.views, seq: UInt64(batches.count))
    }

    private func ask(_ fragment: String) -> WireQueryReplyItem.OneOf_Reply? {
        var query = WireTrackQuery()
        query.fragment = fragment
        return views.ask(.track(query)).reply
    }

    /// The serials of the candidates, or of the one call that fits.
    private func serials(_ fragment: String) throws -> [UInt64] {
        let calls: [WireCallView]
        switch ask(fragment) {
        case .call(let call): calls = [call]
        case .list(let list): calls = list.calls
        default: calls = []
        }
        return try calls.map { try CaseNumber(parsing: $0.caseNumber).serial }
    }

    @Test("Every call is found by each form of its number, with its story")
    func forms() throws {
        #expect(model.calls.count > 100)
        for serial in model.calls.keys {
            let number = CaseNumber(prefix: "GL", year: 2026, serial: serial)
            let padded = String(number.description.dropLast(2))
            for text in [
                number.description, padded, "gl 2026 \(serial) \(number.checkDigit)",
                padded.replacing("-", with: ""), padded.replacing("0", with: "０"),
            ] {
                guard case .call(let call) = ask(text) else {
                    Issue.record("\(text) is not one call")
                    continue
                }
                #expect(call.caseNumber == number.description && !call.steps.isEmpty)
            }
        }
    }

    @Test("A bare number is the serial; if it is also another number with its check digit, both")
    func bareNumber() throws {
        for serial in model.calls.keys {
            let found = try serials("\(serial)")
            #expect(found.contains(serial))
            let shorter = CaseNumber(prefix: "GL", year: 2026, serial: max(1, serial / 10))
            let isOther = serial >= 10 && shorter.checkDigit == Int(serial % 10)
            #expect(found.count == (isOther ? 2 : 1))
        }
    }

    @Test("Every single wrong digit is noticed and the right call is among the candidates")
    func slips() throws {
        let right = CaseNumber(prefix: "GL", year: 2026, serial: 87)
        let text = Array(right.description)
        for place in text.indices where text[place].isNumber {
            for digit in "0123456789" where digit != text[place] {
                var wrong = text
                wrong[place] = digit
                guard case .list(let list) = ask(String(wrong)) else {
                    Issue.record("\(String(wrong)) gives no candidates")
                    continue
                }
                #expect(list.calls.contains { $0.caseNumber == right.description })
                #expect(list.calls.count <= CallFinder.candidates)
            }
        }
    }

    @Test("The end of a serial finds the newest that end so")
    func ending() throws {
        let last = try #require(model.calls.keys.max())
        #expect(last < 1_000)
        // No serial has four digits, so only three of them can be an ending.
        #expect(try serials("0\(last)") == [last])
        #expect(try serials("9\(last)") == [])
    }

    @Test("The beginning of an id finds its calls, several as candidates")
    func ids() throws {
        let ids = model.calls.mapValues { call in
            call.fact.id.description.filter { $0 != "-" }
        }
        for (serial, id) in ids {
            for length in [8, 17, 19, 31] {
                let prefix = String(id.prefix(length))
                let expected = ids.filter { $0.value.hasPrefix(prefix) }
                    .keys.sorted(by: >).prefix(CallFinder.candidates)
                let found = try serials(prefix)
                if found.first.map({ ids[$0]?.hasPrefix(prefix.prefix(8)) }) == true {
                    #expect(found == Array(expected), "\(prefix) of \(serial)")
                }
            }
        }
    }

    @Test("What nobody filed is not found, and what cannot be read is refused")
    func nothing() {
        for (text, code) in [
            ("XX-2026-000005", RefusalCode.notFound), ("GL-2025-000005", .notFound),
            ("GL-2026-900000", .notFound), ("ffffffff", .notFound), ("垃圾", .malformedCaseNumber),
            ("", .malformedCaseNumber),
        ] {
            guard case .refused(let refusal) = ask(text) else {
                Issue.record("\(text) is found")
                continue
            }
            #expect(refusal.code == UInt32(code.rawValue))
        }
    }
}

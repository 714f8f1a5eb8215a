import GridModel
import Testing

@Suite("CaseNumber")
struct CaseNumberTests {
    /// ISO/IEC 7064 MOD 11,10 in the standard's recursive form, apart from the code under test.
    private func isValid(_ digits: [Int]) -> Bool {
        var product = 10
        for digit in digits.dropLast() {
            let sum = (product + digit) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return (product + digits[digits.count - 1]) % 10 == 1
    }

    @Test("The check digit makes the standard's remainder 1", arguments: 1...300)
    func fulfilsStandard(serial: UInt64) {
        let number = CaseNumber(prefix: "GL", year: 2026, serial: serial * 7_919)
        let text = number.description.drop { $0 != "-" }
        #expect(isValid(text.compactMap(\.wholeNumberValue)))
    }

    @Test("Numbers are written with prefix, year, six digits and the check digit")
    func isWritten() {
        let number = CaseNumber(prefix: "GL", year: 2026, serial: 123)
        #expect(number.description == "GL-2026-000123-\(number.checkDigit)")
        let long = CaseNumber(prefix: "GL", year: 2026, serial: 1_234_567)
        #expect(long.description.hasPrefix("GL-2026-1234567-"))
    }

    @Test(
        "What was written is read again", arguments: [1, 999_999, 1_000_000, UInt64.max])
    func roundTrips(serial: UInt64) throws {
        let number = CaseNumber(prefix: "GL", year: 2026, serial: serial)
        #expect(try CaseNumber(parsing: number.description) == number)
        #expect(try CaseNumber(parsing: number.description.lowercased()) == number)
    }

    @Test("Every single wrong digit is found", arguments: [1, 123, 987_654, 12_345_678])
    func findsWrongDigit(serial: UInt64) {
        let text = Array(CaseNumber(prefix: "GL", year: 2026, serial: serial).description)
        for place in text.indices where text[place].isNumber {
            for digit in "0123456789" where digit != text[place] {
                var wrong = text
                wrong[place] = digit
                #expect(throws: CaseNumber.ParseError.self) {
                    try CaseNumber(parsing: String(wrong))
                }
            }
        }
    }

    @Test(
        "Other forms are malformed",
        arguments: [
            "", "GL", "GL-2026-000123", "-2026-000123-4", "GL-26-000123-4", "GL-2026-123-4",
            "GL-2026-000000-1", "GL-2026-00012x-4", "GL-2026-000123-45", "GL-2026-000123-4-5",
            "GL-2026-999999999999999999999-1", "GL-2026-99999999999999999999-1",
            "GL-٢٠٢٦-000123-4",
        ])
    func refusesOtherForms(text: String) {
        #expect(throws: CaseNumber.ParseError.malformed) { try CaseNumber(parsing: text) }
    }
}

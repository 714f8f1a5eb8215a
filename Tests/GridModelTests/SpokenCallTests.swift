import GridModel
import Testing

@Suite("SpokenCall")
struct SpokenCallTests {
    private typealias Reading = SpokenCall.Reading
    private static let check = CaseNumber(prefix: "GL", year: 2026, serial: 123).checkDigit

    private static let spokenForms = [
        "GL-2026-000123-7", "gl-2026-000123-7", "GL-2026-000123", "gl 2026 000123 7",
        "gl 2026 123 7", "GL2026-123-7", "GL 2026 123", "2026-000123-7", "2026 123", "2026/123-7",
        "ＧＬ－２０２６－０００１２３－７", "ｇｌ２０２６０００１２３７", "GL20260001237", "gl2026000123",
        "GL—2026—000123—7", "GL–2026–123", "2026年第123号", "GL.2026.000123.7", "#123", "123", "0123",
        "000123", "0001237", "123-7", "１２３", "第123号", "GL 123", "gl-000123-7", "GL 2026 000 123 7",
        "2026 000 123", "\u{3000}123\u{A0}",
    ]

    @Test("What people say of GL-2026-000123-7 can be read as it", arguments: spokenForms)
    func forms(text: String) throws {
        let spoken = try #require(SpokenCall(text))
        let number = CaseNumber(prefix: "GL", year: 2026, serial: 123)
        #expect(
            spoken.readings.contains { $0.fits(number) && ($0.check ?? Self.check) == Self.check })
    }

    @Test(
        "Another prefix, year, serial or check digit is another reading",
        arguments: [
            "XX-2026-000123-7", "GL-2025-000123", "124", "GL-2026-1230", "123-8",
            "GL-2026-000123-8",
            "2026-000124-7", "0001238",
        ])
    func others(text: String) throws {
        let spoken = try #require(SpokenCall(text))
        let number = CaseNumber(prefix: "GL", year: 2026, serial: 123)
        #expect(
            !spoken.readings.contains { $0.fits(number) && ($0.check ?? Self.check) == Self.check })
    }

    @Test("A prefix may end in digits")
    func prefixWithDigits() throws {
        let spoken = try #require(SpokenCall("gl2-2026-000123"))
        #expect(spoken.readings.contains { $0.fits(.init(prefix: "GL2", year: 2026, serial: 123)) })
    }

    @Test(
        "A prefix may be a number, where a year stands behind it",
        arguments: ["110-2026-000123-7", "110 2026 123"])
    func numberAsPrefix(text: String) throws {
        let spoken = try #require(SpokenCall(text))
        #expect(spoken.readings.contains { $0.fits(.init(prefix: "110", year: 2026, serial: 123)) })
    }

    @Test("Only one number of at least three digits is an ending")
    func ending() throws {
        #expect(SpokenCall("0123")?.ending == "0123")
        #expect(SpokenCall("１２３")?.ending == "123")
        for text in ["12", "123-7", "GL 123", "a123"] { #expect(SpokenCall(text)?.ending == nil) }
    }

    @Test("Four hexadecimal digits and more are the beginning of ids, hyphens aside")
    func ids() throws {
        let range = try #require(SpokenCall("01a20997-61d")?.ids)
        #expect(range.lowerBound == UniqueID(high: 0x01a2_0997_61d0_0000, low: 0))
        #expect(range.upperBound == UniqueID(high: 0x01a2_0997_61df_ffff, low: .max))
        let long = try #require(SpokenCall("01A2099761DB7CE5b39")?.ids)
        #expect(long.lowerBound == UniqueID(high: 0x01a2_0997_61db_7ce5, low: 0xb390 << 48))
        #expect(long.upperBound.low == 0xb39f_ffff_ffff_ffff)
        let whole = try #require(SpokenCall("00000000000000010000000000000002")?.ids)
        #expect(whole.lowerBound == whole.upperBound)
        #expect(SpokenCall("abc") == nil)
    }

    @Test(
        "What is no part of a case number and no beginning of an id is nothing",
        arguments: ["", " ", "GL", "nonsense", "垃圾123", "0", "GL-0", "12\u{0}", "1,2"])
    func nothing(text: String) {
        #expect(SpokenCall(text) == nil)
    }

    @Test("A number too large for a serial is no reading, and a text too long is not read")
    func limits() {
        #expect(SpokenCall("GL-2026-99999999999999999999-1") == nil)
        #expect(SpokenCall(String(repeating: "1", count: 19))?.readings.isEmpty == false)
        #expect(SpokenCall(String(repeating: " ", count: 61) + "123") != nil)
        #expect(SpokenCall(String(repeating: " ", count: 62) + "123") == nil)
    }

    @Test(
        "Slips are every wrong digit and swap that the written check digit allows",
        arguments: [
            1, 123, 999_999, 1_000_000,
        ] as [UInt64])
    func slips(serial: UInt64) {
        let right = CaseNumber(prefix: "GL", year: 2026, serial: serial)
        let text = Array(right.description.drop { $0 != "-" }.compactMap(\.wholeNumberValue))
        for place in text.indices {
            for digit in 0...9 where digit != text[place] {
                var wrong = text
                wrong[place] = digit
                let year = wrong.prefix(4).reduce(0) { $0 * 10 + $1 }
                let typed = wrong.dropFirst(4).dropLast().reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
                guard typed > 0 else { continue }
                let written = CaseNumber(prefix: "GL", year: year, serial: typed)
                let slips = written.slips(writtenWithCheck: wrong[wrong.count - 1])
                #expect(slips.contains(right))
                #expect(slips.count < 40)
            }
        }
    }

    @Test("Two neighbours swapped are a slip, the check digit included")
    func swaps() {
        let written = CaseNumber(prefix: "GL", year: 2026, serial: 132)
        let right = CaseNumber(prefix: "GL", year: 2026, serial: 123)
        #expect(written.slips(writtenWithCheck: 7).contains(right))
        let last = CaseNumber(prefix: "GL", year: 2026, serial: 127)
        #expect(last.slips(writtenWithCheck: 3).contains(right))
    }
}

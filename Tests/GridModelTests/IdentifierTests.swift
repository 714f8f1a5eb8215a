import GridModel
import Testing

@Suite("UniqueID")
struct UniqueIDTests {
    private let id = UniqueID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)

    @Test("Bytes, text and halves name the same id")
    func roundTrips() {
        #expect(id.bytes.prefix(3) == [0x01, 0x23, 0x45] && id.bytes.count == 16)
        #expect(id.description == "01234567-89ab-cdef-fedc-ba9876543210")
        #expect(UniqueID(bytes: id.bytes) == id)
        #expect(UniqueID(text: id.description) == id)
        #expect(UniqueID(text: "0123456789ABCDEFFEDCBA9876543210") == id)
    }

    @Test("Anything but 16 bytes is no id", arguments: [0, 1, 15, 17, 32])
    func refusesOtherLengths(count: Int) {
        #expect(UniqueID(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("Nought is no id")
    func refusesNought() {
        #expect(UniqueID(bytes: [UInt8](repeating: 0, count: 16)) == nil)
        #expect(UniqueID(text: String(repeating: "0", count: 32)) == nil)
    }

    @Test(
        "Other texts are no ids",
        arguments: [
            "", "0", "g1234567-89ab-cdef-fedc-ba9876543210", String(repeating: "1", count: 33),
        ])
    func refusesOtherTexts(text: String) {
        #expect(UniqueID(text: text) == nil)
    }

    @Test("Ids sort as their bytes do")
    func sorts() {
        #expect(UniqueID(high: 1, low: .max) < UniqueID(high: 2, low: 0))
        #expect(UniqueID(high: 1, low: 1) < UniqueID(high: 1, low: 2))
    }
}

@Suite("DeclaredID")
struct DeclaredIDTests {
    @Test(
        "Ids have 1 to 32 characters", arguments: [(0, false), (1, true), (32, true), (33, false)])
    func limitsLength(count: Int, isValid: Bool) {
        #expect(DeclaredID.isValid(String(repeating: "a", count: count)) == isValid)
    }

    @Test(
        "Only letters, digits and hyphens: no id is a path",
        arguments: ["a b", "a_b", "ä", "网格", "a/b", "a\n", "..", ".", "/", "a\\\\b", "a\0", "~"])
    func refusesOthers(text: String) {
        #expect(!DeclaredID.isValid(text))
        #expect(DeclaredID.isValid("aZ-09"))
    }
}

@Suite("AssignmentNumber")
struct AssignmentNumberTests {
    @Test(
        "Serial and ordinal come back",
        arguments: [(1, 0), (1, 63), (1 << 57, 62)] as [(UInt64, Int)])
    func roundTrips(serial: UInt64, ordinal: Int) {
        let number = AssignmentNumber(serial: serial, ordinal: ordinal)
        #expect(number.serial == serial && number.ordinal == ordinal)
    }
}

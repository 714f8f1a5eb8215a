import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import Testing

@testable import BrokerServer

@Suite("ItemValidation")
struct ItemValidationTests {
    private let limits = ProtocolLimits()
    private var validation: ItemValidation { ItemValidation(limits: limits) }

    private func refusal(_ change: (inout WireSubmitItem) -> Void) -> Refusal? {
        var item = WireSubmitItem()
        item.id = UniqueID(high: 1, low: 1).data
        item.category = "litter"
        item.grid = "g1"
        change(&item)
        do {
            _ = try item.serializedData().withUnsafeBytes {
                try validation.check(SubmitItemView($0))
            }
            return nil
        } catch { return error as? Refusal }
    }

    @Test("texts may be as long as their limit and no longer", arguments: [-1, 0, 1])
    func lengths(offset: Int) {
        let description = String(repeating: "a", count: limits.descriptionBytes + offset)
        let text = String(repeating: "字", count: limits.textBytes / 3 + offset)
        let expected: RefusalCode? = offset > 0 ? .textTooLong : nil
        #expect(refusal { $0.texts.description_p = description }?.code == expected)
        #expect(refusal { $0.texts.address = text }?.code == expected)
        #expect(refusal { $0.texts.reporter = text }?.code == expected)
        #expect(refusal { $0.texts.contact = text }?.code == expected)
    }

    @Test("control characters other than tab and line ends are refused with their field")
    func controls() {
        for byte in UInt8(0)..<32 where ![9, 10, 13].contains(byte) {
            let text = "a" + String(UnicodeScalar(byte))
            let refusal = refusal { $0.texts.description_p = text }
            #expect(refusal?.code == .malformedText)
            #expect(refusal?.field == "texts.description")
        }
        #expect(refusal { $0.texts.description_p = "a\tb\r\nc" } == nil)
    }

    @Test("category and grid are needed")
    func required() {
        #expect(refusal { $0.category = "" }?.code == .missingField)
        #expect(refusal { $0.grid = "" }?.field == "grid")
    }

    @Test(
        "a place is on earth",
        arguments: [
            (90.0, 180.0, true), (-90.0, -180.0, true), (90.1, 0, false), (0, 180.1, false),
            (Double.nan, 0, false), (.infinity, 0, false),
        ])
    func places(latitude: Double, longitude: Double, isFine: Bool) {
        let refusal = refusal {
            $0.coordinates.latitude = latitude
            $0.coordinates.longitude = longitude
        }
        #expect((refusal == nil) == isFine)
    }

    @Test("a time lies between 1970 and the year 10000")
    func times() {
        #expect(refusal { $0.observedAt = -1 }?.code == .valueOutOfRange)
        #expect(refusal { $0.observedAt = 253_402_300_800_000 }?.code == .valueOutOfRange)
        #expect(refusal { $0.observedAt = 253_402_300_799_999 } == nil)
    }

    @Test("an id is 16 bytes, not all zero", arguments: [0, 15, 16, 17])
    func ids(count: Int) {
        let isFine = (try? validation.id(Data(repeating: 1, count: count))) != nil
        #expect(isFine == (count == 16))
        #expect((try? validation.id(Data(repeating: 0, count: count))) == nil)
    }
}

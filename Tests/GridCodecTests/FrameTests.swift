import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import Testing

/// One message of each kind, with something in it.
private let samples: [WireMessage] = {
    let claim = WireClaim(
        Claim(epoch: 1, assignment: AssignmentNumber(rawValue: 640), attempt: 2))
    let id = CallID(high: 1, low: 2).data
    return [
        .hello(
            .with {
                $0.session = id; $0.claims = [claim]; $0.department = "urban"
            }),
        .welcome(
            .with {
                $0.limits.window = 4_096; $0.street = "gulou"
            }),
        .heartbeat(
            .with {
                $0.claims = [claim]; $0.credit = 7
            }),
        .goodbye(.with { $0.reason = "done" }),
        .submit(
            .with {
                $0.items = [
                    .with {
                        $0.id = id; $0.texts.description_p = "占道经营"
                    }
                ]
            }),
        .receipt(
            .with {
                $0.items = [
                    .with {
                        $0.id = id; $0.filed.caseNumber = "GL"
                    }
                ]
            }),
        .assign(
            .with {
                $0.items = [
                    .with {
                        $0.claim = claim; $0.role = .lead
                    }
                ]
            }),
        .withdraw(
            .with {
                $0.items = [
                    .with {
                        $0.claim = claim; $0.reason = "merged"
                    }
                ]
            }),
        .progress(
            .with {
                $0.items = [
                    .with {
                        $0.claim = claim; $0.step = .accept
                    }
                ]
            }),
        .outcome(
            .with {
                $0.items = [
                    .with {
                        $0.claim = claim; $0.result = .completed
                    }
                ]
            }),
        .outcomeReceipt(
            .with {
                $0.items = [
                    .with {
                        $0.claim = claim; $0.refused.code = 201
                    }
                ]
            }),
        .command(
            .with {
                $0.items = [
                    .with {
                        $0.id = id; $0.requeue = WireRequeue()
                    }
                ]
            }),
        .commandReply(
            .with {
                $0.items = [
                    .with {
                        $0.id = id; $0.revision = 3
                    }
                ]
            }),
        .query(
            .with {
                $0.items = [
                    .with {
                        $0.correlation = 9; $0.stats = WireStatsQuery()
                    }
                ]
            }),
        .queryReply(
            .with {
                $0.items = [
                    .with {
                        $0.correlation = 9; $0.asOf = 5
                    }
                ]
            }),
        .error(
            .with {
                $0.code = 7; $0.reason = "hello first"
            }),
    ]
}()

private func decode(
    _ data: Data, limits: ProtocolLimits = ProtocolLimits()
) throws(Refusal) -> WireMessage {
    let bytes = [UInt8](data)
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    return try Frame.decode(UnsafeRawBufferPointer(copy), limits: limits)
}

private func refusal(_ data: Data, limits: ProtocolLimits = ProtocolLimits()) -> RefusalCode? {
    do {
        _ = try decode(data, limits: limits)
        return nil
    } catch {
        return error.code
    }
}

@Suite("Frame")
struct FrameTests {
    @Test("Every kind comes back as it was", arguments: samples.indices)
    func roundTrips(index: Int) throws {
        let frame = Frame.encode(samples[index])
        #expect(Array(frame.prefix(3)) == [UInt8(ascii: "G"), UInt8(ascii: "C"), 1])
        let again = try decode(frame)
        #expect(Frame.encode(again) == frame)
        #expect("\(again)" == "\(samples[index])")
    }

    @Test("Each sample has its own kind, the reserved ones have none")
    func coversKinds() {
        let kinds = samples.map { Frame.encode($0)[3] }
        #expect(kinds == MessageKind.allCases.map(\.rawValue).filter { !(16...20).contains($0) })
        for kind in 16...20 as ClosedRange<UInt8> {
            #expect(refusal(Data([71, 67, 1, kind])) == .unknownKind)
        }
    }

    @Test("A frame cut anywhere is refused or shorter, never a trap", arguments: samples.indices)
    func survivesTruncation(index: Int) {
        let frame = Frame.encode(samples[index])
        for count in 0..<frame.count {
            let code = refusal(frame.prefix(count))
            if count < Frame.headerBytes {
                #expect(code == .malformedFrame)
            } else {
                #expect(code == nil || code == .malformedFrame)
            }
        }
    }

    @Test("A header that is wrong anywhere has its own code")
    func refusesHeaders() {
        #expect(refusal(Data()) == .malformedFrame)
        #expect(refusal(Data([72, 67, 1, 3])) == .malformedFrame)
        #expect(refusal(Data([71, 68, 1, 3])) == .malformedFrame)
        #expect(refusal(Data([71, 67, 0, 3])) == .unsupportedVersion)
        #expect(refusal(Data([71, 67, 2, 3])) == .unsupportedVersion)
        #expect(refusal(Data([71, 67, 1, 0])) == .unknownKind)
        #expect(refusal(Data([71, 67, 1, 22])) == .unknownKind)
        #expect(refusal(Data([71, 67, 1, 3])) == nil)
    }

    @Test("Broken UTF-8 is a malformed frame")
    func refusesBrokenText() {
        #expect(refusal(Data([71, 67, 1, 4, 0x0A, 2, 0xC3, 0x28])) == .malformedFrame)
    }

    @Test("The limit of a frame counts its header", arguments: [(-1, true), (0, true), (1, false)])
    func limitsSize(excess: Int, isRead: Bool) {
        let frame = Frame.encode(.goodbye(.with { $0.reason = String(repeating: "x", count: 500) }))
        var limits = ProtocolLimits()
        limits.frameBytes = frame.count - excess
        #expect((refusal(frame, limits: limits) == nil) == isRead)
        if !isRead { #expect(refusal(frame, limits: limits) == .frameTooLarge) }
    }

    @Test("Random bytes behind any header never trap", arguments: 0..<64)
    func survivesNoise(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        for round in 0..<400 {
            var bytes: [UInt8] = round % 4 == 0 ? [] : [71, 67, 1, UInt8(round % 24)]
            for _ in 0..<(round % 97) {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                bytes.append(UInt8(truncatingIfNeeded: state))
            }
            if let code = refusal(Data(bytes)) {
                #expect([.malformedFrame, .unknownKind, .unsupportedVersion].contains(code))
            }
        }
    }

    @Test("Flipping any bit of a valid frame never traps", arguments: samples.indices)
    func survivesFlips(index: Int) {
        let frame = Frame.encode(samples[index])
        for place in frame.indices {
            for bit in 0..<8 {
                var flipped = frame
                flipped[place] ^= 1 << UInt8(bit)
                _ = refusal(flipped)
            }
        }
        #expect(refusal(frame) == nil)
    }
}

@Suite("ListFrame")
struct ListFrameTests {
    @Test(
        "A list of encoded items is the frame Protobuf writes",
        arguments: [0, 1, 100, 127, 128, 129, 16_383, 16_384, 20_000])
    func equalsProtobuf(textBytes: Int) throws {
        let items = (1...3 as ClosedRange<UInt64>).map { number in
            WireSubmitItem.with {
                $0.id = CallID(high: number, low: 1).data
                $0.texts.description_p = String(repeating: "x", count: textBytes)
            }
        }
        var list = ListFrame(.submit, limits: ProtocolLimits())
        for item in items {
            let bytes: [UInt8] = try item.serializedBytes()
            let isAdded = list.append(bytes)
            #expect(isAdded)
        }
        #expect(list.data == Frame.encode(.submit(.with { $0.items = items })))
    }

    @Test("A list takes list_items and no more", arguments: [2, 3, 4])
    func limitsItems(count: Int) {
        var limits = ProtocolLimits()
        limits.listItems = 3
        var list = ListFrame(.submit, limits: limits)
        let added = (0..<count).map { _ in list.append([1]) }
        #expect(added.filter(\.self).count == min(count, 3) && list.itemCount == min(count, 3))
    }

    @Test("A list takes frame_bytes and no more", arguments: [(93, true), (94, true), (95, false)])
    func limitsBytes(itemBytes: Int, fits: Bool) {
        var limits = ProtocolLimits()
        limits.frameBytes = 100
        var list = ListFrame(.submit, limits: limits)
        let isAdded = list.append([UInt8](repeating: 0, count: itemBytes))
        #expect(isAdded == fits)
        #expect(list.data.count == (fits ? itemBytes + 6 : 4))
    }
}

@Suite("Conversions")
struct ConversionTests {
    @Test("Ids come back from their field, also from a slice")
    func readsIDs() {
        let id = UniqueID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
        #expect(Array(id.data) == Array(1...16))
        #expect(UniqueID(data: id.data) == id)
        let framed = Data([0, 0, 0]) + id.data + Data([0])
        #expect(UniqueID(data: framed[3..<19]) == id)
    }

    @Test("Other lengths and nought are no ids", arguments: [0, 15, 16, 17])
    func refusesOthers(count: Int) {
        #expect(UniqueID(data: Data(count: count)) == nil)
        #expect((UniqueID(data: Data(repeating: 1, count: count)) == nil) == (count != 16))
    }
}

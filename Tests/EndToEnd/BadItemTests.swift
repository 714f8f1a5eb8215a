import Foundation
import GridCodec
import GridModel
import SwiftProtobuf
import TestSupport
import Testing

/// Items that are wrong, among items that are right.
@Suite(.serialized)
struct BadItemTests {
    /// One wrong item and the refusal it gets.
    struct BadItem: Sendable, CustomTestStringConvertible {
        let name: String
        let code: RefusalCode
        let field: String
        let change: @Sendable (inout WireSubmitItem) -> Void

        init(
            _ name: String, _ code: RefusalCode, _ field: String,
            _ change: @escaping @Sendable (inout WireSubmitItem) -> Void
        ) {
            (self.name, self.code, self.field, self.change) = (name, code, field, change)
        }

        var testDescription: String { name }
    }

    static let badItems = [
        BadItem("unknown category", .unknownCategory, "category") { $0.category = "none" },
        BadItem("unknown grid", .unknownGrid, "grid") { $0.grid = "g-3" },
        BadItem("unknown campaign", .unknownCampaign, "campaign") { $0.campaign = "never" },
        BadItem("unknown condition", .unknownCondition, "condition") { $0.condition = "other" },
        BadItem("no category", .missingField, "category") { $0.category = "" },
        BadItem("no grid", .missingField, "grid") { $0.grid = "" },
        BadItem("an id of 0 bytes", .malformedID, "id") { $0.id = Data() },
        BadItem("an id of 15 bytes", .malformedID, "id") { $0.id = Data(count: 14) + [1] },
        BadItem("an id of 17 bytes", .malformedID, "id") { $0.id = Data(count: 16) + [1] },
        BadItem("an id of zeros", .malformedID, "id") { $0.id = Data(count: 16) },
        BadItem("a description above its limit", .textTooLong, "texts.description") {
            $0.texts.description_p = String(repeating: "x", count: 8_193)
        },
        BadItem("an address above its limit", .textTooLong, "texts.address") {
            $0.texts.address = String(repeating: "街", count: 171)
        },
        BadItem("a control character", .malformedText, "texts.reporter") {
            $0.texts.reporter = "a\u{1b}[2J"
        },
        BadItem("a latitude of 91", .valueOutOfRange, "coordinates") {
            $0.coordinates.latitude = 91
        },
        BadItem("an urgency of 9", .valueOutOfRange, "urgency") {
            $0.urgency = .UNRECOGNIZED(9)
        },
    ]

    @Test("Each wrong item is refused with code, field and reason; the rest of its frame is filed")
    func wrongAmongRight() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let terminal = try await WirePeer.terminal(street.endpoint)
        let wrong = Self.badItems.map { bad in WireSubmitItem.call(change: bad.change) }
        let right = wrong.map { _ in WireSubmitItem.call() }
        let mixed = zip(wrong, right).flatMap { [$0, $1] }
        let answers = try await terminal.submit(mixed)
        for (bad, answer) in zip(
            Self.badItems, stride(from: 0, to: mixed.count, by: 2).map { answers[$0] })
        {
            #expect(answer.refused.code == bad.code.rawValue, "\(bad.name)")
            #expect(answer.refused.field.hasSuffix(bad.field), "\(bad.name): \(answer.refused)")
            #expect(!answer.refused.reason.isEmpty, "\(bad.name)")
        }
        for index in stride(from: 1, to: mixed.count, by: 2) {
            #expect(answers[index].isFiled)
        }
        let stats = try await terminal.stats()
        #expect(Int(stats.callsFiled) == right.count)
        #expect(Int(stats.itemsRefused) == wrong.count && stats.framesRefused == 0)
    }

    @Test("A text at its limit and below is filed and comes back whole")
    func textsAtTheLimit() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let terminal = try await WirePeer.terminal(street.endpoint)
        for (description, address) in [(8_191, 511), (8_192, 512)] {
            let call = WireSubmitItem.call {
                $0.texts.description_p = String(repeating: "d", count: description)
                $0.texts.address = String(repeating: "a", count: address)
            }
            let answer = try #require(try await terminal.submit([call]).first)
            #expect(answer.isFiled)
            let report = try await street.track(answer.filed.caseNumber)
            #expect(report.description == call.texts.description_p)
        }
    }

    @Test("Broken UTF-8 in one item is refused; the other items of the frame are filed")
    func brokenText() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let terminal = try await WirePeer.terminal(street.endpoint)
        let items = ["first", "@@@@", "third"].map { WireSubmitItem.call(description: $0) }
        var frame = Array(Frame.encode(.submit(.with { $0.items = items })))
        let place = try #require(
            frame.indices.first { frame[$0...].starts(with: Array("@@@@".utf8)) })
        frame[place] = 0xff
        terminal.send(frame)
        let answers = try await terminal.receipts(items.map(\.id))
        #expect(answers[0].isFiled && answers[2].isFiled)
        #expect(answers[1].refused.code == RefusalCode.malformedText.rawValue)
        #expect(try await terminal.stats().callsFiled == 2)
    }

    @Test(
        "A list at its limit goes through, one above is dropped with an Error",
        arguments: [4_095, 4_096, 4_097])
    func longLists(count: Int) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let terminal = try await WirePeer.terminal(street.endpoint)
        let items = (0..<count).map { _ in WireSubmitItem.call() }
        terminal.send(.submit(.with { $0.items = items }))
        if count > 4_096 {
            #expect(try await terminal.nextError() == UInt32(RefusalCode.listTooLong.rawValue))
            #expect(try await terminal.stats().callsFiled == 0)
        } else {
            let answers = try await terminal.receipts(items.map(\.id))
            #expect(answers.allSatisfy { $0.isFiled })
        }
    }

    @Test("The same id with other content is refused, with the same content it is a repeat")
    func sameID() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let terminal = try await WirePeer.terminal(street.endpoint)
        let call = WireSubmitItem.call()
        var other = call
        other.texts.description_p = "something else"
        let first = try #require(try await terminal.submit([call]).first)
        let different = try #require(try await terminal.submit([other]).first)
        let again = try #require(try await terminal.submit([call]).first)
        #expect(different.refused.code == RefusalCode.contentDiffers.rawValue)
        #expect(again.filed.repeated && again.filed.caseNumber == first.filed.caseNumber)
        #expect(again.filed.filedAt == first.filed.filedAt)
    }

    @Test("Unknown departments are refused, in a Hello and in a command")
    func unknownDepartment() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let stranger = try WirePeer(street.endpoint)
        stranger.send(
            .hello(
                stranger.complete(
                    .with {
                        $0.role = .worker
                        $0.department = "circus"
                    })))
        #expect(try await stranger.nextError() == UInt32(RefusalCode.unknownDepartment.rawValue))
        let call = try await street.submit("one")
        let refused = try await street.gridcall(
            "redispatch", call, "--part", "1", "--to", "circus", "--reason", "why not")
        #expect(refused.end == .exited(1) && refused.errors.contains("unknownDepartment"))
    }
}

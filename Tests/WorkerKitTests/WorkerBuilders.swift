import GridCodec
import GridModel
import SwiftProtobuf
import Testing
import WorkerKit

/// The claim of the first part of call `serial`.
func claim(_ serial: UInt64, attempt: UInt32 = 1) -> Claim {
    Claim(epoch: 1, assignment: AssignmentNumber(serial: serial, ordinal: 0), attempt: attempt)
}

/// An assignment with nothing but its claim, a department and a category.
func assignment(_ serial: UInt64, attempt: UInt32 = 1) -> AssignItem {
    AssignItem(assignmentMessage(serial, attempt: attempt))
}

/// The same as a message.
func assignmentMessage(_ serial: UInt64, attempt: UInt32 = 1) -> WireAssignItem {
    var item = WireAssignItem()
    item.claim = WireClaim(claim(serial, attempt: attempt))
    item.department = "urban"
    item.category = "litter"
    return item
}

/// An assignment whose category is not UTF-8.
func unreadableAssignment(_ serial: UInt64) throws -> AssignItem {
    var body: [UInt8] = try WireAssign.with {
        $0.items = [
            .with {
                $0.claim = WireClaim(claim(serial))
                $0.category = "litter"
            }
        ]
    }.serializedBytes()
    body[body.count - 1] = 0xFF
    let items: [AssignItem] = try body.withUnsafeBytes { try TaggedItems(body: $0).items() }
    return try #require(items.first)
}

/// The broker's refusal of something under a lost claim.
let claimLost = Refusal(.claimLost, reason: "the claim was lost")

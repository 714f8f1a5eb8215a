import GridCodec
import GridModel
import WorkerKit

/// The claim of the first part of call `serial`.
func claim(_ serial: UInt64, attempt: UInt32 = 1) -> Claim {
    Claim(epoch: 1, assignment: AssignmentNumber(serial: serial, ordinal: 0), attempt: attempt)
}

/// An assignment with nothing but its claim, a department and a category.
func assignment(_ serial: UInt64, attempt: UInt32 = 1) -> WireAssignItem {
    var item = WireAssignItem()
    item.claim = WireClaim(claim(serial, attempt: attempt))
    item.department = "urban"
    item.category = "litter"
    return item
}

/// The broker's refusal of something under a lost claim.
let claimLost = Refusal(.claimLost, reason: "the claim was lost")

/// Why something from outside was not done: a stable code, the field, and a reason for people.
package struct Refusal: Error, Hashable, Sendable {
    /// What is wrong; stable across versions.
    package let code: RefusalCode
    /// The field of the message that is wrong, in the words of `wire.proto`; empty if none is.
    package let field: String
    /// What is wrong and what would be allowed, for people, in English.
    package let reason: String
    /// The commands that would be possible instead, in the words of docs/protocol.md; who may give
    /// them is not known where the refusal is made.
    package let possible: [String]

    /// A refusal from its parts.
    package init(
        _ code: RefusalCode, field: String = "", reason: String, possible: [String] = []
    ) {
        self.code = code
        self.field = field
        self.reason = reason
        self.possible = possible
    }
}

/// The stable codes of refusals and errors; docs/protocol.md explains each.
///
/// 1–99 concern whole frames and end nothing; 100–199 the content of an item; 200–299 the state
/// of what it names; 300–399 who may do it; 400–499 limits and the broker's own state. A number
/// is never used for another meaning.
package enum RefusalCode: UInt16, CaseIterable, Sendable {
    // Frames
    case malformedFrame = 1
    case unsupportedVersion = 2
    case unknownKind = 3
    case frameTooLarge = 4
    case listTooLong = 5
    case unexpectedKind = 6
    case helloRequired = 7

    // Items
    case malformedID = 100
    case unknownCategory = 101
    case unknownGrid = 102
    case unknownCampaign = 103
    case unknownDepartment = 104
    case unknownCondition = 105
    case textTooLong = 106
    case malformedText = 107
    case missingField = 108
    case valueOutOfRange = 109
    case reasonRequired = 110
    case malformedCaseNumber = 111

    // State
    case contentDiffers = 200
    case claimLost = 201
    case notFound = 202
    case notAllowedInState = 203
    case revisionChanged = 204
    case reviewRequired = 205
    case tooManyAssignments = 206
    case notOwner = 207

    // Access
    case forbidden = 300

    // Limits and the broker
    case tooManyOpenCalls = 400
    case windowExceeded = 401
    case creditOutOfRange = 402
    case tooManySessions = 403
    case viewsBehind = 404
    case brokerBehind = 405
    case stopping = 406
    case diskFull = 407
    case tooManySessionsOfKey = 408
    case rateExceeded = 409
    case tooMuchUnread = 410
    case starting = 411
}

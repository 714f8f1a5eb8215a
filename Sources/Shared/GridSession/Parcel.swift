package import GridCodec
package import GridModel
import SwiftProtobuf

import struct Foundation.Data

/// What names an item until its answer has come; sending it again under its key does nothing twice.
package enum ParcelKey: Hashable, Sendable {
    /// A submitted call.
    case submit(CallID)
    /// The outcome of a claim.
    case outcome(Claim)
    /// One step under a claim; the number is that of `WireProgressStep`.
    case progress(Claim, step: Int)
    /// A person's command.
    case command(CommandID)
    /// A query, by its correlation.
    case query(UInt64)

    /// The kinds of lists in the order they are sent: what is under way before what is new, and a
    /// step before the outcome it leads to.
    enum Lane: Int, CaseIterable {
        case progress
        case outcome
        case command
        case query
        case submit

        var messageKind: MessageKind {
            switch self {
            case .progress: .progress
            case .outcome: .outcome
            case .command: .command
            case .query: .query
            case .submit: .submit
            }
        }
    }

    var lane: Lane {
        switch self {
        case .submit: .submit
        case .outcome: .outcome
        case .progress: .progress
        case .command: .command
        case .query: .query
        }
    }
}

/// An item that stays with the session until its answer has come: its key and its encoded bytes.
///
/// Encoded once, by whoever makes it, since it may be sent many times.
package struct Parcel: Sendable {
    /// The name of the item.
    package let key: ParcelKey
    let bytes: [UInt8]

    /// Stands in a slot that is free.
    static let none = Parcel(key: .query(0), bytes: [])

    /// A call; its id must be a `CallID`, which the caller made.
    package init(_ item: WireSubmitItem) {
        guard let id = CallID(data: item.id) else {
            preconditionFailure("a submitted call has an id of 16 bytes")
        }
        self.init(key: .submit(id), bytes: item.encoded())
    }

    /// A call that is encoded already, with this id.
    package init(_ id: CallID, encodedSubmit bytes: [UInt8]) {
        self.init(key: .submit(id), bytes: bytes)
    }

    /// An outcome.
    package init(_ item: WireOutcomeItem) {
        self.init(key: .outcome(item.claim.model), bytes: item.encoded())
    }

    /// A step of progress.
    package init(_ item: WireProgressItem) {
        self.init(.progress(item.claim.model, step: item.step.rawValue), item)
    }

    /// A command; its id must be a `CommandID`, which the caller made.
    package init(_ item: WireCommandItem) {
        guard let id = CommandID(data: item.id) else {
            preconditionFailure("a command has an id of 16 bytes")
        }
        self.init(.command(id), item)
    }

    /// A query; its correlation must be unlike that of any other unanswered query of the session.
    package init(_ item: WireQueryItem) { self.init(.query(item.correlation), item) }

    private init(key: ParcelKey, bytes: [UInt8]) {
        self.key = key
        self.bytes = bytes
    }

    private init(_ key: ParcelKey, _ item: some SwiftProtobuf.Message) {
        guard let bytes: [UInt8] = try? item.serializedBytes() else {
            preconditionFailure("a message without required fields always encodes")
        }
        self.init(key: key, bytes: bytes)
    }
}

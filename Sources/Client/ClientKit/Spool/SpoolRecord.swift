package import GridCodec
package import GridModel

/// A call as the spool keeps it, and what is known of it so far.
package struct SpoolRecord: Hashable, Sendable {
    /// Why the broker refused a stored call.
    package struct Refusal: Hashable, Sendable {
        /// The code of docs/protocol.md, "Error codes".
        package var code: UInt32
        package var field: String
        package var reason: String

        /// A refusal from its parts.
        package init(code: UInt32, field: String, reason: String) {
            self.code = code
            self.field = field
            self.reason = reason
        }

        /// A refusal as it came.
        package init(_ refusal: WireRefusal) {
            self.init(code: refusal.code, field: refusal.field, reason: refusal.reason)
        }
    }

    /// The call's name, fixed when it was stored.
    package var id: CallID
    /// The call as it is sent, each time the same.
    package var item: WireSubmitItem
    /// When it was stored, by this machine's clock; only ever shown.
    package var storedAt: Timestamp
    /// Where it came from, for people: `calls.csv:17`; empty for a call typed in.
    package var origin: String
    /// The case number of the last receipt; empty without one.
    package var caseNumber = ""
    /// The broker's epoch when that receipt came; 0 without one.
    package var epoch: UInt32 = 0
    /// Why the broker refused it.
    package var refusal: Refusal?

    /// A call that has no answer yet; `nil` if its id is none.
    package init?(_ item: WireSubmitItem, storedAt: Timestamp, origin: String = "") {
        guard let id = CallID(data: item.id) else { return nil }
        self.id = id
        self.item = item
        self.storedAt = storedAt
        self.origin = origin
    }

    /// The same call, filed under a case number.
    package func confirmed(_ caseNumber: String, epoch: UInt32) -> SpoolRecord {
        var record = self
        record.caseNumber = caseNumber
        record.epoch = epoch
        record.refusal = nil
        return record
    }

    /// The same call, refused.
    package func refused(_ refusal: Refusal) -> SpoolRecord {
        var record = self
        record.refusal = refusal
        return record
    }
}

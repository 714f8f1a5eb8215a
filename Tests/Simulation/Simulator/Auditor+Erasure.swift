import BrokerEngine
import GridModel

extension Auditor {
    /// An operator with a name asks for the erasure of a call that is filed.
    mutating func request(_ serial: UInt64, _ actor: ActorID) throws {
        guard actor != 0, let (id, _) = filing(serial) else {
            throw Violation("nobody asked for the erasure of call \(serial), or it is not filed")
        }
        erasureRequests.insert(id)
    }

    /// Two erase what the journal holds of a call, and never a text of another one.
    mutating func erase(_ erased: PersonalDataErased, _ seq: UInt64) throws {
        guard let (id, filing) = filing(erased.serial), !erased.texts.isEmpty,
            erased.actor != 0, erased.requestedBy != 0, erased.actor != erased.requestedBy
        else { throw Violation("the erasure of call \(erased.serial) is nobody's") }
        erasureRequests.remove(id)
        if erased.texts.contains(where: { $0.seq == filing.seq && $0.place == filing.texts }) {
            self.erased[id] = seq
        }
    }

    private func filing(_ serial: UInt64) -> (CallID, Filing)? {
        filings.first { $0.value.serial == serial }.map { ($0.key, $0.value) }
    }
}

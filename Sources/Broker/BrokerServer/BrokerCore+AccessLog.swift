import Access
import BrokerEngine
import GridModel

/// A line of the access log: its fact is in the journal, this is for the log that people read.
struct ListedRefusal: Hashable {
    /// Role and name of the key, or what is known of a peer without one.
    let who: String
    let action: AccessRefusal.Action
    let code: RefusalCode
}

extension BrokerCore {
    /// Notes that something was refused to the peer of a session.
    func refuse(_ action: AccessRefusal.Action, _ code: RefusalCode, of session: SessionHandle) {
        let identity = identities[Int(session.rawValue)]
        note(action, code, .session(session), who: identity?.description)
    }

    /// Notes that a Hello was refused.
    func refuseHello() {
        let name = sender?.key?.name
        note(
            .connect, .forbidden, name.map { .holder($0) } ?? .stranger, who: sender?.description)
    }

    /// Somebody whose key is not known, or who has none, tried to connect.
    package func connectionRefused() {
        note(.connect, .forbidden, .stranger, who: nil)
        collect()
    }

    /// What was listed since the last call.
    func takeRefusals() -> [ListedRefusal] {
        defer { refusals.removeAll() }
        return refusals
    }

    private func note(
        _ action: AccessRefusal.Action, _ code: RefusalCode, _ trier: AccessRefusal.Trier,
        who: String?
    ) {
        counters.accessRefused += 1
        let facts = engine.factCount
        engine.handle(.accessRefused(action, code, trier))
        // The engine lists at most one of a kind in a minute.
        guard engine.factCount > facts else { return }
        refusals.append(ListedRefusal(who: who ?? "stranger", action: action, code: code))
    }
}

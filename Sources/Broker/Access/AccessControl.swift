package import GridModel

/// Who a message comes from, as far as anybody proved it.
package final class PeerIdentity: Sendable {
    /// The key's line; `nil` for a peer of this machine that needs none.
    package let key: AuthorizedKey?
    /// What the peer may be.
    package let role: AccessRole

    init(key: AuthorizedKey) {
        self.key = key
        role = key.role
    }

    init(localRole: AccessRole) {
        key = nil
        role = localRole
    }

    /// A short name for logs: `terminal reporter-7`, `local operator`.
    package var description: String {
        key.map { "\(role.rawValue) \($0.name)" } ?? "local \(role.rawValue)"
    }
}

/// The keys in force, by the user id that libzmq's handshake gave to a connection.
///
/// Looked up for every message, so that from a reload or an expiry on nothing of a key that is
/// gone is processed, whatever connection it has.
package struct AccessControl: Sendable {
    private var identities: [String: PeerIdentity]
    /// What a peer without a key is; `nil` if every peer needs one.
    private let local: PeerIdentity?

    /// The keys of a file, and what peers on an endpoint without keys may be.
    package init(_ keys: AuthorizedKeys?, localRole: AccessRole?) {
        identities = [:]
        for key in keys?.keys ?? [] { identities[key.key] = PeerIdentity(key: key) }
        local = localRole.map { PeerIdentity(localRole: $0) }
    }

    /// How many keys may connect.
    package var count: Int { identities.count }

    /// Who a user id stands for now; `nil` if it opens nothing (any more).
    package func identity(of userID: String?, at now: Timestamp) -> PeerIdentity? {
        guard let userID else { return local }
        guard let identity = identities[userID], identity.key?.isExpired(at: now) == false else {
            return nil
        }
        return identity
    }

    /// Puts other keys in force; identities whose line did not change stay the same object.
    package mutating func replace(_ keys: AuthorizedKeys) {
        var next: [String: PeerIdentity] = [:]
        for key in keys.keys {
            if let known = identities[key.key], known.key == key {
                next[key.key] = known
            } else {
                next[key.key] = PeerIdentity(key: key)
            }
        }
        identities = next
    }
}

extension PeerIdentity {
    /// How far this peer may go with an action.
    package func reach(_ action: AccessAction) -> AccessReach { RoleTable.reach(role, action) }

    /// Whether it may act for a department.
    package func mayServe(department: String) -> Bool {
        guard let key else { return true }
        return key.departments.contains(department)
    }

    /// Whether it may act in a grid.
    package func mayServe(grid: String) -> Bool {
        guard let key else { return true }
        return key.grids.isEmpty || key.grids.contains(grid)
    }

    /// Whether it may introduce itself in a role: its own, and for an operator of this machine
    /// without a key any.
    package func mayBe(_ wanted: AccessRole) -> Bool {
        wanted == role || (key == nil && role == .operator)
    }
}

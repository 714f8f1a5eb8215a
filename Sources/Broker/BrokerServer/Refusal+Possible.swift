import Access
import GridModel

extension Refusal {
    /// The refusal with what would be possible instead and who may do it, by the role table.
    var namingWhoMay: Refusal {
        guard !possible.isEmpty else { return self }
        let commands = possible.map { word in
            guard let action = AccessAction(rawValue: word) else { return word }
            return "\(word) (\(RoleTable.able(action).map(\.rawValue).joined(separator: ", ")))"
        }
        return Refusal(
            code, field: field, reason: reason + "; possible: " + commands.joined(separator: ", "))
    }
}

extension RoleTable {
    /// The roles that may do something somewhere.
    static func able(_ action: AccessAction) -> [AccessRole] {
        AccessRole.allCases.filter { reach($0, action) != .none }
    }
}

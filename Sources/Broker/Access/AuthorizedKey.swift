package import GridModel

/// One key that may connect: a line of the authorised-keys file.
package struct AuthorizedKey: Hashable, Sendable {
    /// The public key in Z85, 40 characters.
    package var key: String
    package var role: AccessRole
    /// Who holds it, as facts and lists show it: `[A-Za-z0-9._-]{1,64}`, unique in the file.
    package var name: String
    /// The departments of a worker or an officer; at least one for them.
    package var departments: [String] = []
    /// The grids a terminal or worker is limited to; empty for all.
    package var grids: [String] = []
    /// From this time on it opens nothing; `nil` for never.
    package var expires: Timestamp?

    /// A key with what every key has.
    package init(key: String, role: AccessRole, name: String) {
        self.key = key
        self.role = role
        self.name = name
    }

    /// Whether it opens nothing any more.
    package func isExpired(at now: Timestamp) -> Bool { expires.map { $0 <= now } ?? false }
}

extension AuthorizedKey {
    /// Characters of a public key in Z85.
    static let keyLength = 40
    /// The longest name of a holder.
    static let maximumNameLength = 64

    /// The line of the file.
    package var line: String {
        var words = [key, "role=\(role.rawValue)", "name=\(name)"]
        if !departments.isEmpty {
            words.append("departments=" + departments.joined(separator: ","))
        }
        if !grids.isEmpty { words.append("grids=" + grids.joined(separator: ",")) }
        if let expires { words.append("expires=" + ExpiryTime.text(of: expires)) }
        return words.joined(separator: " ")
    }

    /// Reads a line. Throws what is wrong with it, for people.
    package init(line: String) throws(KeyLineMistake) {
        let words = line.split(separator: " ").map(String.init)
        guard let key = words.first, Self.isKey(key) else {
            throw KeyLineMistake("a line begins with a public key: 40 characters of Z85")
        }
        var values: [String: String] = [:]
        for word in words.dropFirst() {
            guard let equals = word.firstIndex(of: "="), word.index(after: equals) < word.endIndex
            else { throw KeyLineMistake("\(word) is not NAME=VALUE") }
            let name = String(word[..<equals])
            guard Self.names.contains(name) else {
                throw KeyLineMistake(
                    "there is no \(name); known: \(Self.names.joined(separator: ", "))")
            }
            guard
                values.updateValue(String(word[word.index(after: equals)...]), forKey: name) == nil
            else { throw KeyLineMistake("\(name) is given twice") }
        }
        try self.init(key: key, values: values)
    }

    private static let names = ["role", "name", "departments", "grids", "expires"]

    private init(key: String, values: [String: String]) throws(KeyLineMistake) {
        guard let role = values["role"].flatMap(AccessRole.init(rawValue:)) else {
            let roles = AccessRole.allCases.map(\.rawValue).joined(separator: ", ")
            throw KeyLineMistake("role= is one of \(roles)")
        }
        guard let name = values["name"], Self.isName(name) else {
            throw KeyLineMistake("name= has 1 to 64 letters, digits, dots, hyphens, underscores")
        }
        self.init(key: key, role: role, name: name)
        departments = try Self.ids(values["departments"], "departments")
        grids = try Self.ids(values["grids"], "grids")
        let hasDepartments = role == .worker || role == .officer
        guard hasDepartments != departments.isEmpty else {
            throw KeyLineMistake(
                hasDepartments
                    ? "a \(role.rawValue) needs departments="
                    : "departments= is for workers and officers")
        }
        guard grids.isEmpty || role == .terminal || role == .worker else {
            throw KeyLineMistake("grids= is for terminals and workers")
        }
        guard let text = values["expires"] else { return }
        guard let time = ExpiryTime.time(text) else {
            throw KeyLineMistake("expires= is a day 2027-01-31 or a time 2027-01-31T16:00:00Z")
        }
        expires = time
    }

    /// Whether a text has the form of a key in Z85.
    package static func isKey(_ text: String) -> Bool {
        let others = Set(".-:+=^!/*?&<>()[]{}@%$#".utf8)
        return text.utf8.count == keyLength
            && text.utf8.allSatisfy { isAlphanumeric($0) || others.contains($0) }
    }

    /// Whether a text can name a holder.
    package static func isName(_ text: String) -> Bool {
        (1...maximumNameLength).contains(text.utf8.count)
            && text.utf8.allSatisfy { isAlphanumeric($0) || ".-_".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    private static func ids(
        _ text: String?, _ field: String
    ) throws(KeyLineMistake) -> [String] {
        guard let text else { return [] }
        let ids = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard let wrong = ids.first(where: { !DeclaredID.isValid($0) }) else { return ids }
        throw KeyLineMistake("\(field)= has an id that none can be: \(wrong.debugDescription)")
    }
}

/// What is wrong with a line, for people.
package struct KeyLineMistake: Error, Equatable {
    package let reason: String

    init(_ reason: String) { self.reason = reason }
}

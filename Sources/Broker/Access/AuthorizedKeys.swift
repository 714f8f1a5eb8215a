/// The authorised-keys file: one key a line, comments behind `# `, changed line by line so that
/// comments and order stay.
package struct AuthorizedKeys: Sendable {
    /// A mistake with its line, from 1.
    package struct Mistake: Error, Equatable, Sendable {
        package let line: Int
        package let reason: String
    }

    /// All mistakes of a file; such a file is refused whole.
    package struct Mistakes: Error, Equatable, Sendable {
        package let list: [Mistake]
    }

    private var lines: [String]
    /// The keys, in the order of the file.
    package private(set) var keys: [AuthorizedKey]

    /// Reads a file. Throws every mistake in it: an unreadable line, a key or a name twice.
    package init(text: String) throws(Mistakes) {
        // By bytes: carriage return and line feed are one character, which is no line feed.
        lines = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).map { line in
            String(Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line))
        }
        if lines.last == "" { lines.removeLast() }
        keys = []
        var mistakes: [Mistake] = []
        for (index, line) in lines.enumerated() where !Self.isComment(line) {
            do throws(KeyLineMistake) {
                let key = try AuthorizedKey(line: line)
                if let reason = conflict(key) { throw KeyLineMistake(reason) }
                keys.append(key)
            } catch {
                mistakes.append(Mistake(line: index + 1, reason: error.reason))
            }
        }
        guard mistakes.isEmpty else { throw Mistakes(list: mistakes) }
    }

    /// The file.
    package var text: String { lines.map { $0 + "\n" }.joined() }

    /// Adds a key at the end. Throws if the key or the name is there already.
    package mutating func add(_ key: AuthorizedKey) throws(KeyLineMistake) {
        if let reason = conflict(key) { throw KeyLineMistake(reason) }
        lines.append(key.line)
        keys.append(key)
    }

    /// Removes the key with this name, or this key; `nil` if there is none.
    package mutating func remove(_ nameOrKey: String) -> AuthorizedKey? {
        guard
            let index = keys.firstIndex(where: { $0.name == nameOrKey || $0.key == nameOrKey })
        else { return nil }
        let gone = keys.remove(at: index)
        // The line as it was read: blanks before the key do not save it.
        lines.removeAll { line in
            !Self.isComment(line) && line.split(separator: " ").first.map(String.init) == gone.key
        }
        return gone
    }

    private func conflict(_ key: AuthorizedKey) -> String? {
        if keys.contains(where: { $0.key == key.key }) { return "the key is there already" }
        if keys.contains(where: { $0.name == key.name }) {
            return "the name \(key.name) is another key's"
        }
        return nil
    }

    /// A key may itself begin with `#`, so that a comment needs a space after it.
    private static func isComment(_ line: String) -> Bool {
        line.allSatisfy { $0 == " " || $0 == "\t" } || line == "#" || line.hasPrefix("# ")
    }
}

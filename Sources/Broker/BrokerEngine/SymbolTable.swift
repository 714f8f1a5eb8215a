/// Small numbers for the ids that catalogues declare; a number never changes its meaning.
///
/// Facts and slots carry the number, so that replay and the hot path hash no strings.
package struct SymbolTable: Hashable, Sendable {
    /// The ids, by number.
    package private(set) var names: [String] = []
    private var numbers: [String: UInt16] = [:]

    /// At most this many ids of one kind over the journal's whole life.
    package static let capacity = Int(UInt16.max) - 1

    /// An empty table.
    package init() {}

    /// A table of ids by number.
    init(_ names: [String]) { for name in names { _ = intern(name) } }

    /// The number of an id that was declared.
    package func number(of name: String) -> UInt16? { numbers[name] }

    /// The id of a number.
    package func name(of number: UInt16) -> String { names[Int(number)] }

    /// Whether every id that has no number yet can get one.
    func hasRoom(for ids: [String]) -> Bool {
        names.count + ids.lazy.filter { numbers[$0] == nil }.count <= Self.capacity
    }

    /// The number of an id, a new one if it has none yet.
    package mutating func intern(_ name: String) -> UInt16 {
        if let number = numbers[name] { return number }
        precondition(names.count < Self.capacity, "a journal names at most 65,534 ids of a kind")
        let number = UInt16(names.count)
        names.append(name)
        numbers[name] = number
        return number
    }

    package static func == (left: SymbolTable, right: SymbolTable) -> Bool {
        left.names == right.names
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(names) }
}

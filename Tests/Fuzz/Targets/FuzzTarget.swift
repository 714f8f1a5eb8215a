/// One kind of bytes from outside and everything that must hold whatever they are.
///
/// The same targets serve the fuzzer (`make fuzz`) and the module tests, which show them every
/// file of the corpus once.
package struct FuzzTarget: Sendable {
    /// Names the target, its corpus and its dictionary.
    package let name: String
    /// Longer inputs are not tried: they find nothing that shorter ones do not, more slowly.
    package let maximumBytes: Int
    /// The dictionary of `Tests/Fuzz/dictionaries` that helps; `nil` for none.
    package let dictionary: String?
    /// Inputs from which the corpus began.
    package let seeds: @Sendable () -> [[UInt8]]
    private let check: @Sendable (UnsafeRawBufferPointer) throws -> Void

    init(
        _ name: String, maximumBytes: Int, dictionary: String? = nil,
        seeds: @escaping @Sendable () -> [[UInt8]],
        check: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) {
        self.name = name
        self.maximumBytes = maximumBytes
        self.dictionary = dictionary
        self.seeds = seeds
        self.check = check
    }

    /// Shows the target one input. Throws a `Violation`, or what should have been refused.
    package func run(_ input: UnsafeRawBufferPointer) throws { try check(input) }

    /// Every target.
    package static let all: [FuzzTarget] =
        [frame] + kinds + [
            conversation, catalogue, mapping, settings, csv, keys, journal, snapshot, spool, words,
            handler,
        ]

    /// The target with this name.
    package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Something that must hold and did not.
package struct Violation: Error, CustomStringConvertible {
    package let description: String
}

/// Throws unless `condition` holds.
func require(
    _ condition: @autoclosure () throws -> Bool, _ reason: @autoclosure () -> String
) throws {
    guard try condition() else { throw Violation(description: reason()) }
}

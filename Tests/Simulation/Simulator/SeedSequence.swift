/// Seeds that follow from one number, always the same.
package struct SeedSequence: Sendable {
    private let base: UInt64

    /// The seeds that follow from a number.
    package init(base: UInt64) { self.base = base }

    /// So many of them, each below a thousand million, so that people can pass them on.
    package func first(_ count: Int) -> [UInt64] {
        var generator = Randomness(seed: base)
        return (0..<count).map { _ in generator.next() % 1_000_000_000 }
    }
}

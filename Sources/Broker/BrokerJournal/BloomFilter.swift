import GridModel

/// Says of an id whether it was surely never added; wrong the other way at most once in a hundred.
///
/// Grows by layers, each twice as large as the one before and closed when it is full. A layer is a
/// split block filter (Putze, Sanders, Singler 2007): an id sets one bit in each of eight words
/// that lie in one cache line, so that a look costs one memory access per layer. At 16 bits per id
/// a full layer errs about once in a thousand.
struct BloomFilter {
    private var layers: [Layer]
    private let seed: UInt64

    /// A filter whose first layer has room for `capacity` ids; `seed` keeps peers from choosing
    /// ids that look alike.
    init(capacity: Int, seed: UInt64) {
        self.seed = seed
        layers = [Layer(blocks: max(1 << 11, capacity / Layer.idsPerBlock))]
    }

    /// How many ids were added, repeats included.
    var count: Int { layers.reduce(0) { $0 + $1.count } }

    /// Remembers `id`.
    mutating func insert(_ id: UniqueID) {
        if layers[layers.count - 1].isFull {
            layers.append(Layer(blocks: layers[layers.count - 1].blocks * 2))
        }
        layers[layers.count - 1].insert(hash(id))
    }

    /// `false` only if `id` was never inserted.
    func mayContain(_ id: UniqueID) -> Bool {
        let hash = hash(id)
        return layers.contains { $0.mayContain(hash) }
    }

    private struct Hash {
        let block: UInt64
        let bits: UInt64
    }

    private func hash(_ id: UniqueID) -> Hash {
        let mixed = Self.mix(id.high ^ Self.mix(id.low ^ seed))
        return Hash(block: mixed, bits: Self.mix(mixed &+ 0x9E37_79B9_7F4A_7C15))
    }

    /// The finaliser of MurmurHash3: every bit of the input reaches every bit of the result.
    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return value ^ value >> 33
    }

    private struct Layer {
        static let wordsPerBlock = 8
        static let idsPerBlock = 32

        private(set) var count = 0
        let blocks: Int
        private var words: [UInt64]

        init(blocks: Int) {
            self.blocks = blocks
            words = [UInt64](repeating: 0, count: blocks * Self.wordsPerBlock)
        }

        var isFull: Bool { count >= blocks * Self.idsPerBlock }

        mutating func insert(_ hash: Hash) {
            let start = first(hash)
            for word in 0..<Self.wordsPerBlock {
                words[start + word] |= Self.bit(hash, word)
            }
            count += 1
        }

        func mayContain(_ hash: Hash) -> Bool {
            let start = first(hash)
            return (0..<Self.wordsPerBlock).allSatisfy {
                words[start + $0] & Self.bit(hash, $0) != 0
            }
        }

        private func first(_ hash: Hash) -> Int {
            Int(hash.block.multipliedFullWidth(by: UInt64(blocks)).high) * Self.wordsPerBlock
        }

        private static func bit(_ hash: Hash, _ word: Int) -> UInt64 {
            1 << (hash.bits >> UInt64(word * 6) & 63)
        }
    }
}

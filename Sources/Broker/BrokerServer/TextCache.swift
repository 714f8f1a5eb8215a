/// The texts of recent batches, so that a dispatch soon after the filing needs no disk.
struct TextCache {
    /// Bytes kept at most, with what it costs to keep them.
    private let capacity: Int
    /// What an entry takes besides its bytes: the array's head and places in both tables.
    private static let entryBytes = 96
    private var texts: [UInt64: [UInt8]] = [:]
    private var order: [UInt64] = []
    private var head = 0
    private var size = 0
    /// Batches from this one on are in no file yet, so they are kept whatever their size.
    var firstVolatileSeq = UInt64.max

    init(capacity: Int = 16 << 20) { self.capacity = capacity }

    /// The texts of a batch, if they are here.
    subscript(seq: UInt64) -> [UInt8]? { texts[seq] }

    /// Forgets the texts of batches: something of them was erased.
    mutating func remove(_ batches: Set<UInt64>) {
        for seq in batches {
            guard let removed = texts.removeValue(forKey: seq) else { continue }
            // Only what lies behind the head is still to give way.
            order = order[head...].filter { $0 != seq }
            head = 0
            size -= removed.count + Self.entryBytes
        }
    }

    /// Keeps the texts of a batch; the oldest batches give way.
    mutating func insert(_ seq: UInt64, _ bytes: [UInt8]) {
        guard texts.updateValue(bytes, forKey: seq) == nil else { return }
        order.append(seq)
        size += bytes.count + Self.entryBytes
        while size > capacity, head < order.count - 1, order[head] < firstVolatileSeq {
            let removed = texts.removeValue(forKey: order[head])
            size -= removed.map { $0.count + Self.entryBytes } ?? 0
            head += 1
        }
        if head > 1_024, head > order.count / 2 {
            order.removeFirst(head)
            head = 0
        }
    }
}

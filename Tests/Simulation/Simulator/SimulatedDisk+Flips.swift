import BrokerEngine
import BrokerJournal
import GridModel

extension SimulatedDisk {
    /// One bit that the disk gives back other than it was written.
    struct Flip {
        let happening: Happening
        /// The row, or the head's slot.
        let place: Int
        /// The byte among those of the place, and the bit in it.
        let byte: Int
        let bit: UInt8

        /// A start writes the head anew and makes another snapshot in time.
        var isHealedByStart: Bool { happening == .headFlipped || happening == .snapshotFlipped }
        /// A start may refuse: there is no telling what was confirmed.
        var mayBeRefused: Bool { happening == .batchFlipped || happening == .logFlipped }
    }

    /// Flips a bit somewhere; `nil` if there is nothing to flip, or something is flipped already:
    /// what holds against one damage at a time need not hold against two.
    mutating func flip(_ random: inout Randomness) -> Happening? {
        guard flips.isEmpty, rows.count > 1 else { return nil }
        let kinds: [Happening] = [
            .batchFlipped, .logFlipped, .headFlipped, .snapshotFlipped, .textFlipped,
        ]
        guard let flip = choose(random.pick(kinds), &random) else { return nil }
        flips = [flip]
        apply(flip)
        return flip.happening
    }

    /// Whoever minds the machine brings back what was damaged.
    mutating func repair() {
        for flip in flips { apply(flip) }
        flips = []
    }

    private func choose(_ kind: Happening, _ random: inout Randomness) -> Flip? {
        let (place, count): (Int, Int)
        switch kind {
        case .batchFlipped:
            // What lies before the snapshot no start reads; `verify` does.
            guard checkpointedCount > Int(snapshotSeq) else { return nil }
            place = random.number(in: Int(snapshotSeq)...checkpointedCount - 1)
            count = rows[place].facts.count
        case .logFlipped:
            // What the head does not cover after a loss of power, only the peers' tags tell.
            let head = Int(heads.compactMap(HeadSlot.position(in:)).max()?.seq ?? 0)
            guard head > checkpointedCount else { return nil }
            place = random.number(in: checkpointedCount...head - 1)
            count = rows[place].facts.count
        case .headFlipped: (place, count) = (random.below(2), HeadSlot.byteCount)
        case .snapshotFlipped: (place, count) = (0, snapshot?.count ?? 0)
        default:
            // What was erased, or is about to be, no flipped bit may bring back by being mended.
            let named = Set(erasures.flatMap(\.texts).map { Int($0.seq) - 1 })
            let filled = rows.indices.filter {
                !rows[$0].texts.isEmpty && $0 < syncedCount && !named.contains($0)
            }
            guard !filled.isEmpty else { return nil }
            place = random.pick(filled)
            count = rows[place].texts.count
        }
        guard count > 0 else { return nil }
        return Flip(
            happening: kind, place: place, byte: random.below(count),
            bit: 1 << UInt8(random.below(8)))
    }

    private mutating func apply(_ flip: Flip) {
        switch flip.happening {
        case .headFlipped: heads[flip.place][flip.byte] ^= flip.bit
        case .snapshotFlipped:
            snapshot?[flip.byte] ^= flip.bit
            wasSnapshotFlipped.toggle()
        case .textFlipped: rows[flip.place].texts[flip.byte] ^= flip.bit
        default: rows[flip.place].facts[flip.byte] ^= flip.bit
        }
    }
}

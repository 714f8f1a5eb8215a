package import GridModel

/// The open calls of categories with a rule of duplicates, in the order of filing.
///
/// Derived, rebuilt at every start; calls of other categories never come here.
struct SimilarCalls: Sendable {
    private struct Entry: Sendable {
        let serial: UInt64
        let filedAt: Timestamp
    }

    private var entries: [UInt16: [Entry]] = [:]

    /// Entries that are too old are dropped once there are so many.
    private static let gathered = 1_024

    /// A call was filed, or was there at the start.
    mutating func insert(_ call: CallSlot, rule: DuplicateRule, now: Timestamp) {
        let oldest = now.advanced(byMilliseconds: -rule.windowMilliseconds)
        entries[call.category, default: []].append(
            Entry(serial: call.serial, filedAt: call.filedAt))
        guard let count = entries[call.category]?.count, count % Self.gathered == 0 else { return }
        entries[call.category]?.removeAll { $0.filedAt < oldest }
    }

    /// Serials of a category filed since `oldest`, the newest first.
    func serials(category: UInt16, since oldest: Timestamp) -> [UInt64] {
        (entries[category] ?? []).reversed().prefix { $0.filedAt >= oldest }.map(\.serial)
    }
}

/// A call that may be about the same thing, and how far away it is.
package struct SimilarCall: Hashable, Sendable {
    package var slot: Slot
    /// `nil` where one of the two says no place.
    package var metres: Double?
}

extension Engine {
    /// At most so many calls are named.
    private static let mostSimilar = 20

    /// The open calls that a new one of this category and place may repeat, the nearest first.
    /// Throws for what the catalogue does not declare.
    package func similar(
        category: String, grid: String, at place: Coordinates?
    ) throws(Refusal) -> [SimilarCall] {
        guard let number = record.symbols.categories.number(of: category),
            let plan = record.catalogue?.plan(of: number)
        else {
            throw Refusal(
                .unknownCategory, field: "category",
                reason: "the catalogue in force declares no such category")
        }
        guard let rule = plan.category.duplicates else { return [] }
        let grid = record.symbols.grids.number(of: grid)
        let oldest = now.advanced(byMilliseconds: -rule.windowMilliseconds)
        var found: [SimilarCall] = []
        for serial in similar.serials(category: number, since: oldest) {
            guard let slot = record.call(serial: serial), record.calls[slot].state.isOpen,
                let similar = Self.similar(record.calls[slot], slot, grid, place, rule)
            else { continue }
            found.append(similar)
        }
        found.sort { ($0.metres ?? 0) < ($1.metres ?? 0) }
        return Array(found.prefix(Self.mostSimilar))
    }

    /// A call was filed: the next one may repeat it.
    mutating func noteSimilar(_ call: Slot) {
        guard let rule = plan(of: call)?.category.duplicates else { return }
        similar.insert(record.calls[call], rule: rule, now: now)
    }

    /// The calls that were there at the start, in the order of filing.
    mutating func noteSimilar(among calls: [Slot]) {
        for call in calls.sorted(by: { record.calls[$0].serial < record.calls[$1].serial }) {
            noteSimilar(call)
        }
    }

    private static func similar(
        _ call: CallSlot, _ slot: Slot, _ grid: UInt16?, _ place: Coordinates?,
        _ rule: DuplicateRule
    ) -> SimilarCall? {
        guard let place, let other = call.coordinates else {
            return call.grid == grid ? SimilarCall(slot: slot, metres: nil) : nil
        }
        let metres = place.metres(to: other)
        return metres <= Double(rule.radiusMetres)
            ? SimilarCall(slot: slot, metres: metres) : nil
    }
}

extension CallSlot {
    /// Where the call is; `nil` if it does not say.
    package var coordinates: Coordinates? {
        guard latitude != .min || longitude != .min else { return nil }
        return Coordinates(latitude: Double(latitude) / 1e7, longitude: Double(longitude) / 1e7)
    }
}

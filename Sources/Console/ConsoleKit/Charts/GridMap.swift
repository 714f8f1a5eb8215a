/// One grid as it is shown.
package struct GridTile: Hashable, Sendable {
    package let id: String
    package let name: String
    package let count: GridCounts.Count

    /// A grid.
    package init(id: String, name: String, count: GridCounts.Count) {
        self.id = id
        self.name = name
        self.count = count
    }
}

/// A schematic map: tiles in blocks of neighbours.
///
/// A catalogue knows no outlines. But ids of grids are made of the area's code and a sequence (GB/T
/// 30428), so that ids alike but for the last two characters are of one community and lie together.
package struct GridMap: Sendable {
    /// Neighbours.
    package struct Block: Sendable {
        /// What their names have in common, else what their ids have.
        package let name: String
        /// Each tile with how dark it is: 0 without open calls, to 4.
        package let tiles: [(tile: GridTile, shade: Int)]
    }

    /// In the order of the catalogue.
    package let blocks: [Block]

    /// A map of `grids`.
    package init(_ grids: [GridTile]) {
        let most = grids.map(\.count.open).max() ?? 0
        var order: [Substring] = []
        var members: [Substring: [GridTile]] = [:]
        for grid in grids {
            let prefix = grid.id.dropLast(2)
            if members[prefix] == nil { order.append(prefix) }
            members[prefix, default: []].append(grid)
        }
        blocks = order.map { prefix in
            let tiles = members[prefix] ?? []
            return Block(
                name: Self.commonName(tiles) ?? String(prefix),
                tiles: tiles.map { ($0, Self.shade($0.count.open, most: most)) })
        }
    }

    /// How dark a tile is: something open is never shown as nothing.
    package static func shade(_ open: UInt64, most: UInt64) -> Int {
        guard open > 0, most > 0 else { return 0 }
        return Int(min(4, (Double(open) / Double(most) * 4).rounded(.up)))
    }

    /// What the names begin with alike, without what belongs to the number that follows; `nil` if
    /// that is hardly anything, or there is one grid alone.
    static func commonName(_ tiles: [GridTile]) -> String? {
        guard tiles.count > 1, var common = tiles.first.map({ Substring($0.name) }) else {
            return tiles.first?.name
        }
        for tile in tiles.dropFirst() {
            while !tile.name.hasPrefix(common) { common = common.dropLast() }
        }
        let idle: Set<Character> = [" ", ",", "-", "–", "·", "第", "，"]
        while let last = common.last, idle.contains(last) || last.isNumber {
            common = common.dropLast()
        }
        for word in [", grid", " grid", "网格"] where common.hasSuffix(word) {
            common = common.dropLast(word.count)
        }
        return common.count < 2 ? nil : String(common)
    }
}

extension TopModel {
    /// A filter is no longer than that, in characters.
    private static let longestFilter = 60

    /// Somebody pressed a key.
    package mutating func handle(_ key: TerminalKey) {
        if key == .control("l") {
            repaint()
            return
        }
        switch mode {
        case .help(let offset): handleInHelp(key, offset: offset)
        case .filter(let before): handleInFilter(key, before: before)
        case .tables: handleInTables(key)
        }
        clampOffsets()
    }

    private mutating func handleInTables(_ key: TerminalKey) {
        switch key {
        case .character(let character): handleInTables(character)
        case .tab: focus = focus == .departments ? .campaigns : .departments
        case .up: scroll(by: -1)
        case .down: scroll(by: 1)
        case .pageUp, .control("b"): scroll(by: -page)
        case .pageDown, .control("f"): scroll(by: page)
        case .home: scroll(by: -.max)
        case .end: scroll(by: .max)
        case .left: moveSort(by: -1)
        case .right: moveSort(by: 1)
        case .escape: filter = ""
        default: break
        }
    }

    private mutating func handleInTables(_ character: Character) {
        switch character {
        case "q", "Q": finish()
        case "?", "h": mode = .help(offset: 0)
        case "/": mode = .filter(before: filter)
        case "p", " ": togglePause()
        case "v": isSplit.toggle()
        case "<", ",": moveSort(by: -1)
        case ">", ".": moveSort(by: 1)
        case "r": tables[focus, default: .init()].isReversed.toggle()
        case "+", "=": changeInterval(longer: true)
        case "-": changeInterval(longer: false)
        case "k": scroll(by: -1)
        case "j": scroll(by: 1)
        case "g": scroll(by: -.max)
        case "G": scroll(by: .max)
        default: break
        }
    }

    private mutating func handleInFilter(_ key: TerminalKey, before: String) {
        switch key {
        case .enter: mode = .tables
        case .escape:
            filter = before
            mode = .tables
        case .backspace: if !filter.isEmpty { filter.removeLast() }
        case .control("u"): filter = ""
        case .character(let character):
            if filter.count < Self.longestFilter { filter.append(character) }
        default: break
        }
    }

    private mutating func handleInHelp(_ key: TerminalKey, offset: Int) {
        let last = max(0, helpLines.count - bodyHeight)
        switch key {
        case .up, .character("k"): mode = .help(offset: max(0, offset - 1))
        case .down, .character("j"): mode = .help(offset: min(last, offset + 1))
        case .character("q"), .character("Q"): finish()
        default: mode = .tables
        }
    }

    private mutating func scroll(by lines: Int) {
        let offset = tables[focus, default: .init()].offset
        let (sum, overflow) = offset.addingReportingOverflow(lines)
        tables[focus, default: .init()].offset = overflow ? (lines > 0 ? .max : 0) : sum
    }

    private var page: Int { max(1, heights[focus, default: 1] - 1) }

    /// Sorts by the column beside the one before: the catalogue's order, then from left to right.
    private mutating func moveSort(by step: Int) {
        let choices = [nil] + columnIDs(of: focus).map(Optional.init)
        let state = tables[focus, default: .init()]
        let now = choices.firstIndex(of: state.sorted) ?? 0
        let next = (now + step + choices.count) % choices.count
        tables[focus, default: .init()].sorted = choices[next]
        tables[focus, default: .init()].isReversed = false
    }

    /// No table is scrolled beyond its last row.
    mutating func clampOffsets() {
        for table in Table.allCases {
            let last = max(0, rowCount(of: table) - max(1, (heights[table] ?? 2) - 1))
            let offset = tables[table]?.offset ?? 0
            if offset != 0 { tables[table]?.offset = max(0, min(last, offset)) }
        }
    }
}

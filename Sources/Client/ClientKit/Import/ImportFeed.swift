import GridCodec

/// Hands out the rows of an import, when their time has come.
package struct ImportFeed {
    /// What there is to do now.
    package enum Next: Sendable {
        /// A row.
        case entry(ImportEntry)
        /// Nothing before so many milliseconds have passed.
        case wait(Int64)
        /// Nothing any more.
        case end
    }

    private var source: ImportSource
    private let speed: Double?
    /// Replays only: rows in the order of their observed times, read whole at the beginning.
    private var replay: [ImportEntry] = []
    private var position = 0
    private var beganAt: Int64?
    private var firstObservedAt: Int64 = 0

    /// Rows as fast as they are wanted, in the order of the file; with a `speed` they are replayed
    /// by their observed times, so many times faster than they happened.
    ///
    /// A replay needs every row in memory, since a file need not be sorted by time.
    /// Errors: `ImportFileError`.
    package init(_ source: ImportSource, speed: Double? = nil) throws(ImportFileError) {
        self.source = source
        self.speed = speed
        if speed != nil { try readWhole() }
    }

    /// The next row or how long to wait for it. Errors: `ImportFileError`.
    package mutating func next(now: Int64) throws(ImportFileError) -> Next {
        guard let speed else { return try source.next().map { .entry($0) } ?? .end }
        guard position < replay.count else { return .end }
        let start = beganAt ?? now
        beganAt = start
        let passed = Double(replay[position].observedAt - firstObservedAt) / speed
        let due = start + Int64(min(max(0, passed), 1e15))
        guard due <= now else { return .wait(due - now) }
        position += 1
        return .entry(replay[position - 1])
    }

    private mutating func readWhole() throws(ImportFileError) {
        while let entry = try source.next() { replay.append(entry) }
        // Rows that are refused have no time: they come first. Equal times keep the file's order.
        replay = replay.enumerated().sorted {
            ($0.element.observedAt, $0.offset) < ($1.element.observedAt, $1.offset)
        }.map(\.element)
        firstObservedAt = replay.first { $0.isItem }?.observedAt ?? 0
    }
}

extension ImportEntry {
    fileprivate var isItem: Bool { if case .item = self { true } else { false } }

    /// The observed time, in milliseconds; before all others if the row has none.
    fileprivate var observedAt: Int64 {
        switch self {
        case .item(let item): item.call.observedAt
        case .refused: Int64.min / 2
        }
    }
}

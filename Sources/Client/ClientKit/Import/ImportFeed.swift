import GridCodec

/// How fast an import hands out its rows.
package enum ImportPace: Hashable, Sendable {
    /// As fast as they are wanted.
    case unlimited
    /// At most so many rows in a second.
    case rate(Double)
    /// By their observed times, so many times faster than they happened.
    case replay(Double)
}

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
    private let pace: ImportPace
    /// Replays only: rows in the order of their observed times, read whole at the beginning.
    private var replay: [ImportEntry] = []
    private var position = 0
    private var beganAt: Int64?
    private var firstObservedAt: Int64 = 0

    /// Rows at some pace, in the order of the file or, in a replay, of their observed times.
    ///
    /// A replay needs every row in memory, since a file need not be sorted by time.
    /// Errors: the file cannot be read.
    package init(
        _ source: ImportSource, pace: ImportPace = .unlimited
    ) throws(ClientFailure) {
        self.source = source
        self.pace = pace
        if case .replay = pace { try readWhole() }
    }

    /// The names of the file's columns.
    package var header: [String] { source.header }

    /// About how much was handed out, 0 to 1; `nil` if that cannot be known.
    package var fractionTaken: Double? {
        guard case .replay = pace else { return source.fractionTaken }
        return Double(position) / Double(max(1, replay.count))
    }

    /// The next row or how long to wait for it. Errors: the file cannot be read on.
    package mutating func next(now: Int64) throws(ClientFailure) -> Next {
        let start = beganAt ?? now
        beganAt = start
        let dueAt: Double
        switch pace {
        case .unlimited: dueAt = 0
        case .rate(let rate): dueAt = Double(position) * 1_000 / rate
        case .replay(let speed):
            guard position < replay.count else { return .end }
            dueAt = Double(replay[position].observedAt - firstObservedAt) / speed
        }
        let due = start + Int64(min(max(0, dueAt), 1e15))
        guard due <= now else { return .wait(due - now) }
        return try nextAtOnce().map { .entry($0) } ?? .end
    }

    /// The next row, whatever the pace. Errors: the file cannot be read on.
    package mutating func nextAtOnce() throws(ClientFailure) -> ImportEntry? {
        defer { position += 1 }
        guard case .replay = pace else { return try source.next() }
        return position < replay.count ? replay[position] : nil
    }

    private mutating func readWhole() throws(ClientFailure) {
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

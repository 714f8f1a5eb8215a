package import GridModel

/// When and how an import tells how far it is.
///
/// On a terminal one line is drawn anew five times a second; elsewhere a line is added every five
/// seconds, so that a log stays readable.
package struct ProgressLine: Sendable {
    private let isTerminal: Bool
    private let language: Language
    private let beganAt: Int64
    private var lastAt: Int64
    private var lastSettled = 0
    private var hasDrawn = false

    /// A line that begins at `now`, in milliseconds of a clock that never goes back.
    package init(isTerminal: Bool, language: Language = .english, now: Int64) {
        self.isTerminal = isTerminal
        self.language = language
        beganAt = now
        lastAt = now
    }

    /// Whether it is time to write again.
    package func isDue(now: Int64) -> Bool { now - lastAt >= (isTerminal ? 200 : 5_000) }

    /// What to write to standard error now, `nil` if it is too early. `fraction` says about how
    /// much of the file was taken, if that is known: from it comes the remaining time.
    package mutating func text(
        _ tally: ImportTally, fraction: Double? = nil, now: Int64
    ) -> String? {
        guard isDue(now: now) else { return nil }
        let passed = now - lastAt
        let rate = Int64(tally.settled - lastSettled) * 1_000 / passed
        lastAt = now
        lastSettled = tally.settled
        hasDrawn = true
        return draw("\(counts(tally))  \(rate)/s" + remaining(fraction, tally, now: now))
    }

    /// What to write when all is done: ends the line on a terminal.
    package var end: String { isTerminal && hasDrawn ? "\r\u{1B}[K" : "" }

    /// What to write when the broker does not answer.
    package mutating func unreachable(endpoint: String, now: Int64) -> String {
        lastAt = now
        hasDrawn = true
        return draw(
            language(
                chinese: "\(endpoint) 没有答复，正在重试……",
                english: "\(endpoint) does not answer, trying again …"))
    }

    /// On a terminal the line is cut off at the right edge, whatever the width is by now: one that
    /// wrapped could not be drawn over (DECAWM off and on again).
    private func draw(_ line: String) -> String {
        isTerminal ? "\r\u{1B}[K\u{1B}[?7l" + line + "\u{1B}[?7h" : line + "\n"
    }

    /// The time the rest takes if it goes on as it went so far; silent until that means something.
    private func remaining(_ fraction: Double?, _ tally: ImportTally, now: Int64) -> String {
        guard let fraction, tally.read > 0, now - beganAt >= 1_000 else { return "" }
        let done = fraction * Double(tally.settled) / Double(tally.read)
        guard done > 0.001, done < 1 else { return "" }
        let seconds = Double(now - beganAt) / 1_000 * (1 - done) / done
        let time = Words.duration(seconds: max(1, seconds.rounded(.up)), in: language)
        return language(chinese: "  还需 \(time)", english: "  \(time) left")
    }

    private func counts(_ tally: ImportTally) -> String {
        language(
            chinese: "已读 \(tally.read)  立案 \(tally.filed)  已有 \(tally.duplicates)"
                + "  拒绝 \(tally.refused)",
            english: "read \(tally.read)  filed \(tally.filed)  duplicates \(tally.duplicates)"
                + "  refused \(tally.refused)")
    }
}

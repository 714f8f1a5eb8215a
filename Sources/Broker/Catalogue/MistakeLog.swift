import GridModel

/// Collects the mistakes of one file while it is read.
final class MistakeLog {
    /// In the order in which they were found.
    private(set) var mistakes: [CatalogueMistake] = []
    /// Comparing names takes time: a file full of mistakes gets suggestions for the first ones, and
    /// they come from the first names.
    private var suggestionsLeft = 100
    private static let comparedNames = 2_000

    /// Notes a mistake.
    func add(_ line: Int, _ message: Phrase) {
        let spaced = Phrase(message.chinese.withBlanksAroundCode, message.english)
        mistakes.append(CatalogueMistake(line: line, message: spaced))
    }

    /// A half sentence that helps whoever wrote `text` where one of `names` was expected.
    func hint(for text: String, among names: some Collection<String>) -> Phrase {
        guard suggestionsLeft > 0, !names.isEmpty else { return .nothing }
        suggestionsLeft -= 1
        if let nearest = NearMiss.nearest(to: text, among: names.prefix(Self.comparedNames)) {
            return .didYouMean(nearest)
        }
        guard names.count <= 16 else { return .nothing }
        let list = names.map { Phrase(verbatim: "`\($0)`") }.listed
        return Phrase("；已有 \(list.chinese)", "; there is \(list.english)")
    }
}

/// Finds the name that somebody probably meant.
enum NearMiss {
    /// The name nearest to `text`, if it is so near that a slip of the keyboard explains it.
    static func nearest(to text: String, among names: some Collection<String>) -> String? {
        let written = Array(text.lowercased().unicodeScalars.prefix(64))
        let allowed = max(1, written.count / 3)
        var best: (name: String, distance: Int)?
        for name in names {
            let candidate = Array(name.lowercased().unicodeScalars.prefix(64))
            guard abs(candidate.count - written.count) <= allowed else { continue }
            let distance = distance(written, candidate)
            if distance <= allowed, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    /// How many letters must be added, dropped, changed or swapped with their neighbour
    /// (optimal string alignment).
    static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let change = left[row] == right[column] ? 0 : 1
                var least = min(
                    last[column + 1] + 1, current[column] + 1, last[column] + change)
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                current.append(least)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}

/// What is due when: a binary heap, earliest first.
struct DueHeap<Element: Sendable>: Sendable {
    private struct Entry {
        var due: Int64
        var element: Element
    }

    private var entries: [Entry] = []

    /// When the earliest element is due; `nil` if there is none.
    var earliest: Int64? { entries.first?.due }

    /// Adds an element that is due at `due`.
    mutating func insert(_ element: Element, due: Int64) {
        entries.append(Entry(due: due, element: element))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].due < entries[parent].due else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the earliest element if it is due at `now`.
    mutating func popDue(now: Int64) -> Element? {
        guard let first = entries.first, first.due <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        sink()
        return first.element
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { return }
            if child + 1 < entries.count, entries[child + 1].due < entries[child].due { child += 1 }
            guard entries[child].due < entries[parent].due else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }
}

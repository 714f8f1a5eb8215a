import ClientKit

/// A piece of a page that changes by itself: the id of its element, and what is in it.
package struct Fragment: Hashable, Sendable {
    package let id: String
    package let content: Markup

    /// A piece.
    package init(_ id: String, _ content: Markup) {
        self.id = id
        self.content = content
    }
}

/// The pieces of one topic as they are now, and when each changed.
///
/// What a page missed is found by the revision it saw last. So nothing is kept for a page that is
/// slow: when it is ready again it gets what is different now, once, however often that changed.
package struct FragmentBoard: Sendable {
    private var fragments: [(fragment: Fragment, revision: UInt64)] = []
    /// Rises whenever a piece changes.
    package private(set) var revision: UInt64 = 0

    /// A board without pieces.
    package init() {}

    /// Puts the pieces up; `true` if any is new or another than before.
    @discardableResult
    package mutating func publish(_ pieces: [Fragment]) -> Bool {
        let next = revision + 1
        var hasChanged = false
        for piece in pieces {
            if let place = fragments.firstIndex(where: { $0.fragment.id == piece.id }) {
                guard fragments[place].fragment != piece else { continue }
                fragments[place] = (piece, next)
            } else {
                fragments.append((piece, next))
            }
            hasChanged = true
        }
        if hasChanged { revision = next }
        return hasChanged
    }

    /// What changed after `seen`; everything for 0.
    package func changes(since seen: UInt64) -> [Fragment] {
        fragments.filter { $0.revision > seen }.map(\.fragment)
    }
}

/// The text of server-sent events (HTML Living Standard, 9.2).
package enum EventText {
    /// What a stream begins with: how long a browser waits before it connects anew.
    package static let beginning = Array("retry: 2000\n\n".utf8)
    /// Shows that the console lives.
    package static let pulse = Array("event: pulse\ndata: 1\n\n".utf8)

    /// The pieces that changed, as one event: a JSON object from ids to HTML.
    package static func fragments(_ fragments: [Fragment]) -> [UInt8] {
        let object = JSONValue.object(
            fragments.map { .init($0.id, .text($0.content.html)) })
        let lines = object.rendered.split(separator: "\n").map { "data: \($0)\n" }
        return Array(("event: fragments\n" + lines.joined() + "\n").utf8)
    }
}

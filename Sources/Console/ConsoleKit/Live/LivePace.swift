/// How long a page that asked for its list waits before it may ask again.
///
/// A list that changes all the time cannot be read anyway. A page that has waited, because nothing
/// changed, asks at once.
package enum ListPause {
    /// Milliseconds where few pages are open.
    package static let shortest = 700
    /// Lists that all pages together ask for in a second: each takes a core of the broker's machine
    /// about a millisecond.
    package static let perSecond = 50

    /// Milliseconds where so many pages show lists.
    package static func milliseconds(pages: Int) -> Int { max(shortest, pages * 1_000 / perSecond) }
}

/// How often pages get what changed: with few of them at once, with many in steps.
///
/// Telling a page takes a processor of the machine some 20 microseconds, making and sending it a
/// list a third of a millisecond. Where hundreds do that all the time, calls wait for their turn;
/// and whatever changes all the time cannot be read anyway.
package enum LivePace {
    /// Milliseconds between two events to the same page, where so many are open.
    package static func events(pages: Int) -> Int64 { min(2_000, max(250, Int64(pages) * 5)) }

    /// Milliseconds that a page which asked for its list waits before it may ask again, where so
    /// many show lists. One that has waited, because nothing changed, asks at once.
    package static func lists(pages: Int) -> Int { min(10_000, max(700, pages * 50)) }
}

package import GridCodec
package import GridSession

/// What a client needs of a running session; tests put a broker of their own behind it.
///
/// Items are kept and sent again by the session until their answer has come. All calls come from
/// one thread.
package protocol BrokerLink: AnyObject {
    /// Sends calls; each is answered by a receipt.
    func submit(_ items: [WireSubmitItem])
    /// Asks; the answer carries the same correlation.
    func query(_ item: WireQueryItem)
    /// Commands; the answer carries the same id.
    func command(_ item: WireCommandItem)
    /// What happened since the last call; waits at most so many milliseconds if nothing has.
    func events(waitingAtMost milliseconds: Int64) -> [SessionEvent]
    /// Says goodbye and frees the connection.
    func close()
    /// Milliseconds of a clock that never goes back.
    var now: Int64 { get }
}

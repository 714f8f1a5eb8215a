/// How often a request is tried, and how long is waited in between.
package struct WebhookRetry: Hashable, Sendable {
    /// Tries in all. After them the assignment has failed, and the broker waits longer.
    package var tries = 5
    /// The first wait; each further one is twice as long.
    package var firstWait = Duration.seconds(1)

    /// Five tries, with waits of 1, 2, 4 and 8 seconds.
    package init() {}

    /// How long to wait after so many tries, at least as long as the server asked for; `nil` if
    /// there is no further try. `jitter`, −0.2 to 0.2, keeps workers from coming back together.
    func wait(after tries: Int, asked: Duration?, jitter: Double) -> Duration? {
        guard tries < self.tries else { return nil }
        let own = firstWait * (1 << min(tries - 1, 16)) * (1 + jitter)
        return max(own, asked ?? .zero)
    }
}

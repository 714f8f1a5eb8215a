package import GridModel
import Synchronization

/// Who waits for another try.
package final class RetryPauses: Sendable {
    private struct State {
        var waiting: Set<Claim> = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Nobody waits.
    package init() {}

    /// Waits; `false` if there is to be no further try, because of `close` or a cancellation.
    package func wait(_ duration: Duration, for claim: Claim) async -> Bool {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.waiting.insert(claim) }
            return !state.isClosed
        }
        guard isOpen else { return false }
        let isOver = (try? await Task.sleep(for: duration)) != nil
        state.withLock { _ = $0.waiting.remove(claim) }
        return isOver
    }

    /// Lets nobody wait from now on; whoever waits is to be cancelled.
    package func close() -> Set<Claim> {
        state.withLock { state in
            state.isClosed = true
            return state.waiting
        }
    }
}

import Dispatch
import Foundation
import Synchronization

/// The processes that must not outlive the benchmark, also when it is interrupted.
enum ChildProcesses {
    private static let running = Mutex<Set<Int32>>([])

    static func add(_ processID: Int32) {
        running.withLock { _ = $0.insert(processID) }
    }

    static func remove(_ processID: Int32) {
        running.withLock { _ = $0.remove(processID) }
    }

    /// Ends what still runs.
    static func endAll() {
        for processID in running.withLock({ $0 }) { kill(processID, SIGKILL) }
    }

    /// Ends everything when the benchmark itself is told to end; keep the result.
    static func endOnSignals() -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                endAll()
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }
}

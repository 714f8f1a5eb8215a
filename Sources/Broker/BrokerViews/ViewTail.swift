import Foundation
import GRDB
package import Logging
import Threads

/// The thread that keeps the views level with the journal.
///
/// It follows from its own position, without a queue, at a low priority, so that it takes no core
/// from the loop. Whatever fails here is logged and tried again; the broker goes on confirming,
/// and `ViewProgress.lag` shows how far the views are behind.
package final class ViewTail: Sendable {
    /// How the tail works.
    package struct Settings: Sendable {
        /// Bytes of batches read for one transaction.
        package var byteBudget = 4 << 20
        /// The first wait after a failure; doubles with each.
        package var retryMilliseconds = 100
        /// The longest wait after failures.
        package var retryMaximumMilliseconds = 10_000
        /// The wait for a batch that was announced and cannot be read yet.
        package var idleMilliseconds = 5
        /// How much nicer than the broker the thread is.
        package var niceness: Int32 = 10

        /// The settings of design: change one with a reason.
        package init() {}
    }

    private let path: String
    private let source: any ViewSource
    private let progress: ViewProgress
    private let log: Logger
    private let settings: Settings
    private let group = DispatchGroup()

    /// A tail that will fill the file at `path` from `source`; `start` begins.
    package init(
        path: String, source: any ViewSource, progress: ViewProgress, log: Logger,
        settings: Settings = Settings()
    ) {
        self.path = path
        self.source = source
        self.progress = progress
        self.log = log
        self.settings = settings
    }

    /// Starts the thread; call once.
    package func start() {
        group.enter()
        let thread = Thread {
            Thread.current.name = "views"
            self.run()
            self.group.leave()
        }
        thread.start()
    }

    /// Ends the thread, waits for readers included, and returns when it has ended.
    package func stop() {
        progress.stop()
        group.wait()
    }

    private func run() {
        ThreadPriority.background(niceness: settings.niceness)
        var follower = ViewFollower(
            path: path, source: source, progress: progress, byteBudget: settings.byteBudget)
        var wait = settings.retryMilliseconds
        while true {
            do {
                let step = try follower.catchUp()
                wait = settings.retryMilliseconds
                if step.orphans > 0 {
                    log.error(
                        "facts name calls that were never filed: verify the journal",
                        metadata: ["facts": "\(step.orphans)"])
                }
                // What was announced can be read; should it not be, this is no busy loop.
                if step.batches == 0, progress.lag > 0 {
                    guard progress.pause(milliseconds: settings.idleMilliseconds) else { return }
                }
                guard progress.awaitBatches() else { return }
            } catch {
                log.error(
                    "queries show an old state: the views cannot follow the journal, trying again",
                    metadata: ["error": "\(error)", "lag": "\(progress.lag)"])
                guard progress.pause(milliseconds: wait) else { return }
                wait = min(wait * 2, settings.retryMaximumMilliseconds)
            }
        }
    }
}

import Foundation
package import Logging
import Monotonic
import Threads

/// The thread that keeps the text index level with the views.
///
/// It stays out of the way of everything else: a second follower behind the views', at the lowest
/// priority, that gathers what comes within a second, and never works for more than half of the
/// time unless a search waits for it. A search looks through the calls it has not reached yet one
/// by one, so being behind costs searches time, not calls.
package final class TextIndexer: Sendable {
    /// How the indexer works.
    package struct Settings: Sendable {
        /// The wait for more calls before they are indexed together.
        package var gatherMilliseconds = 1_000
        /// The longest it does not look whether a reader found its file damaged.
        package var attentionMilliseconds = 1_000
        /// The wait after a failure.
        package var retryMilliseconds = 1_000
        /// How much nicer than the broker the thread is.
        package var niceness: Int32 = 19

        /// The settings of design: change one with a reason.
        package init() {}
    }

    private let paths: (index: String, views: String)
    private let views: ViewProgress
    private let progress: TextIndexProgress
    private let log: Logger
    private let settings: Settings
    private let group = DispatchGroup()

    /// An indexer that will fill the file at `indexPath` from the views' at `viewsPath`; `start`
    /// begins.
    package init(
        indexPath: String, viewsPath: String, views: ViewProgress, progress: TextIndexProgress,
        log: Logger, settings: Settings = Settings()
    ) {
        paths = (indexPath, viewsPath)
        self.views = views
        self.progress = progress
        self.log = log
        self.settings = settings
    }

    /// Starts the thread; call once.
    package func start() {
        group.enter()
        let thread = Thread {
            Thread.current.name = "search"
            self.run()
            self.group.leave()
        }
        thread.start()
    }

    /// Ends the thread, waits for readers included, and returns when it has ended. The views'
    /// progress must be stopped before, since the thread may wait for it.
    package func stop() {
        progress.stop()
        group.wait()
    }

    private func run() {
        ThreadPriority.background(niceness: settings.niceness)
        var follower = TextIndexFollower(
            indexPath: paths.index, viewsPath: paths.views, views: views, progress: progress)
        while !progress.isStopped {
            do {
                try work(&follower)
            } catch {
                log.error(
                    "searches are slow or refused: the text index cannot follow the views",
                    metadata: ["error": "\(error)"])
                _ = progress.rest(until: .now(plusMilliseconds: settings.retryMilliseconds))
            }
        }
    }

    private func work(_ follower: inout TextIndexFollower) throws {
        let seen = views.position
        let began = MonotonicTime.now
        if try follower.step() {
            _ = progress.rest(until: began.reflected)
        } else if views.awaitAdvance(
            beyond: seen, until: .now(plusMilliseconds: settings.attentionMilliseconds))
        {
            _ = progress.rest(until: .now(plusMilliseconds: settings.gatherMilliseconds))
        }
    }
}

extension MonotonicTime {
    /// As far from now as this moment, on the other side.
    fileprivate var reflected: MonotonicTime {
        let now = MonotonicTime.now.nanoseconds
        return MonotonicTime(nanoseconds: now + (now - nanoseconds))
    }
}

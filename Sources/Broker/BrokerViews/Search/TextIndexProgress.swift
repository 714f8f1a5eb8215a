import Monotonic

/// Where the text index stands: what the indexer and the readers of the views share.
///
/// Any thread may call any method; none waits for the disk.
package final class TextIndexProgress: @unchecked Sendable {
    private let monitor = Monitor<ViewCondition>()
    // Guarded by `monitor`.
    private var reached: Int64 = 0
    private var wanted: Int64 = 0
    private var generation = 0
    private var damagedGeneration = 0
    private var isUsable = false
    private var isStopping = false

    /// A progress at the beginning.
    package init() {}

    /// Ends every wait, now and later.
    package func stop() {
        monitor.locked { isStopping = true }
        monitor.wake(.tail)
        monitor.wake(.readers)
    }
}

extension TextIndexProgress {
    /// A reader: the number of the file that may be asked; `nil` while there is none.
    var usableGeneration: Int? {
        monitor.locked { isUsable && damagedGeneration != generation ? generation : nil }
    }

    /// A reader: waits until the index has the call `serial`; false after `deadline`.
    func wait(for serial: Int64, until deadline: MonotonicTime) -> Bool {
        monitor.locked {
            if serial > wanted {
                wanted = serial
                monitor.wake(.tail)
            }
            while !isUsable || reached < serial {
                guard !isStopping, monitor.wait(.readers, until: deadline) else { return false }
            }
            return true
        }
    }

    /// A reader: the file of that generation cannot be read and must be made again.
    func reportDamage(generation damaged: Int) {
        monitor.locked { damagedGeneration = max(damagedGeneration, damaged) }
        monitor.wake(.tail)
    }

    /// The indexer: a file was opened; it is not asked before it is known to fit the views.
    func opened() {
        monitor.locked {
            generation += 1
            isUsable = false
        }
    }

    /// The indexer: the views were built anew; the file is not asked until it is known to fit.
    func suspend() { monitor.locked { isUsable = false } }

    /// The indexer: the file fits the views and has every call up to `serial`.
    func advance(to serial: Int64) {
        monitor.locked {
            isUsable = true
            reached = serial
        }
        monitor.wake(.readers)
    }

    /// Whether a reader found the present file damaged.
    var isDamaged: Bool { monitor.locked { mustRebuild } }

    /// Whether everything shall end.
    var isStopped: Bool { monitor.locked { isStopping } }

    /// The indexer: rests, unless somebody waits for calls it does not have yet; false when it
    /// must end.
    func rest(until deadline: MonotonicTime) -> Bool {
        monitor.locked {
            while !isStopping, wanted <= reached, !mustRebuild {
                guard monitor.wait(.tail, until: deadline) else { break }
            }
            return !isStopping
        }
    }

    /// The mutex must be held.
    private var mustRebuild: Bool { generation > 0 && damagedGeneration == generation }
}

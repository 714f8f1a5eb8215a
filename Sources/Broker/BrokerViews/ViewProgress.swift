import Monotonic

/// Where journal and views stand: the one thing that loop, tail and readers share.
///
/// Any thread may call any method; none waits for the disk.
package final class ViewProgress: @unchecked Sendable {
    private let monitor = Monitor<ViewCondition>()
    // Guarded by `monitor`.
    private var durable: UInt64 = 0
    private var reached: UInt64 = 0
    private var wanted: UInt64 = 0
    private var generation = 0
    private var damagedGeneration = 0
    private var isStopping = false
    private var isTailIdle = false

    /// While nobody asks, batches gather this long: a call that begins and ends within it is
    /// written once, and a page that many calls change, too. Transactions of 5,000 calls cost half
    /// as much a call as those of 250.
    private let gatherMilliseconds: Int

    /// A progress at the beginning; `gatherMilliseconds` is 0 for views that follow every batch.
    package init(gatherMilliseconds: Int = 100) { self.gatherMilliseconds = gatherMilliseconds }

    /// The journal is durable up to `seq`; wakes the tail if it has nothing to do.
    package func announce(durable seq: UInt64) {
        let isIdle = monitor.locked {
            durable = max(durable, seq)
            return isTailIdle
        }
        if isIdle { monitor.wake(.tail) }
    }

    /// The last batch the views show.
    package var position: UInt64 { monitor.locked { reached } }

    /// How many durable batches the views do not show yet.
    package var lag: UInt64 { monitor.locked { durable > reached ? durable - reached : 0 } }

    /// Ends every wait, now and later.
    package func stop() {
        monitor.locked { isStopping = true }
        monitor.wake(.tail)
        monitor.wake(.readers)
    }
}

extension ViewProgress {
    /// The tail: waits for batches that are not in the views; false when it must end.
    func awaitBatches() -> Bool {
        monitor.locked {
            isTailIdle = true
            while !isStopping, durable <= reached, !mustRebuild { monitor.wait(.tail) }
            isTailIdle = false
            let deadline = MonotonicTime.now(plusMilliseconds: gatherMilliseconds)
            while !isStopping, wanted <= reached, !mustRebuild {
                guard monitor.wait(.tail, until: deadline) else { break }
            }
            return !isStopping
        }
    }

    /// The last batch that was announced; 0 before the first.
    var announced: UInt64 { monitor.locked { durable } }

    /// The tail: waits before it tries again; false when it must end.
    func pause(milliseconds: Int) -> Bool {
        let deadline = MonotonicTime.now(plusMilliseconds: milliseconds)
        return monitor.locked {
            while !isStopping {
                guard monitor.wait(.tail, until: deadline) else { break }
            }
            return !isStopping
        }
    }

    /// The tail: the file is a new one, or was just opened, and stands at `seq`.
    func opened(at seq: UInt64) {
        monitor.locked {
            generation += 1
            reached = seq
        }
        monitor.wake(.readers)
    }

    /// The tail: the views show everything up to `seq`.
    func advance(to seq: UInt64) {
        monitor.locked { reached = seq }
        monitor.wake(.readers)
    }

    /// Whether everything shall end.
    var isStopped: Bool { monitor.locked { isStopping } }

    /// Whether a reader found the present file damaged.
    var isDamaged: Bool { monitor.locked { mustRebuild } }

    /// A reader: waits until the views show `seq`. Returns the file's generation, which counts
    /// how often it was opened and is another one than `failed`; `nil` after `deadline`.
    func wait(for seq: UInt64, until deadline: MonotonicTime, besides failed: Int = 0) -> Int? {
        monitor.locked {
            if seq > reached, seq > wanted {
                wanted = seq
                monitor.wake(.tail)
            }
            while generation == failed || generation == 0 || reached < seq {
                guard !isStopping, monitor.wait(.readers, until: deadline) else { return nil }
            }
            return generation
        }
    }

    /// Who follows the views: waits, without hurrying them, until they show more than `seq`;
    /// false if they do not by `deadline`, or when everything shall end.
    func awaitAdvance(beyond seq: UInt64, until deadline: MonotonicTime) -> Bool {
        monitor.locked {
            while !isStopping, reached <= seq {
                guard monitor.wait(.readers, until: deadline) else { return false }
            }
            return !isStopping
        }
    }

    /// The generation of the present file; 0 before the first.
    var generationNow: Int { monitor.locked { generation } }

    /// A reader: the file of that generation cannot be read and must be built again.
    func reportDamage(generation damaged: Int) {
        monitor.locked { damagedGeneration = max(damagedGeneration, damaged) }
        monitor.wake(.tail)
    }

    /// The mutex must be held.
    private var mustRebuild: Bool { generation > 0 && damagedGeneration == generation }
}

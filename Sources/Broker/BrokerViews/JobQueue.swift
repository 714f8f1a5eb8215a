import Foundation
import Threads

/// A few threads that take jobs in the order in which they came, when the loop needs no processor.
final class JobQueue<Job: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let group = DispatchGroup()
    private let capacity: Int
    // Guarded by `condition`.
    private var jobs: [Job] = []
    private var isStopped = false

    /// Starts `threads` threads; `makeWorker` runs in each and gives what handles its jobs, which
    /// therefore need not be `Sendable`. At most `capacity` jobs wait. `niceness` is how much nicer
    /// than the broker the threads are.
    init(
        name: String, threads: Int, capacity: Int, niceness: Int32,
        makeWorker: @escaping @Sendable () -> (Job) -> Void
    ) {
        self.capacity = capacity
        for _ in 0..<threads {
            group.enter()
            let thread = Thread {
                Thread.current.name = name
                ThreadPriority.background(niceness: niceness)
                let work = makeWorker()
                while let job = self.next() { work(job) }
                self.group.leave()
            }
            thread.start()
        }
    }

    /// Adds a job; false if too many wait, or after `stop`.
    func add(_ job: Job) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard !isStopped, jobs.count < capacity else { return false }
        jobs.append(job)
        condition.signal()
        return true
    }

    /// Takes no more jobs, does those that wait, and returns when the threads have ended.
    func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        condition.unlock()
        group.wait()
    }

    /// Takes no more jobs, drops those that wait, and does not wait for the one that runs.
    func abandon() {
        condition.lock()
        isStopped = true
        jobs = []
        condition.broadcast()
        condition.unlock()
    }

    private func next() -> Job? {
        condition.lock()
        defer { condition.unlock() }
        while jobs.isEmpty, !isStopped { condition.wait() }
        return jobs.isEmpty ? nil : jobs.removeFirst()
    }
}

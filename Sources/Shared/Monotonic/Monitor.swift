import Glibc

/// A mutex with conditions on the monotonic clock: one for each case of `Condition`, whose raw
/// values count from 0.
///
/// `Foundation.NSCondition` waits by the wall clock: whoever waits a second while that is set back
/// an hour waits an hour longer.
package final class Monitor<Condition>: @unchecked Sendable
where Condition: CaseIterable & RawRepresentable<Int> {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let conditions = UnsafeMutablePointer<pthread_cond_t>.allocate(
        capacity: Condition.allCases.count)

    /// A free mutex for which nobody waits.
    package init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        for index in 0..<Condition.allCases.count {
            pthread_cond_init(conditions + index, &attributes)
        }
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        for index in 0..<Condition.allCases.count { pthread_cond_destroy(conditions + index) }
        pthread_mutex_destroy(mutex)
        conditions.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` with the mutex held.
    package func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Wakes all who wait; the mutex may be held or not.
    package func wake(_ condition: Condition) { pthread_cond_broadcast(pointer(condition)) }

    /// Waits until woken; the mutex must be held.
    package func wait(_ condition: Condition) { pthread_cond_wait(pointer(condition), mutex) }

    /// Waits until woken or until `deadline`; false once it has passed. The mutex must be held.
    package func wait(_ condition: Condition, until deadline: MonotonicTime) -> Bool {
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
            tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        return pthread_cond_timedwait(pointer(condition), mutex, &time) != ETIMEDOUT
    }

    private func pointer(_ condition: Condition) -> UnsafeMutablePointer<pthread_cond_t> {
        precondition((0..<Condition.allCases.count).contains(condition.rawValue))
        return conditions + condition.rawValue
    }
}

/// The condition of a monitor in which all wait for the same.
package enum Change: Int, CaseIterable, Sendable {
    case change
}

import Glibc

/// A mutex with two conditions on the monotonic clock: one for the tail, one for readers.
///
/// `Foundation.NSCondition` waits by the wall clock, which may jump; this does not.
final class Monitor: @unchecked Sendable {
    /// Who waits.
    enum Condition: Int {
        case tail
        case readers
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let conditions = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 2)

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        for index in 0..<2 { pthread_cond_init(conditions + index, &attributes) }
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        for index in 0..<2 { pthread_cond_destroy(conditions + index) }
        pthread_mutex_destroy(mutex)
        conditions.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` with the mutex held.
    func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Wakes all who wait; the mutex may be held or not.
    func wake(_ condition: Condition) { pthread_cond_broadcast(conditions + condition.rawValue) }

    /// Waits until woken; the mutex must be held.
    func wait(_ condition: Condition) {
        pthread_cond_wait(conditions + condition.rawValue, mutex)
    }

    /// Waits until woken or until `deadline`; false once it has passed. The mutex must be held.
    func wait(_ condition: Condition, until deadline: MonotonicTime) -> Bool {
        var time = timespec(
            tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
            tv_nsec: Int(deadline.nanoseconds % 1_000_000_000))
        return pthread_cond_timedwait(conditions + condition.rawValue, mutex, &time) != ETIMEDOUT
    }
}

/// A reading of the clock that never jumps (`CLOCK_MONOTONIC`).
package struct MonotonicTime: Comparable, Sendable {
    /// Nanoseconds since some moment before the process began.
    let nanoseconds: UInt64

    /// This moment.
    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(
            nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// The moment `milliseconds` from now.
    package static func now(plusMilliseconds milliseconds: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: now.nanoseconds + UInt64(milliseconds) * 1_000_000)
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

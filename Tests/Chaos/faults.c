// Faults of the system as a process sees them, by LD_PRELOAD: writes and fsyncs of files below one
// directory that fail, stop half-way or take long, and a wall clock that is wrong.
//
//   CHAOS_CONTROL=FILE    64 bytes, shared with whoever decides; chaos.py writes them
//   CHAOS_DIRECTORY=DIR   whose files are concerned; the clock needs none
//
// All numbers are native and aligned; one writer, so that relaxed reads are enough.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
    int32_t write_error;     // errno of writes, 0: they succeed
    int32_t sync_error;      // errno of fsync and fdatasync
    int32_t one_in;          // one of so many fails; 1: all
    int32_t is_short;        // a write that fails has written half before
    int32_t delay;           // milliseconds that a sync takes longer
    int32_t unused;
    int64_t clock_offset;    // seconds that the wall clock is ahead
    uint32_t failed_writes;  // counted here
    uint32_t failed_syncs;
    uint32_t delayed_syncs;
};

static volatile struct control *control;
static const char *directory;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CHAOS_CONTROL");
    directory = getenv("CHAOS_DIRECTORY");
    if (path == NULL) return;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *memory = mmap(NULL, 64, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory != MAP_FAILED) control = memory;
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (real == NULL) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int is_concerned(int file) {
    if (directory == NULL) return 0;
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    size_t prefix = strlen(directory);
    return strncmp(path, directory, prefix) == 0 && (path[prefix] == '/' || path[prefix] == 0);
}

static int is_chosen(void) {
    static uint32_t state = 2463534242u;
    if (control->one_in <= 1) return 1;
    state ^= state << 13, state ^= state >> 17, state ^= state << 5;
    return state % (uint32_t)control->one_in == 0;
}

// The errno with which this write fails, or 0.
static int write_fault(int file) {
    if (control == NULL || control->write_error == 0) return 0;
    int saved = errno, error = control->write_error;
    int fails = is_concerned(file) && is_chosen();
    errno = saved;
    if (!fails) return 0;
    __atomic_fetch_add(&control->failed_writes, 1, __ATOMIC_RELAXED);
    return error;
}

static int sync_fault(int file) {
    if (control == NULL || (control->sync_error == 0 && control->delay == 0)) return 0;
    int saved = errno, concerned = is_concerned(file);
    if (concerned && control->delay > 0) {
        struct timespec pause = {control->delay / 1000, control->delay % 1000 * 1000000L};
        nanosleep(&pause, NULL);
        __atomic_fetch_add(&control->delayed_syncs, 1, __ATOMIC_RELAXED);
    }
    errno = saved;
    int error = control->sync_error;
    if (!concerned || error == 0 || !is_chosen()) return 0;
    __atomic_fetch_add(&control->failed_syncs, 1, __ATOMIC_RELAXED);
    return error;
}

// What a write returns that fails: half of it where it stops half-way, else -1.
#define WRITE_OR_FAIL(file, size, whole, half) \
    do { \
        int error = write_fault(file); \
        if (error == 0) return whole; \
        if (control->is_short && (size) > 1) return half; \
        errno = error; \
        return -1; \
    } while (0)

ssize_t write(int file, const void *bytes, size_t size) {
    REAL(write);
    WRITE_OR_FAIL(file, size, real(file, bytes, size), real(file, bytes, size / 2));
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
    REAL(pwrite);
    WRITE_OR_FAIL(
        file, size, real(file, bytes, size, offset), real(file, bytes, size / 2, offset));
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
    REAL(pwrite64);
    WRITE_OR_FAIL(
        file, size, real(file, bytes, size, offset), real(file, bytes, size / 2, offset));
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(writev);
    WRITE_OR_FAIL(file, count, real(file, parts, count), real(file, parts, count / 2));
}

int fsync(int file) {
    REAL(fsync);
    int error = sync_fault(file);
    if (error == 0) return real(file);
    errno = error;
    return -1;
}

int fdatasync(int file) {
    REAL(fdatasync);
    int error = sync_fault(file);
    if (error == 0) return real(file);
    errno = error;
    return -1;
}

static time_t clock_offset(void) { return control == NULL ? 0 : (time_t)control->clock_offset; }

int clock_gettime(clockid_t clock, struct timespec *moment) {
    REAL(clock_gettime);
    int result =
        real != NULL ? real(clock, moment) : (int)syscall(SYS_clock_gettime, clock, moment);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        moment->tv_sec += clock_offset();
    return result;
}

int gettimeofday(struct timeval *restrict moment, void *restrict zone) {
    (void)zone;
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
    moment->tv_sec = now.tv_sec;
    moment->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *moment) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
    if (moment != NULL) *moment = now.tv_sec;
    return now.tv_sec;
}

// A wait until a moment of the wrong clock is one until a moment of the kernel's. Moments of the
// monotonic clock, which counts from the machine's start, are far smaller and stay as they are.
int pthread_cond_timedwait(
    pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
    const struct timespec *restrict end) {
    static __typeof__(pthread_cond_timedwait) *real;
    if (real == NULL) {
        // The version that came with glibc's present condition variables, where there are two.
        real = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
        if (real == NULL) real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    }
    struct timespec right = *end;
    if (right.tv_sec > 1000000000) right.tv_sec -= clock_offset();
    return real(condition, mutex, &right);
}

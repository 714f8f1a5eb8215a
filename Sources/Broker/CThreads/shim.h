// What Swift cannot call of Linux: a function with a variable number of arguments.
#pragma once

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Niceness and time slice in nanoseconds (0: the system's) of the calling thread, as
/// sched_setattr(2) has it, for which C libraries before glibc 2.41 have no function. 0, or -1 with
/// `errno`.
static inline long gridcall_set_share(int32_t niceness, uint64_t slice) {
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t niceness;
        uint32_t priority;
        uint64_t slice, deadline, period;
    } attributes = {.size = 48, .niceness = niceness, .slice = slice};
    return syscall(SYS_sched_setattr, 0, &attributes, 0);
}

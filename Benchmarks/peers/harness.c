/* The processes of a run and what is measured when. */
#include "harness.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A run whose consumer makes no progress for so long is over. */
static const double stall_seconds = 20;

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static void *map_shared(size_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) fail("mmap: %s", strerror(errno));
    return memory;
}

static pid_t start(struct harness *harness, void (*part)(struct harness *)) {
    pid_t parent = getpid(), child = fork();
    if (child < 0) fail("fork: %s", strerror(errno));
    if (child > 0) return child;
    /* No part outlives the run, also when the run is killed. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    harness->opened_at = monotonic_nanoseconds();
    part(harness);
    exit(0);
}

/* Ends the run where a part has ended by itself too early. */
static void require_running(pid_t part) {
    if (part != 0 && waitpid(part, NULL, WNOHANG) != 0) fail("a part of the run ended too early");
}

static void watch(double seconds, pid_t producer, pid_t consumer) {
    uint64_t end = monotonic_nanoseconds() + (uint64_t)(seconds * 1e9), now;
    while ((now = monotonic_nanoseconds()) < end) {
        uint64_t left = (end - now) / 1000;
        sleep_microseconds(left < 20000 ? left : 20000);
        require_running(producer);
        require_running(consumer);
    }
}

/* Waits until the producer has all confirmations and ends; a server that gives none is at fault. */
static void wait_for_producer(const struct shared *shared, pid_t producer) {
    uint64_t last = shared->confirmed, last_at = monotonic_nanoseconds();
    int status;
    while (waitpid(producer, &status, WNOHANG) == 0) {
        sleep_microseconds(1000);
        uint64_t now = monotonic_nanoseconds();
        if (shared->confirmed != last) {
            last = shared->confirmed;
            last_at = now;
        } else if ((double)(now - last_at) / 1e9 > stall_seconds) {
            fail("the server does not confirm what it was sent");
        }
    }
    if (status != 0) fail("the producer failed");
}

static void end_consumer(pid_t consumer) {
    kill(consumer, SIGKILL);
    waitpid(consumer, NULL, 0);
}

/* Waits until so many tasks have come out, or none comes any more. */
static void wait_for_tasks(const struct shared *shared, uint64_t expected, pid_t consumer,
                           double patience) {
    uint64_t last = shared->distinct, last_at = monotonic_nanoseconds();
    while (shared->distinct < expected) {
        sleep_microseconds(1000);
        require_running(consumer);
        uint64_t now = monotonic_nanoseconds();
        if (shared->distinct != last) {
            last = shared->distinct;
            last_at = now;
        } else if ((double)(now - last_at) / 1e9 > (last == 0 ? patience : stall_seconds)) {
            return;
        }
    }
}

/* Producer and consumer at work together. */
static void run_both(struct harness *harness, const struct driver *driver) {
    const struct options *options = harness->options;
    struct shared *shared = harness->shared;
    pid_t consumer = start(harness, driver->consume);
    pid_t producer = start(harness, driver->produce);
    uint64_t started = monotonic_nanoseconds();
    while (shared->delivered == 0) {
        watch(0.001, producer, consumer);
        double waited = (double)(monotonic_nanoseconds() - started) / 1e9;
        if (waited > options->connect_seconds + stall_seconds) fail("no task comes out");
    }
    watch(options->warm_up, producer, consumer);
    uint64_t completed = shared->completed, began = monotonic_nanoseconds();
    shared->is_measuring = true;
    watch(options->seconds, producer, consumer);
    completed = shared->completed - completed;
    double seconds = (double)(monotonic_nanoseconds() - began) / 1e9;
    shared->is_measuring = false;
    shared->is_ending = true;
    wait_for_producer(shared, producer);
    wait_for_tasks(shared, shared->submitted, consumer, stall_seconds);
    end_consumer(consumer);
    report_run(driver->name, options, shared, completed, seconds);
}

static void run_fill(struct harness *harness, const struct driver *driver) {
    uint64_t began = monotonic_nanoseconds();
    wait_for_producer(harness->shared, start(harness, driver->produce));
    double seconds = (double)(monotonic_nanoseconds() - began) / 1e9;
    report_run(driver->name, harness->options, harness->shared, 0, seconds);
}

static void run_drain(struct harness *harness, const struct driver *driver) {
    uint64_t began = monotonic_nanoseconds();
    pid_t consumer = start(harness, driver->consume);
    wait_for_tasks(harness->shared, harness->options->count, consumer,
                   harness->options->connect_seconds + stall_seconds);
    double seconds = (double)(monotonic_nanoseconds() - began) / 1e9;
    end_consumer(consumer);
    report_run(driver->name, harness->options, harness->shared, harness->shared->completed,
               seconds);
}

int harness_main(int argc, char **argv, const struct driver *driver) {
    struct options options = options_parse(argc, argv, driver->name);
    struct harness *harness = calloc(1, sizeof *harness);
    if (harness == NULL) fail("out of memory");
    harness->options = &options;
    harness->shared = map_shared(sizeof *harness->shared);
    signal(SIGPIPE, SIG_IGN);
    harness->opened_at = monotonic_nanoseconds();
    if (options.mode != MODE_DRAIN) driver->prepare(harness);
    switch (options.mode) {
    case MODE_FILL: run_fill(harness, driver); break;
    case MODE_DRAIN: run_drain(harness, driver); break;
    default: run_both(harness, driver);
    }
    free(harness);
    return 0;
}

#ifndef HARNESS_H
#define HARNESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "histogram.h"

/* What all drivers share. A producer process submits tasks of 200 bytes and hears that each is
 * durable; a consumer process is handed them and completes them; the parent measures. A driver
 * knows only how to speak with its server: windows, rates, clocks and counting are here, so that
 * every peer does the same work. */

enum {
    TASK_BYTES = 200,
    /* More than any window. */
    WINDOW_LIMIT = 1 << 16,
    /* Ids whose delivery is remembered; far more than a run submits. */
    ID_LIMIT = 1 << 27,
};

enum mode {
    MODE_LOAD,    /* closed loop: a window of unconfirmed tasks, whole lives counted */
    MODE_LATENCY, /* open loop: so many tasks a second, however long each takes */
    MODE_FILL,    /* submits a number of tasks that nobody takes */
    MODE_DRAIN,   /* takes a number of tasks that were filled in before */
};

struct options {
    enum mode mode;
    const char *host;
    int port;
    const char *queue;
    /* Unconfirmed tasks of the producer, and tasks that the consumer may hold. */
    uint32_t window;
    uint32_t hold;
    uint64_t count;
    double rate;
    double warm_up;
    double seconds;
    double connect_seconds;
};

/* Memory that parent, producer and consumer share; every counter has one writer. */
struct shared {
    _Atomic uint64_t submitted;
    _Atomic uint64_t confirmed;
    _Atomic uint64_t delivered;
    _Atomic uint64_t distinct;
    _Atomic uint64_t completed;
    _Atomic uint64_t first_delivery;
    _Atomic bool is_measuring;
    _Atomic bool is_ending;
    struct histogram confirmation;
    struct histogram delivery;
    uint8_t seen[ID_LIMIT / 8];
};

struct harness {
    const struct options *options;
    struct shared *shared;
    /* The producer's own: when each unconfirmed task was submitted, 0 for one that is confirmed. */
    uint64_t submitted_at[WINDOW_LIMIT];
    uint64_t next_id;
    uint64_t oldest;
    uint32_t unconfirmed;
    /* Set by a driver that has enough on the way, so that what is due gathers for one request. */
    bool is_holding_back;
    uint64_t opened_at;
};

struct driver {
    const char *name;
    /* Makes the queue, empty; called once before the processes start, not before a drain. */
    void (*prepare)(struct harness *harness);
    /* Submits while harness_wait() says so, and returns when it says that all is done. */
    void (*produce)(struct harness *harness);
    /* Takes and completes tasks until the process is ended. */
    void (*consume)(struct harness *harness);
};

/* Runs a driver as the command line says and prints one line of JSON. */
int harness_main(int argc, char **argv, const struct driver *driver);

struct options options_parse(int argc, char **argv, const char *name);
void report_run(const char *name, const struct options *options, const struct shared *shared,
                uint64_t completed, double seconds);

/* Ends this process, and with it the run, with a message. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* CLOCK_MONOTONIC, which all processes of a machine share. */
uint64_t monotonic_nanoseconds(void);
void sleep_microseconds(uint64_t microseconds);

/* --- the producer's side --- */

enum wait_result { WAIT_DONE, WAIT_SUBMIT, WAIT_READ };

/* Waits until tasks may be submitted or the file descriptor is readable, or all is done. */
enum wait_result harness_wait(struct harness *harness, int descriptor);

/* How many tasks may be submitted now. */
uint32_t harness_allowance(const struct harness *harness);

/* Writes the next task and returns its id; ids count up from 0. */
uint64_t harness_next_task(struct harness *harness, char task[TASK_BYTES]);

/* The server said that a task is durable; that all up to a task are; that the oldest few are. */
void harness_confirm(struct harness *harness, uint64_t id);
void harness_confirm_through(struct harness *harness, uint64_t id);
void harness_confirm_oldest(struct harness *harness, uint64_t count);

/* --- the consumer's side --- */

void harness_delivered(struct harness *harness, const char task[TASK_BYTES]);
/* The server said that so many tasks are removed. */
void harness_completed(struct harness *harness, uint64_t count);

/* Whether connecting may be tried again; waits a moment, and ends the run when it took too long.
 * Errors while a server starts are expected, so drivers ask this after each of them. */
void harness_retry(struct harness *harness, const char *problem);

#endif

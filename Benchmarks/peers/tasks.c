/* Counting and clocks of producer and consumer. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "harness.h"

uint64_t monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void sleep_microseconds(uint64_t microseconds) {
    struct timespec time = {
        .tv_sec = (time_t)(microseconds / 1000000),
        .tv_nsec = (long)(microseconds % 1000000 * 1000),
    };
    nanosleep(&time, NULL);
}

/* Tasks that may wait for the consumer in a closed loop. A server that takes tasks faster than it
 * hands them out would otherwise grow a backlog, and the rate would be that of the taking only. */
static uint64_t backlog_limit(const struct options *options) {
    uint64_t many = 16ull * options->window;
    return many < 1024 ? 1024 : many;
}

/* When a task of the open loop is to be submitted. */
static uint64_t due_at(const struct harness *harness, uint64_t id) {
    return harness->opened_at + (uint64_t)((double)id * 1e9 / harness->options->rate);
}

static uint64_t due_tasks(const struct harness *harness) {
    uint64_t now = monotonic_nanoseconds();
    if (now < harness->opened_at) return 0;
    double passed = (double)(now - harness->opened_at) / 1e9;
    uint64_t due = (uint64_t)(passed * harness->options->rate) + 1;
    return due > harness->next_id ? due - harness->next_id : 0;
}

/* Tasks that may still be submitted, were there no window. */
static uint64_t wanted_tasks(const struct harness *harness) {
    const struct options *options = harness->options;
    if (harness->shared->is_ending) return 0;
    switch (options->mode) {
    case MODE_LATENCY: return due_tasks(harness);
    case MODE_FILL: return options->count - harness->next_id;
    default: {
        uint64_t open = harness->next_id - harness->shared->completed;
        uint64_t limit = backlog_limit(options);
        return open < limit ? limit - open : 0;
    }
    }
}

uint32_t harness_allowance(const struct harness *harness) {
    uint32_t free_places = harness->options->window - harness->unconfirmed;
    if (harness->is_holding_back || free_places == 0 || harness->next_id >= ID_LIMIT) return 0;
    uint64_t wanted = wanted_tasks(harness);
    return wanted < free_places ? (uint32_t)wanted : free_places;
}

static bool is_done(const struct harness *harness) {
    if (harness->unconfirmed > 0) return false;
    const struct options *options = harness->options;
    return harness->shared->is_ending ||
           (options->mode == MODE_FILL && harness->next_id == options->count);
}

/* How long to wait at most before asking for the allowance again, nanoseconds. */
static uint64_t patience(const struct harness *harness) {
    bool is_full = harness->is_holding_back || harness->unconfirmed == harness->options->window;
    if (harness->options->mode == MODE_LATENCY && !is_full) {
        uint64_t now = monotonic_nanoseconds(), due = due_at(harness, harness->next_id);
        return due > now ? due - now : 0;
    }
    /* With nothing on the way only the consumer's progress gives new places. */
    return harness->unconfirmed == 0 ? 100000 : 10000000;
}

enum wait_result harness_wait(struct harness *harness, int descriptor) {
    for (;;) {
        if (is_done(harness)) return WAIT_DONE;
        if (harness_allowance(harness) > 0) return WAIT_SUBMIT;
        uint64_t nanoseconds = patience(harness);
        struct timespec time = {.tv_nsec = (long)nanoseconds};
        struct pollfd item = {.fd = descriptor, .events = POLLIN};
        int ready = ppoll(&item, 1, &time, NULL);
        if (ready < 0 && errno != EINTR) fail("poll: %s", strerror(errno));
        if (ready > 0) return WAIT_READ;
    }
}

uint64_t harness_next_task(struct harness *harness, char task[TASK_BYTES]) {
    uint64_t id = harness->next_id++;
    /* An open loop counts from when a task was due, so that a stall counts for all it delayed. */
    uint64_t stamp = harness->options->mode == MODE_LATENCY ? due_at(harness, id)
                                                            : monotonic_nanoseconds();
    memset(task, 'x', TASK_BYTES);
    memcpy(task, &id, sizeof id);
    memcpy(task + sizeof id, &stamp, sizeof stamp);
    harness->submitted_at[id % WINDOW_LIMIT] = stamp;
    harness->unconfirmed++;
    harness->shared->submitted = harness->next_id;
    return id;
}

void harness_confirm(struct harness *harness, uint64_t id) {
    uint64_t *submitted_at = &harness->submitted_at[id % WINDOW_LIMIT];
    if (id >= harness->next_id || *submitted_at == 0) return;
    if (harness->shared->is_measuring) {
        uint64_t now = monotonic_nanoseconds();
        histogram_add(&harness->shared->confirmation, now - *submitted_at);
    }
    *submitted_at = 0;
    harness->unconfirmed--;
    harness->shared->confirmed++;
    while (harness->oldest < harness->next_id &&
           harness->submitted_at[harness->oldest % WINDOW_LIMIT] == 0) {
        harness->oldest++;
    }
}

void harness_confirm_through(struct harness *harness, uint64_t id) {
    while (harness->oldest <= id && harness->oldest < harness->next_id) {
        harness_confirm(harness, harness->oldest);
    }
}

void harness_confirm_oldest(struct harness *harness, uint64_t count) {
    if (count > 0) harness_confirm_through(harness, harness->oldest + count - 1);
}

void harness_delivered(struct harness *harness, const char task[TASK_BYTES]) {
    struct shared *shared = harness->shared;
    uint64_t id, stamp, now = monotonic_nanoseconds();
    memcpy(&id, task, sizeof id);
    memcpy(&stamp, task + sizeof id, sizeof stamp);
    if (id >= ID_LIMIT) fail("a task came out that nobody submitted");
    if (shared->first_delivery == 0) shared->first_delivery = now;
    if (shared->is_measuring && harness->options->mode != MODE_DRAIN) {
        histogram_add(&shared->delivery, now > stamp ? now - stamp : 0);
    }
    uint8_t bit = (uint8_t)(1u << id % 8);
    if ((shared->seen[id / 8] & bit) == 0) {
        shared->seen[id / 8] |= bit;
        shared->distinct++;
    }
    shared->delivered++;
}

void harness_completed(struct harness *harness, uint64_t count) {
    harness->shared->completed += count;
}

void harness_retry(struct harness *harness, const char *problem) {
    uint64_t waited = monotonic_nanoseconds() - harness->opened_at;
    if ((double)waited / 1e9 > harness->options->connect_seconds) {
        fail("the server on port %d does not serve: %s", harness->options->port, problem);
    }
    sleep_microseconds(2000);
}

/* beanstalkd: its text protocol, many commands in one write. A put is answered after the fsync of
 * the log (-f 0), and so is a delete. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

static void open_when_serving(struct harness *harness, struct stream *stream) {
    while (!stream_open(stream, harness->options)) harness_retry(harness, "no connection");
}

/* The text after a word that an answer must begin with. */
static const char *after(const char *line, const char *word) {
    size_t count = strlen(word);
    if (strncmp(line, word, count) != 0) fail("beanstalkd: %s instead of %s", line, word);
    return line + count;
}

static void prepare(struct harness *harness) {
    struct stream stream;
    open_when_serving(harness, &stream);
    stream_close(&stream);
}

static void put_tasks(struct harness *harness, struct stream *stream) {
    char task[TASK_BYTES];
    for (uint32_t left = harness_allowance(harness); left > 0; left--) {
        harness_next_task(harness, task);
        stream_print(stream, "put 0 0 3600 %d\r\n", TASK_BYTES);
        stream_put(stream, task, sizeof task);
        stream_put(stream, "\r\n", 2);
    }
    stream_flush(stream);
}

static void produce(struct harness *harness) {
    struct stream stream;
    open_when_serving(harness, &stream);
    stream_print(&stream, "use %s\r\n", harness->options->queue);
    stream_flush(&stream);
    after(stream_await_line(&stream), "USING");
    enum wait_result result;
    while ((result = harness_wait(harness, stream.descriptor)) != WAIT_DONE) {
        if (result == WAIT_SUBMIT) {
            put_tasks(harness, &stream);
            continue;
        }
        if (!stream_fill(&stream)) fail("beanstalkd closed the producer's connection");
        for (const char *line; (line = stream_line(&stream)) != NULL;) {
            after(line, "INSERTED");
            harness_confirm_oldest(harness, 1);
        }
    }
}

/* Asks for tasks: the first request waits until there is one, the others take what is there, so
 * that no delete ever waits behind a request that cannot be served. */
static void request(struct stream *stream, uint32_t count) {
    stream_print(stream, "reserve\r\n");
    for (uint32_t more = 1; more < count; more++) {
        stream_print(stream, "reserve-with-timeout 0\r\n");
    }
}

/* Reads the answers to a request; returns how many tasks came and keeps their ids. */
static uint32_t take(struct harness *harness, struct stream *stream, uint32_t requested,
                     unsigned long *ids) {
    uint32_t taken = 0;
    for (uint32_t answer = 0; answer < requested; answer++) {
        const char *line = stream_await_line(stream);
        if (strcmp(line, "TIMED_OUT") == 0) continue;
        ids[taken++] = strtoul(after(line, "RESERVED "), NULL, 10);
        harness_delivered(harness, stream_await_bytes(stream, TASK_BYTES + 2));
    }
    return taken;
}

static void delete_tasks(struct stream *stream, const unsigned long *ids, uint32_t count) {
    for (uint32_t index = 0; index < count; index++) {
        stream_print(stream, "delete %lu\r\n", ids[index]);
    }
}

static void consume(struct harness *harness) {
    struct stream stream;
    open_when_serving(harness, &stream);
    stream_print(&stream, "watch %s\r\nignore default\r\n", harness->options->queue);
    stream_flush(&stream);
    after(stream_await_line(&stream), "WATCHING");
    after(stream_await_line(&stream), "WATCHING");
    /* A drain only looks: deleting a million tasks one fsync after the other takes minutes. */
    bool is_deleting = harness->options->mode != MODE_DRAIN;
    static unsigned long ids[WINDOW_LIMIT];
    uint32_t requested = 1, held = 0;
    for (;;) {
        if (is_deleting) delete_tasks(&stream, ids, held);
        request(&stream, requested);
        stream_flush(&stream);
        for (uint32_t answer = 0; is_deleting && answer < held; answer++) {
            after(stream_await_line(&stream), "DELETED");
            harness_completed(harness, 1);
        }
        held = take(harness, &stream, requested, ids);
        /* As many as lately came, and some more, so that few requests are made in vain. */
        requested = held < requested ? held + 1 : 2 * requested;
        if (requested > harness->options->hold) requested = harness->options->hold;
    }
}

int main(int argc, char **argv) {
    static const struct driver driver = {"beanstalkd", prepare, produce, consume};
    return harness_main(argc, argv, &driver);
}

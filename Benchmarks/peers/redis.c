/* Redis Streams: XADD, XREADGROUP, XACK and XDEL, pipelined over plain sockets. With
 * `appendfsync always` the answers to all commands of one turn leave after one fdatasync. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

enum { ID_BYTES = 48 };

/* One entry of the stream that the consumer holds. */
struct entry {
    size_t count;
    char id[ID_BYTES];
};

/* A word of a command in Redis' protocol: its length, then itself. */
static void put_word(struct stream *stream, const void *bytes, size_t count) {
    stream_print(stream, "$%zu\r\n", count);
    stream_put(stream, bytes, count);
    stream_put(stream, "\r\n", 2);
}

static void put_command(struct stream *stream, size_t words, const char *first) {
    stream_print(stream, "*%zu\r\n", words);
    put_word(stream, first, strlen(first));
}

static void put_text(struct stream *stream, const char *text) {
    put_word(stream, text, strlen(text));
}

/* The number of an answer of this kind: of an integer, of the parts of an array, of bytes. */
static long await_number(struct stream *stream, char kind) {
    const char *line = stream_await_line(stream);
    if (line[0] != kind) fail("redis: %s instead of %c", line, kind);
    return strtol(line + 1, NULL, 10);
}

static char *await_word(struct stream *stream, size_t *count) {
    long bytes = await_number(stream, '$');
    if (bytes < 0) fail("redis: a word is missing");
    *count = (size_t)bytes;
    return stream_await_bytes(stream, *count + 2);
}

/* Connects; a server that still loads its file answers with an error, and is asked again. */
static void open_when_serving(struct harness *harness, struct stream *stream) {
    for (;; harness_retry(harness, "no connection, or still loading")) {
        if (!stream_open(stream, harness->options)) continue;
        stream_print(stream, "PING\r\n");
        stream_flush(stream);
        if (stream_fill(stream) && strcmp(stream_await_line(stream), "+PONG") == 0) return;
        stream_close(stream);
    }
}

static void prepare(struct harness *harness) {
    struct stream stream;
    open_when_serving(harness, &stream);
    stream_print(&stream, "XGROUP CREATE %s workers 0 MKSTREAM\r\n", harness->options->queue);
    stream_flush(&stream);
    const char *line = stream_await_line(&stream);
    if (strcmp(line, "+OK") != 0) fail("redis: %s", line);
    stream_close(&stream);
}

static void add_tasks(struct harness *harness, struct stream *stream) {
    char task[TASK_BYTES];
    for (uint32_t left = harness_allowance(harness); left > 0; left--) {
        harness_next_task(harness, task);
        put_command(stream, 5, "XADD");
        put_text(stream, harness->options->queue);
        put_text(stream, "*");
        put_text(stream, "t");
        put_word(stream, task, sizeof task);
    }
    stream_flush(stream);
}

/* Counts whole answers to XADD: a word each, "$<bytes>", then the bytes. */
static void read_confirmations(struct harness *harness, struct stream *stream, bool *has_length) {
    for (const char *line; (line = stream_line(stream)) != NULL; *has_length = !*has_length) {
        if (*has_length) harness_confirm_oldest(harness, 1);
        else if (line[0] != '$') fail("redis: %s", line);
    }
}

static void produce(struct harness *harness) {
    struct stream stream;
    open_when_serving(harness, &stream);
    bool has_length = false;
    enum wait_result result;
    while ((result = harness_wait(harness, stream.descriptor)) != WAIT_DONE) {
        if (result == WAIT_SUBMIT) {
            add_tasks(harness, &stream);
            continue;
        }
        if (!stream_fill(&stream)) fail("redis closed the producer's connection");
        read_confirmations(harness, &stream, &has_length);
    }
}

static void put_read(struct stream *stream, const struct options *options) {
    put_command(stream, 11, "XREADGROUP");
    put_text(stream, "GROUP");
    put_text(stream, "workers");
    put_text(stream, "worker");
    put_text(stream, "COUNT");
    stream_print(stream, "$%d\r\n%u\r\n", snprintf(NULL, 0, "%u", options->hold), options->hold);
    put_text(stream, "BLOCK");
    put_text(stream, "0");
    put_text(stream, "STREAMS");
    put_text(stream, options->queue);
    put_text(stream, ">");
}

/* Reads the answer to XREADGROUP: [[stream, [[id, ["t", task]], ...]]]. */
static uint32_t await_entries(struct harness *harness, struct stream *stream,
                              struct entry *entries) {
    size_t count;
    await_number(stream, '*');
    await_number(stream, '*');
    await_word(stream, &count);
    long all = await_number(stream, '*');
    for (long index = 0; index < all; index++) {
        struct entry *entry = &entries[index];
        await_number(stream, '*');
        const char *id = await_word(stream, &entry->count);
        if (entry->count > ID_BYTES) fail("redis: an id of %zu bytes", entry->count);
        memcpy(entry->id, id, entry->count);
        await_number(stream, '*');
        await_word(stream, &count);
        const char *task = await_word(stream, &count);
        if (count != TASK_BYTES) fail("redis: a task of %zu bytes", count);
        harness_delivered(harness, task);
    }
    return (uint32_t)all;
}

static void put_ids(struct stream *stream, const struct entry *entries, uint32_t count) {
    for (uint32_t index = 0; index < count; index++) {
        put_word(stream, entries[index].id, entries[index].count);
    }
}

static void put_removal(struct stream *stream, const char *queue, const struct entry *entries,
                        uint32_t count) {
    put_command(stream, 3 + count, "XACK");
    put_text(stream, queue);
    put_text(stream, "workers");
    put_ids(stream, entries, count);
    put_command(stream, 2 + count, "XDEL");
    put_text(stream, queue);
    put_ids(stream, entries, count);
}

static void consume(struct harness *harness) {
    static struct entry entries[WINDOW_LIMIT];
    struct stream stream;
    open_when_serving(harness, &stream);
    for (uint32_t held = 0;;) {
        if (held > 0) put_removal(&stream, harness->options->queue, entries, held);
        put_read(&stream, harness->options);
        stream_flush(&stream);
        if (held > 0) {
            await_number(&stream, ':');
            harness_completed(harness, (uint64_t)await_number(&stream, ':'));
        }
        held = await_entries(harness, &stream, entries);
    }
}

int main(int argc, char **argv) {
    static const struct driver driver = {"redis", prepare, produce, consume};
    return harness_main(argc, argv, &driver);
}

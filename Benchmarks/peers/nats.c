/* NATS JetStream: a stream with work-queue retention and a durable pull consumer, spoken over
 * plain sockets. Publishing is asynchronous with an acknowledgement each; the consumer's
 * acknowledgements ask for an answer, so that a removal is known. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

/* Tasks asked for with one request; how many are held is bounded by the consumer itself. */
enum { PULL_BATCH = 1024 };

/* A message as it comes; its bytes are valid until the next is awaited. */
struct message {
    char subscription;
    char reply[200];
    char *body;
    size_t count;
    /* Its headers are in the body: the server says something about a request. */
    bool is_status;
};

/* Reads "MSG subject subscription [reply] bytes" or "HMSG … headers bytes" and what follows. */
static void read_message(struct stream *stream, char *line, struct message *message) {
    char *words[6] = {0}, *rest = line;
    int count = 0;
    for (char *word; count < 6 && (word = strsep(&rest, " ")) != NULL;) words[count++] = word;
    message->is_status = words[0][0] == 'H';
    int plain = message->is_status ? 5 : 4;
    if (count < plain) fail("nats: a message without its length");
    message->subscription = words[2][0];
    snprintf(message->reply, sizeof message->reply, "%s", count > plain ? words[3] : "");
    message->count = strtoul(words[count - 1], NULL, 10);
    message->body = stream_await_bytes(stream, message->count + 2);
    message->body[message->count] = 0;
}

/* Takes the next message; false where none has come whole yet and `is_waiting` is not wanted. */
static bool next_message(struct stream *stream, struct message *message, bool is_waiting) {
    for (;;) {
        char *line = is_waiting ? stream_await_line(stream) : stream_line(stream);
        if (line == NULL) return false;
        if (strncmp(line, "MSG ", 4) == 0 || strncmp(line, "HMSG ", 5) == 0) {
            read_message(stream, line, message);
            return true;
        }
        if (strcmp(line, "PING") == 0) {
            stream_print(stream, "PONG\r\n");
            stream_flush(stream);
        } else if (line[0] == '-') {
            fail("nats: %s", line);
        }
    }
}

static void open_when_serving(struct harness *harness, struct stream *stream) {
    while (!stream_open(stream, harness->options)) harness_retry(harness, "no connection");
    stream_await_line(stream);
    stream_print(stream, "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,"
                         "\"no_responders\":true,\"protocol\":1}\r\n");
}

/* Publishes with an answer wanted at `reply`. */
static void publish(struct stream *stream, const char *subject, const char *reply,
                    const void *body, size_t count) {
    stream_print(stream, "PUB %s %s %zu\r\n", subject, reply, count);
    stream_put(stream, body, count);
    stream_put(stream, "\r\n", 2);
}

/* Asks JetStream for something until it is there to answer, and ends the run if it refuses. */
static void ask(struct harness *harness, struct stream *stream, const char *subject,
                const char *body) {
    struct message message;
    for (;; harness_retry(harness, "JetStream does not answer")) {
        publish(stream, subject, "answer", body, strlen(body));
        stream_flush(stream);
        next_message(stream, &message, true);
        if (message.is_status) continue;
        if (strstr(message.body, "\"error\"") != NULL) fail("nats: %s", message.body);
        return;
    }
}

/* A backlog is only looked at when it is drained: acknowledging a million tasks, one fsync after the
 * other, takes minutes. So its consumer may hold them all. */
static int64_t most_held(const struct options *options) {
    return options->mode == MODE_FILL ? -1 : (int64_t)options->hold;
}

static void prepare(struct harness *harness) {
    const char *queue = harness->options->queue;
    struct stream stream;
    open_when_serving(harness, &stream);
    stream_print(&stream, "SUB answer 1\r\n");
    char subject[200], body[600];
    snprintf(subject, sizeof subject, "$JS.API.STREAM.CREATE.%s", queue);
    snprintf(body, sizeof body,
             "{\"name\":\"%s\",\"subjects\":[\"%s.task\"],\"retention\":\"workqueue\","
             "\"storage\":\"file\",\"num_replicas\":1}", queue, queue);
    ask(harness, &stream, subject, body);
    snprintf(subject, sizeof subject, "$JS.API.CONSUMER.CREATE.%s.worker", queue);
    snprintf(body, sizeof body,
             "{\"stream_name\":\"%s\",\"config\":{\"name\":\"worker\",\"durable_name\":\"worker\","
             "\"ack_policy\":\"explicit\",\"deliver_policy\":\"all\",\"max_ack_pending\":%" PRId64 ","
             "\"ack_wait\":3600000000000}}", queue, most_held(harness->options));
    ask(harness, &stream, subject, body);
    stream_close(&stream);
}

static void publish_tasks(struct harness *harness, struct stream *stream, const char *subject) {
    char task[TASK_BYTES];
    for (uint32_t left = harness_allowance(harness); left > 0; left--) {
        harness_next_task(harness, task);
        publish(stream, subject, "stored", task, sizeof task);
    }
    stream_flush(stream);
}

static void produce(struct harness *harness) {
    struct stream stream;
    struct message message;
    char subject[200];
    snprintf(subject, sizeof subject, "%s.task", harness->options->queue);
    open_when_serving(harness, &stream);
    stream_print(&stream, "SUB stored 1\r\n");
    enum wait_result result;
    while ((result = harness_wait(harness, stream.descriptor)) != WAIT_DONE) {
        if (result == WAIT_SUBMIT) {
            publish_tasks(harness, &stream, subject);
            continue;
        }
        if (!stream_fill(&stream)) fail("nats closed the producer's connection");
        while (next_message(&stream, &message, false)) {
            if (strstr(message.body, "\"seq\"") == NULL) fail("nats: %s", message.body);
            harness_confirm_oldest(harness, 1);
        }
    }
}

static void pull(struct stream *stream, const char *queue, uint32_t count) {
    char subject[200], body[100];
    snprintf(subject, sizeof subject, "$JS.API.CONSUMER.MSG.NEXT.%s.worker", queue);
    int bytes = snprintf(body, sizeof body, "{\"batch\":%u,\"expires\":3600000000000}", count);
    publish(stream, subject, "work", body, (size_t)bytes);
}

/* Deals with one message of the consumer; returns by how many the requested tasks shrank. */
static uint32_t handle(struct harness *harness, struct stream *stream,
                       const struct message *message) {
    if (message->subscription == 'r') {
        harness_completed(harness, 1);
        return 0;
    }
    if (message->is_status) {
        harness_retry(harness, message->body);
        return PULL_BATCH;
    }
    if (message->count != TASK_BYTES) fail("nats: a task of %zu bytes", message->count);
    harness_delivered(harness, message->body);
    if (harness->options->mode == MODE_DRAIN) return 1;
    publish(stream, message->reply, "removed", "+ACK", 4);
    return 1;
}

static void consume(struct harness *harness) {
    struct stream stream;
    struct message message;
    open_when_serving(harness, &stream);
    stream_print(&stream, "SUB work w\r\nSUB removed r\r\n");
    for (uint32_t requested = 0;;) {
        if (requested < PULL_BATCH / 2) {
            pull(&stream, harness->options->queue, PULL_BATCH);
            requested += PULL_BATCH;
        }
        stream_flush(&stream);
        if (!stream_fill(&stream)) fail("nats closed the consumer's connection");
        while (next_message(&stream, &message, false)) {
            uint32_t gone = handle(harness, &stream, &message);
            requested = gone < requested ? requested - gone : 0;
        }
    }
}

int main(int argc, char **argv) {
    static const struct driver driver = {"nats", prepare, produce, consume};
    return harness_main(argc, argv, &driver);
}

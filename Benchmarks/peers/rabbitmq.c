/* RabbitMQ: a quorum queue, publisher confirms, multiple acks. librabbitmq speaks all but the
 * publishing: it makes several system calls for each message, so the frames of all messages that
 * may go are written into one buffer and sent at once. */
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Since version 0.12 the headers have a directory of their own. */
#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#endif

#include "harness.h"

enum {
    CHANNEL = 1,
    FRAME_END = 0xCE,
    FRAME_LIMIT = 131072,
    HAS_DELIVERY_MODE = 0x1000,
    PERSISTENT = 2,
    /* Frames of one message, its queue's name included. */
    MESSAGE_LIMIT = TASK_BYTES + 320,
};

static bool has_succeeded(amqp_rpc_reply_t reply) {
    return reply.reply_type == AMQP_RESPONSE_NORMAL;
}

/* Connects and opens the channel; NULL where the server does not serve yet. */
static amqp_connection_state_t try_open(const struct options *options) {
    amqp_connection_state_t connection = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(connection);
    if (socket != NULL && amqp_socket_open(socket, options->host, options->port) == 0 &&
        has_succeeded(amqp_login(connection, "/", 0, FRAME_LIMIT, 0, AMQP_SASL_METHOD_PLAIN,
                                 "guest", "guest")) &&
        amqp_channel_open(connection, CHANNEL) != NULL) {
        return connection;
    }
    amqp_destroy_connection(connection);
    return NULL;
}

static amqp_connection_state_t open_when_serving(struct harness *harness) {
    for (;; harness_retry(harness, "no connection")) {
        amqp_connection_state_t connection = try_open(harness->options);
        if (connection != NULL) return connection;
    }
}

/* Makes the quorum queue; false where the server cannot do so yet. */
static bool declare(amqp_connection_state_t connection, const char *queue) {
    amqp_table_entry_t entry = {
        .key = amqp_cstring_bytes("x-queue-type"),
        .value = {.kind = AMQP_FIELD_KIND_UTF8,
                  .value = {.bytes = amqp_cstring_bytes("quorum")}},
    };
    amqp_table_t arguments = {.num_entries = 1, .entries = &entry};
    return amqp_queue_declare(connection, CHANNEL, amqp_cstring_bytes(queue), 0, 1, 0, 0,
                              arguments) != NULL;
}

static void prepare(struct harness *harness) {
    for (;; harness_retry(harness, "the queue cannot be declared")) {
        amqp_connection_state_t connection = open_when_serving(harness);
        bool is_declared = declare(connection, harness->options->queue);
        amqp_destroy_connection(connection);
        if (is_declared) return;
    }
}

static char *put_bytes(char *place, const void *bytes, size_t count) {
    memcpy(place, bytes, count);
    return place + count;
}

static char *put_number(char *place, uint64_t value, size_t bytes) {
    uint64_t ordered = htobe64(value << (64 - 8 * bytes));
    return put_bytes(place, &ordered, bytes);
}

/* Begins a frame: kind, channel, and the bytes its payload will have. */
static char *put_frame(char *place, uint8_t kind, size_t payload) {
    place = put_number(place, kind, 1);
    place = put_number(place, CHANNEL, 2);
    return put_number(place, payload, 4);
}

/* The three frames of basic.publish to the default exchange (AMQP 0-9-1, sections 1.8.3.7 and
 * 2.3.5). */
static char *put_publish(char *place, const char *queue, const char task[TASK_BYTES]) {
    size_t name = strlen(queue);
    place = put_frame(place, AMQP_FRAME_METHOD, 9 + name);
    place = put_number(place, AMQP_BASIC_PUBLISH_METHOD, 4);
    place = put_number(place, 0, 3); /* reserved, and an empty exchange */
    place = put_number(place, name, 1);
    place = put_bytes(place, queue, name);
    place = put_number(place, 0, 1);
    place = put_number(place, FRAME_END, 1);
    place = put_frame(place, AMQP_FRAME_HEADER, 15);
    place = put_number(place, AMQP_BASIC_CLASS, 2);
    place = put_number(place, 0, 2);
    place = put_number(place, TASK_BYTES, 8);
    place = put_number(place, HAS_DELIVERY_MODE, 2);
    place = put_number(place, PERSISTENT, 1);
    place = put_number(place, FRAME_END, 1);
    place = put_frame(place, AMQP_FRAME_BODY, TASK_BYTES);
    place = put_bytes(place, task, TASK_BYTES);
    return put_number(place, FRAME_END, 1);
}

/* librabbitmq's socket does not block, so a full one is waited for. */
static void send_all(int descriptor, const char *bytes, size_t count) {
    for (size_t sent = 0; sent < count;) {
        ssize_t more = send(descriptor, bytes + sent, count - sent, MSG_NOSIGNAL);
        if (more >= 0) {
            sent += (size_t)more;
        } else if (errno == EAGAIN) {
            struct pollfd item = {.fd = descriptor, .events = POLLOUT};
            poll(&item, 1, -1);
        } else if (errno != EINTR) {
            fail("rabbitmq: sending: %s", strerror(errno));
        }
    }
}

static void publish_tasks(struct harness *harness, int descriptor, char *buffer) {
    char task[TASK_BYTES], *end = buffer;
    for (uint32_t left = harness_allowance(harness); left > 0; left--) {
        harness_next_task(harness, task);
        end = put_publish(end, harness->options->queue, task);
    }
    send_all(descriptor, buffer, (size_t)(end - buffer));
}

/* Takes a frame that has come; false where there is none. */
static bool next_frame(amqp_connection_state_t connection, amqp_frame_t *frame) {
    struct timeval now = {0};
    int status = amqp_simple_wait_frame_noblock(connection, frame, &now);
    if (status == AMQP_STATUS_TIMEOUT) return false;
    if (status != AMQP_STATUS_OK) fail("rabbitmq: %s", amqp_error_string2(status));
    return true;
}

static void read_confirmations(struct harness *harness, amqp_connection_state_t connection) {
    amqp_frame_t frame;
    while (next_frame(connection, &frame)) {
        if (frame.frame_type != AMQP_FRAME_METHOD) continue;
        if (frame.payload.method.id != AMQP_BASIC_ACK_METHOD) {
            fail("rabbitmq: method %x instead of a confirm", frame.payload.method.id);
        }
        /* Delivery tags count from 1, ids from 0. */
        const amqp_basic_ack_t *ack = frame.payload.method.decoded;
        if (ack->multiple) harness_confirm_through(harness, ack->delivery_tag - 1);
        else harness_confirm(harness, ack->delivery_tag - 1);
    }
    amqp_maybe_release_buffers(connection);
}

static void produce(struct harness *harness) {
    amqp_connection_state_t connection = open_when_serving(harness);
    int descriptor = amqp_get_sockfd(connection);
    char *buffer = malloc((size_t)harness->options->window * MESSAGE_LIMIT);
    if (buffer == NULL || strlen(harness->options->queue) > 255) fail("rabbitmq: too large");
    if (amqp_confirm_select(connection, CHANNEL) == NULL) fail("rabbitmq: no confirms");
    enum wait_result result;
    while ((result = harness_wait(harness, descriptor)) != WAIT_DONE) {
        if (result == WAIT_SUBMIT) publish_tasks(harness, descriptor, buffer);
        else read_confirmations(harness, connection);
    }
}

/* Subscribes; a queue whose leader is not elected yet refuses, and is asked again. */
static amqp_connection_state_t subscribe(struct harness *harness) {
    const struct options *options = harness->options;
    for (;; harness_retry(harness, "the queue cannot be consumed")) {
        amqp_connection_state_t connection = open_when_serving(harness);
        if (amqp_basic_qos(connection, CHANNEL, 0, (uint16_t)options->hold, 0) != NULL &&
            amqp_basic_consume(connection, CHANNEL, amqp_cstring_bytes(options->queue),
                               amqp_empty_bytes, 0, 0, 0, amqp_empty_table) != NULL) {
            return connection;
        }
        amqp_destroy_connection(connection);
    }
}

/* RabbitMQ does not confirm an ack, so a task counts as completed when its ack is sent; the
 * prefetch limit keeps the queue from falling behind more than a window. */
static void acknowledge(struct harness *harness, amqp_connection_state_t connection, uint64_t tag,
                        uint32_t count) {
    int status = amqp_basic_ack(connection, CHANNEL, tag, 1);
    if (status != AMQP_STATUS_OK) fail("rabbitmq: ack: %s", amqp_error_string2(status));
    harness_completed(harness, count);
    amqp_maybe_release_buffers(connection);
}

static void consume(struct harness *harness) {
    amqp_connection_state_t connection = subscribe(harness);
    uint32_t half = harness->options->hold / 2, held = 0;
    uint64_t tag = 0, held_tag = 0;
    for (;;) {
        amqp_frame_t frame;
        if (held > 0 && (held >= half || !next_frame(connection, &frame))) {
            acknowledge(harness, connection, held_tag, held);
            held = 0;
            continue;
        }
        if (held == 0) {
            int status = amqp_simple_wait_frame(connection, &frame);
            if (status != AMQP_STATUS_OK) fail("rabbitmq: %s", amqp_error_string2(status));
        }
        if (frame.frame_type == AMQP_FRAME_METHOD &&
            frame.payload.method.id == AMQP_BASIC_DELIVER_METHOD) {
            const amqp_basic_deliver_t *deliver = frame.payload.method.decoded;
            tag = deliver->delivery_tag;
        } else if (frame.frame_type == AMQP_FRAME_BODY) {
            if (frame.payload.body_fragment.len != TASK_BYTES) fail("rabbitmq: a task is cut");
            harness_delivered(harness, frame.payload.body_fragment.bytes);
            held_tag = tag;
            held++;
        } else if (frame.frame_type == AMQP_FRAME_METHOD) {
            fail("rabbitmq: method %x instead of a task", frame.payload.method.id);
        }
    }
}

int main(int argc, char **argv) {
    static const struct driver driver = {"rabbitmq", prepare, produce, consume};
    return harness_main(argc, argv, &driver);
}

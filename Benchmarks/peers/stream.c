#include "stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool stream_open(struct stream *stream, const struct options *options) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)options->port)};
    if (inet_pton(AF_INET, options->host, &address.sin_addr) != 1) {
        fail("--host is an IPv4 address, not %s", options->host);
    }
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    if (descriptor < 0) fail("socket: %s", strerror(errno));
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        close(descriptor);
        return false;
    }
    *stream = (struct stream){.descriptor = descriptor};
    return true;
}

void stream_close(struct stream *stream) {
    close(stream->descriptor);
    free(stream->in);
    free(stream->out);
}

/* A buffer of at least so many bytes. */
static char *grown(char *buffer, size_t *capacity, size_t wanted) {
    if (wanted <= *capacity) return buffer;
    size_t larger = *capacity < 65536 ? 65536 : *capacity;
    while (larger < wanted) larger *= 2;
    buffer = realloc(buffer, larger);
    if (buffer == NULL) fail("out of memory");
    *capacity = larger;
    return buffer;
}

void stream_put(struct stream *stream, const void *bytes, size_t count) {
    stream->out = grown(stream->out, &stream->out_capacity, stream->out_count + count);
    memcpy(stream->out + stream->out_count, bytes, count);
    stream->out_count += count;
}

void stream_print(struct stream *stream, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int count = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (count < 0 || (size_t)count >= sizeof text) fail("a command is too long");
    stream_put(stream, text, (size_t)count);
}

void stream_flush(struct stream *stream) {
    size_t sent = 0;
    while (sent < stream->out_count) {
        ssize_t count =
            send(stream->descriptor, stream->out + sent, stream->out_count - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("sending: %s", strerror(errno));
        sent += (size_t)count;
    }
    stream->out_count = 0;
}

bool stream_fill(struct stream *stream) {
    size_t unused = stream->in_end - stream->in_start;
    if (stream->in_start > 0) memmove(stream->in, stream->in + stream->in_start, unused);
    stream->in_start = 0;
    stream->in_end = unused;
    /* Room for as much again as has come, so that long answers take few calls. */
    stream->in = grown(stream->in, &stream->in_capacity, 2 * unused + 65536);
    for (;;) {
        ssize_t count =
            recv(stream->descriptor, stream->in + unused, stream->in_capacity - unused, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        stream->in_end += (size_t)count;
        return true;
    }
}

char *stream_line(struct stream *stream) {
    if (stream->in_end == stream->in_start) return NULL;
    char *line = stream->in + stream->in_start;
    char *end = memchr(line, '\n', stream->in_end - stream->in_start);
    if (end == NULL) return NULL;
    stream->in_start = (size_t)(end - stream->in) + 1;
    if (end > line && end[-1] == '\r') end--;
    *end = 0;
    return line;
}

char *stream_await_line(struct stream *stream) {
    char *line;
    while ((line = stream_line(stream)) == NULL) {
        if (!stream_fill(stream)) fail("the server closed the connection");
    }
    return line;
}

char *stream_bytes(struct stream *stream, size_t count) {
    if (stream->in_end - stream->in_start < count) return NULL;
    char *bytes = stream->in + stream->in_start;
    stream->in_start += count;
    return bytes;
}

char *stream_await_bytes(struct stream *stream, size_t count) {
    char *bytes;
    while ((bytes = stream_bytes(stream, count)) == NULL) {
        if (!stream_fill(stream)) fail("the server closed the connection");
    }
    return bytes;
}

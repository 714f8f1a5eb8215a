#ifndef STREAM_H
#define STREAM_H

#include <stddef.h>

#include "harness.h"

/* A TCP connection with buffers, for servers whose protocol is text over a socket. */
struct stream {
    int descriptor;
    char *out;
    size_t out_count, out_capacity;
    char *in;
    /* Bytes before `in_start` are used up, those from `in_end` on are free. */
    size_t in_start, in_end, in_capacity;
};

/* Connects once; false where nobody listens yet. */
bool stream_open(struct stream *stream, const struct options *options);
void stream_close(struct stream *stream);

/* Bytes to be sent with the next stream_flush(). */
void stream_put(struct stream *stream, const void *bytes, size_t count);
void stream_print(struct stream *stream, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void stream_flush(struct stream *stream);

/* Waits for more bytes and reads them; false where the server closed the connection. */
bool stream_fill(struct stream *stream);

/* A whole line that has come, without its "\r\n" and ended by 0, used up; NULL where there is
 * none yet. Its bytes are valid until the next stream_fill(). */
char *stream_line(struct stream *stream);
/* The same, waiting for it; ends the run where the connection ends. */
char *stream_await_line(struct stream *stream);
/* Bytes that have come, used up; NULL where there are not so many yet. */
char *stream_bytes(struct stream *stream, size_t count);
char *stream_await_bytes(struct stream *stream, size_t count);

#endif

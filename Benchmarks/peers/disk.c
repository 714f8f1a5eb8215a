/* The limit that no server can pass: writing the same bytes to the same disk, and fdatasync after
 * each write. Once into a new file, which grows, and once over what is there. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "histogram.h"

enum { TASK_BYTES = 200, LARGEST = 1 << 20, OVERWRITTEN_BYTES = 64 << 20 };

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "disk: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void write_at(int file, const char *bytes, size_t count, off_t offset) {
    if (pwrite(file, bytes, count, offset) != (ssize_t)count) fail("writing");
}

/* Writes and syncs for so many seconds. */
static void measure(int file, size_t bytes, size_t tasks, int is_growing, double seconds) {
    static char block[LARGEST];
    static struct histogram histogram;
    memset(block, 'x', sizeof block);
    histogram = (struct histogram){0};
    uint64_t began = monotonic_nanoseconds(), end = began + (uint64_t)(seconds * 1e9), now = began;
    for (off_t offset = 0; now < end; offset += (off_t)bytes) {
        off_t place = is_growing ? offset : offset % (OVERWRITTEN_BYTES - LARGEST);
        write_at(file, block, bytes, place);
        if (fdatasync(file) != 0) fail("fdatasync");
        uint64_t after = monotonic_nanoseconds();
        histogram_add(&histogram, after - now);
        now = after;
    }
    double taken = (double)(now - began) / 1e9;
    printf("{\"peer\": \"disk\", \"bytes\": %zu, \"tasks\": %zu, \"is_growing\": %s, "
           "\"syncs_per_second\": %.1f, \"tasks_per_second\": %.1f, \"p50_us\": %.1f, "
           "\"p99_us\": %.1f}\n",
           bytes, tasks, is_growing ? "true" : "false", (double)histogram.count / taken,
           (double)(histogram.count * tasks) / taken,
           (double)histogram_quantile(&histogram, 0.5) / 1e3,
           (double)histogram_quantile(&histogram, 0.99) / 1e3);
    fflush(stdout);
}

static int new_file(const char *path) {
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0) fail(path);
    return file;
}

/* A file whose blocks are all written, so that overwriting changes no metadata. */
static int written_file(const char *path) {
    static char block[LARGEST];
    int file = new_file(path);
    for (off_t offset = 0; offset < OVERWRITTEN_BYTES; offset += LARGEST) {
        write_at(file, block, sizeof block, offset);
    }
    if (fsync(file) != 0) fail("fsync");
    return file;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: disk DIRECTORY SECONDS_FOR_EACH\n");
        return 64;
    }
    double seconds = strtod(argv[2], NULL);
    char path[4096];
    snprintf(path, sizeof path, "%s/disk-limit", argv[1]);
    /* One page, which is what a small commit writes at least, then the tasks of a window. */
    static const struct { size_t bytes, tasks; } sizes[] = {
        {4096, 1}, {TASK_BYTES, 1}, {64 * TASK_BYTES, 64}, {1024 * TASK_BYTES, 1024}};
    for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++) {
        for (int is_growing = 0; is_growing < 2; is_growing++) {
            int file = is_growing ? new_file(path) : written_file(path);
            measure(file, sizes[index].bytes, sizes[index].tasks, is_growing, seconds);
            close(file);
        }
    }
    unlink(path);
    return 0;
}

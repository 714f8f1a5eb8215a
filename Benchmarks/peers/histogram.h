#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

/* Counts of durations in buckets at most 1/128 of their value wide, so that a quantile has two
 * digits, as the HdrHistograms of GridCall's own benchmark have. Only one process adds to it. */
enum {
    HISTOGRAM_LINEAR_BITS = 7,
    HISTOGRAM_BUCKETS = (64 - HISTOGRAM_LINEAR_BITS + 1) << HISTOGRAM_LINEAR_BITS,
};

struct histogram {
    uint64_t count;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t nanoseconds);

/* The value that the given part (0 to 1) of all values does not exceed; 0 where there are none. */
uint64_t histogram_quantile(const struct histogram *histogram, double part);

#endif

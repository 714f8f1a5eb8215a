#include "histogram.h"

/* Values below 2^7 have a bucket each; above, every power of two is cut into 2^7 buckets. */
static unsigned bucket_of(uint64_t value) {
    if (value < 1u << HISTOGRAM_LINEAR_BITS) return (unsigned)value;
    unsigned exponent = 63u - (unsigned)__builtin_clzll(value);
    unsigned shift = exponent - HISTOGRAM_LINEAR_BITS;
    return ((shift + 1) << HISTOGRAM_LINEAR_BITS) +
           (unsigned)((value >> shift) - (1u << HISTOGRAM_LINEAR_BITS));
}

/* The largest value that falls into a bucket. */
static uint64_t upper_bound(unsigned bucket) {
    unsigned block = bucket >> HISTOGRAM_LINEAR_BITS;
    if (block == 0) return bucket;
    uint64_t within = bucket & ((1u << HISTOGRAM_LINEAR_BITS) - 1);
    uint64_t next = (1ull << HISTOGRAM_LINEAR_BITS) + within + 1;
    return (next << (block - 1)) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t nanoseconds) {
    histogram->buckets[bucket_of(nanoseconds)]++;
    histogram->count++;
}

uint64_t histogram_quantile(const struct histogram *histogram, double part) {
    uint64_t wanted = (uint64_t)(part * (double)histogram->count);
    uint64_t passed = 0;
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        passed += histogram->buckets[bucket];
        if (passed > wanted || (passed == histogram->count && passed > 0)) {
            return upper_bound(bucket);
        }
    }
    return 0;
}

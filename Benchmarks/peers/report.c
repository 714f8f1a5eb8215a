#include <stdio.h>

#include "harness.h"

static void print_quantiles(const char *name, const struct histogram *histogram) {
    printf(", \"%s\": {\"p50\": %.1f, \"p99\": %.1f, \"p999\": %.1f}", name,
           (double)histogram_quantile(histogram, 0.5) / 1e3,
           (double)histogram_quantile(histogram, 0.99) / 1e3,
           (double)histogram_quantile(histogram, 0.999) / 1e3);
}

/* Confirmed tasks that did not come out; ids below `expected` were all confirmed. */
static uint64_t lost_tasks(const struct shared *shared, uint64_t expected) {
    uint64_t lost = 0;
    for (uint64_t id = 0; id < expected; id++) {
        if ((shared->seen[id / 8] & 1u << id % 8) == 0) lost++;
    }
    return lost;
}

void report_run(const char *name, const struct options *options, const struct shared *shared,
                uint64_t completed, double seconds) {
    static const char *const modes[] = {"load", "latency", "fill", "drain"};
    printf("{\"peer\": \"%s\", \"mode\": \"%s\", \"window\": %u, \"seconds\": %.3f", name,
           modes[options->mode], options->window, seconds);
    printf(", \"submitted\": %lu, \"confirmed\": %lu", shared->submitted, shared->confirmed);
    if (options->mode != MODE_FILL) {
        /* Everything submitted is confirmed when a run ends in order. */
        uint64_t expected = options->mode == MODE_DRAIN ? options->count : shared->submitted;
        double per_second = (double)completed / seconds;
        printf(", \"completed\": %lu, \"per_second\": %.1f", completed, per_second);
        printf(", \"lost\": %lu, \"repeated\": %lu", lost_tasks(shared, expected),
               shared->delivered - shared->distinct);
        printf(", \"first_delivery_ns\": %lu", shared->first_delivery);
    }
    if (options->mode == MODE_LOAD || options->mode == MODE_LATENCY) {
        print_quantiles("confirmation_us", &shared->confirmation);
        print_quantiles("delivery_us", &shared->delivery);
    }
    printf("}\n");
}

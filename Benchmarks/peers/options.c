#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

static const char *const mode_names[] = {"load", "latency", "fill", "drain"};

static enum mode mode_named(const char *text) {
    for (unsigned mode = 0; mode < sizeof mode_names / sizeof *mode_names; mode++) {
        if (strcmp(text, mode_names[mode]) == 0) return (enum mode)mode;
    }
    fail("--mode is load, latency, fill or drain, not %s", text);
}

static double number(const char *name, const char *text, double minimum, double maximum) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != 0 || !(value >= minimum && value <= maximum)) {
        fail("--%s is a number from %.15g to %.15g, not %s", name, minimum, maximum, text);
    }
    return value;
}

static const struct option known[] = {
    {"mode", required_argument, 0, 'm'},      {"host", required_argument, 0, 'h'},
    {"port", required_argument, 0, 'p'},      {"queue", required_argument, 0, 'q'},
    {"window", required_argument, 0, 'w'},    {"count", required_argument, 0, 'n'},
    {"rate", required_argument, 0, 'r'},      {"hold", required_argument, 0, 'o'},
    {"warm-up", required_argument, 0, 'u'},   {"seconds", required_argument, 0, 's'},
    {"connect-seconds", required_argument, 0, 'c'},
    {0, 0, 0, 0},
};

struct options options_parse(int argc, char **argv, const char *name) {
    struct options options = {
        .mode = MODE_LOAD, .host = "127.0.0.1", .queue = "tasks", .window = 1024,
        .count = 100000, .rate = 1000, .warm_up = 1, .seconds = 4, .connect_seconds = 60,
    };
    int option, index = 0;
    while ((option = getopt_long(argc, argv, "", known, &index)) != -1) {
        const char *long_name = option == '?' ? "" : known[index].name;
        switch (option) {
        case 'm': options.mode = mode_named(optarg); break;
        case 'h': options.host = optarg; break;
        case 'p': options.port = (int)number(long_name, optarg, 1, 65535); break;
        case 'q': options.queue = optarg; break;
        case 'w': options.window = (uint32_t)number(long_name, optarg, 1, WINDOW_LIMIT / 4); break;
        case 'o': options.hold = (uint32_t)number(long_name, optarg, 1, WINDOW_LIMIT / 4); break;
        case 'n': options.count = (uint64_t)number(long_name, optarg, 1, ID_LIMIT); break;
        case 'r': options.rate = number(long_name, optarg, 1, 1e6); break;
        case 'u': options.warm_up = number(long_name, optarg, 0, 3600); break;
        case 's': options.seconds = number(long_name, optarg, 0.1, 3600); break;
        case 'c': options.connect_seconds = number(long_name, optarg, 0, 3600); break;
        default:
            fail("usage: %s --port PORT [--mode load|latency|fill|drain] [--host ADDRESS] "
                 "[--queue NAME]\n    [--window W] [--hold H] [--count N] [--rate PER_SECOND] "
                 "[--warm-up S] [--seconds S] [--connect-seconds S]", name);
        }
    }
    if (options.hold == 0) options.hold = options.window;
    if (options.port == 0) fail("--port is missing");
    return options;
}

// What the module ZeroMQ needs from C: libzmq, and the Linux calls Glibc's module does not export.
#ifndef GRIDCALL_CZEROMQ_SHIM_H
#define GRIDCALL_CZEROMQ_SHIM_H

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

// libzmq.c defines libzmq's functions for this program alone. As the header has them, visible to
// everybody, libzmq itself would find ours in the place of its own.
#define visibility(kind) visibility("hidden")
#include <zmq.h>
#undef visibility

#endif

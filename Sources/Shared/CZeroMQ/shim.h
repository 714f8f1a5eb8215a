// What the module ZeroMQ needs from C: libzmq, and the Linux calls Glibc's module does not export.
#ifndef GRIDCALL_CZEROMQ_SHIM_H
#define GRIDCALL_CZEROMQ_SHIM_H

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <zmq.h>

#endif

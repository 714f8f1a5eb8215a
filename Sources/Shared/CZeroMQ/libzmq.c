// libzmq, loaded when the first of its functions is called.
//
// Debian's libzmq brings eighteen libraries of its own (Kerberos, sodium, PGM, NORM): loading them
// takes half of the time that `gridcall --help` needs, which talks to nobody. So the programs are
// not linked with it. Here every function of libzmq that they call is defined as libzmq's header
// declares it, so the compiler compares the two, and passes its arguments on to the real one.
//
// A library that is missing or lacks a function ends the process as it would end one that is linked
// with it: with a message and exit code 127, as ld.so(8) does.
#include "shim.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

// The name with the version of its binary interface, which is that of the header.
#define LIBRARY "libzmq.so.5"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library;

static _Noreturn void fail(void) {
    fprintf(stderr, "cannot use libzmq (on Debian: the package libzmq5): %s\n", dlerror());
    _Exit(127);
}

static void load(void) {
    library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) fail();
}

// The function of that name. The error number stays that of the call before: zmq_errno is a
// function of libzmq too.
static void *find(const char *name) {
    int error = errno;
    pthread_once(&once, load);
    void *function = dlsym(library, name);
    if (!function) fail();
    errno = error;
    return function;
}

// Threads that come here at once find the same function, so it does not matter who writes last.
#define FORWARD(result, name, parameters, arguments)                                   \
    result name parameters {                                                           \
        static _Atomic(void *) found;                                                  \
        void *function = atomic_load_explicit(&found, memory_order_acquire);           \
        if (!function) {                                                               \
            function = find(#name);                                                    \
            atomic_store_explicit(&found, function, memory_order_release);             \
        }                                                                              \
        return ((__typeof__(&name))function)arguments;                                 \
    }

FORWARD(int, zmq_errno, (void), ())
FORWARD(const char *, zmq_strerror, (int error), (error))

FORWARD(void *, zmq_ctx_new, (void), ())
FORWARD(int, zmq_ctx_set, (void *context, int option, int value), (context, option, value))
FORWARD(int, zmq_ctx_term, (void *context), (context))

FORWARD(int, zmq_msg_init, (zmq_msg_t * message), (message))
FORWARD(int, zmq_msg_init_size, (zmq_msg_t * message, size_t size), (message, size))
FORWARD(
    int, zmq_msg_init_data,
    (zmq_msg_t * message, void *data, size_t size, zmq_free_fn *end, void *hint),
    (message, data, size, end, hint))
FORWARD(int, zmq_msg_close, (zmq_msg_t * message), (message))
FORWARD(void *, zmq_msg_data, (zmq_msg_t * message), (message))
FORWARD(size_t, zmq_msg_size, (const zmq_msg_t *message), (message))
FORWARD(int, zmq_msg_more, (const zmq_msg_t *message), (message))
FORWARD(const char *, zmq_msg_gets, (const zmq_msg_t *message, const char *name), (message, name))
FORWARD(int, zmq_msg_send, (zmq_msg_t * message, void *socket, int flags), (message, socket, flags))
FORWARD(int, zmq_msg_recv, (zmq_msg_t * message, void *socket, int flags), (message, socket, flags))

FORWARD(void *, zmq_socket, (void *context, int type), (context, type))
FORWARD(int, zmq_close, (void *socket), (socket))
FORWARD(int, zmq_bind, (void *socket, const char *endpoint), (socket, endpoint))
FORWARD(int, zmq_unbind, (void *socket, const char *endpoint), (socket, endpoint))
FORWARD(int, zmq_connect, (void *socket, const char *endpoint), (socket, endpoint))
FORWARD(int, zmq_disconnect, (void *socket, const char *endpoint), (socket, endpoint))
FORWARD(int, zmq_getsockopt, (void *socket, int option, void *value, size_t *size),
        (socket, option, value, size))
FORWARD(int, zmq_setsockopt, (void *socket, int option, const void *value, size_t size),
        (socket, option, value, size))
FORWARD(int, zmq_socket_monitor, (void *socket, const char *endpoint, int events),
        (socket, endpoint, events))
FORWARD(int, zmq_send, (void *socket, const void *bytes, size_t size, int flags),
        (socket, bytes, size, flags))
FORWARD(int, zmq_poll, (zmq_pollitem_t * items, int count, long timeout), (items, count, timeout))

FORWARD(int, zmq_curve_keypair, (char *public_text, char *secret_text), (public_text, secret_text))
FORWARD(int, zmq_curve_public, (char *public_text, const char *secret_text),
        (public_text, secret_text))
FORWARD(char *, zmq_z85_encode, (char *text, const uint8_t *bytes, size_t size),
        (text, bytes, size))
FORWARD(uint8_t *, zmq_z85_decode, (uint8_t *bytes, const char *text), (bytes, text))

/* PostgreSQL: a table as a queue. The producer inserts half a window with one statement, one
 * transaction each, and sends the next before the last is committed (pipeline mode). The consumer
 * deletes the oldest rows that nobody else holds (SKIP LOCKED), sees them, and commits: until then
 * they are only claimed, and come back if it ends. */
#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

enum {
    /* The type's number, and the bytes of an array's beginning and of each element. */
    BYTEA = 17,
    ARRAY_HEADER = 20,
    ELEMENT = 4 + TASK_BYTES,
    /* So many transactions on the way keep the server busy; what is due meanwhile shares one. */
    TRANSACTIONS = 2,
};

static PGconn *open_when_serving(struct harness *harness) {
    const struct options *options = harness->options;
    char text[300];
    snprintf(text, sizeof text, "host=%s port=%d user=bench dbname=postgres sslmode=disable",
             options->host, options->port);
    for (;;) {
        PGconn *connection = PQconnectdb(text);
        if (PQstatus(connection) == CONNECTION_OK) return connection;
        harness_retry(harness, PQerrorMessage(connection));
        PQfinish(connection);
    }
}

/* Ends the run unless a result is good; returns its kind. */
static ExecStatusType check(PGconn *connection, const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_PIPELINE_SYNC) {
        return status;
    }
    fail("postgresql: %s", PQerrorMessage(connection));
}

static void execute(PGconn *connection, const char *statement) {
    PGresult *result = PQexec(connection, statement);
    check(connection, result);
    PQclear(result);
}

static void prepare_statement(PGconn *connection, const char *name, const char *statement) {
    PGresult *result = PQprepare(connection, name, statement, 0, NULL);
    check(connection, result);
    PQclear(result);
}

static void prepare(struct harness *harness) {
    PGconn *connection = open_when_serving(harness);
    char statement[400];
    /* Dead rows are cleared away often, as is usual for a table that is a queue. */
    snprintf(statement, sizeof statement,
             "CREATE TABLE %s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
             "task bytea NOT NULL) WITH (autovacuum_vacuum_scale_factor = 0, "
             "autovacuum_vacuum_threshold = 20000)", harness->options->queue);
    execute(connection, statement);
    PQfinish(connection);
}

static char *put_integer(char *place, uint32_t value) {
    uint32_t ordered = htobe32(value);
    memcpy(place, &ordered, sizeof ordered);
    return place + sizeof ordered;
}

/* The tasks as bytea[] in PostgreSQL's binary form: dimensions, whether there are nulls, the kind
 * of the elements, their number, the first index, then length and bytes of each. */
static size_t put_array(struct harness *harness, char *buffer, uint32_t count) {
    char *place = put_integer(buffer, 1);
    place = put_integer(place, 0);
    place = put_integer(place, BYTEA);
    place = put_integer(place, count);
    place = put_integer(place, 1);
    for (uint32_t index = 0; index < count; index++) {
        place = put_integer(place, TASK_BYTES);
        harness_next_task(harness, place);
        place += TASK_BYTES;
    }
    return (size_t)(place - buffer);
}

static void send_statement(PGconn *connection, const char *name, int parameters, const char *value,
                           int bytes) {
    const int binary = 1;
    if (!PQsendQueryPrepared(connection, name, parameters, &value, &bytes, &binary, 1)) {
        fail("postgresql: %s", PQerrorMessage(connection));
    }
}

/* Ends a part of the pipeline: outside a block, its transaction is committed here. */
static void send_sync(PGconn *connection) {
    if (!PQpipelineSync(connection)) fail("postgresql: %s", PQerrorMessage(connection));
}

/* How many tasks go into one transaction at most. */
static uint32_t batch_size(const struct harness *harness) {
    uint32_t half = harness->options->window / 2;
    return half > 0 ? half : 1;
}

/* The sizes of the transactions on the way, oldest first. */
struct transactions {
    uint32_t sizes[TRANSACTIONS];
    uint32_t first, next;
};

static void insert_tasks(struct harness *harness, PGconn *connection, char *buffer,
                         struct transactions *transactions) {
    uint32_t allowed = harness_allowance(harness), most = batch_size(harness);
    uint32_t count = allowed < most ? allowed : most;
    size_t bytes = put_array(harness, buffer, count);
    send_statement(connection, "put", 1, buffer, (int)bytes);
    send_sync(connection);
    transactions->sizes[transactions->next++ % TRANSACTIONS] = count;
    harness->is_holding_back = transactions->next - transactions->first == TRANSACTIONS;
}

/* A transaction is durable when the server has come to its sync, not when it answers the insert. */
static void read_confirmations(struct harness *harness, PGconn *connection,
                               struct transactions *transactions) {
    if (!PQconsumeInput(connection)) fail("postgresql: %s", PQerrorMessage(connection));
    while (transactions->first != transactions->next && !PQisBusy(connection)) {
        PGresult *result = PQgetResult(connection);
        if (result == NULL) continue;
        if (check(connection, result) == PGRES_PIPELINE_SYNC) {
            uint32_t size = transactions->sizes[transactions->first++ % TRANSACTIONS];
            harness_confirm_oldest(harness, size);
            harness->is_holding_back = false;
        }
        PQclear(result);
    }
}

static void produce(struct harness *harness) {
    static struct transactions transactions;
    PGconn *connection = open_when_serving(harness);
    char *buffer = malloc(ARRAY_HEADER + (size_t)batch_size(harness) * ELEMENT);
    char statement[200];
    if (buffer == NULL) fail("out of memory");
    /* The notification wakes the consumer where it waits; it goes with the same commit. */
    snprintf(statement, sizeof statement,
             "WITH put AS (INSERT INTO %s (task) SELECT unnest($1::bytea[])) "
             "SELECT pg_notify('%s', '')", harness->options->queue, harness->options->queue);
    prepare_statement(connection, "put", statement);
    if (!PQenterPipelineMode(connection)) fail("postgresql: no pipeline mode");
    enum wait_result result;
    while ((result = harness_wait(harness, PQsocket(connection))) != WAIT_DONE) {
        if (result == WAIT_SUBMIT) insert_tasks(harness, connection, buffer, &transactions);
        else read_confirmations(harness, connection, &transactions);
    }
}

/* Reads all answers up to the sync; returns how many rows came. */
static uint32_t read_tasks(struct harness *harness, PGconn *connection) {
    uint32_t taken = 0;
    for (bool is_synced = false; !is_synced;) {
        PGresult *result = PQgetResult(connection);
        if (result == NULL) continue;
        is_synced = check(connection, result) == PGRES_PIPELINE_SYNC;
        for (int row = 0; row < PQntuples(result); row++, taken++) {
            if (PQgetlength(result, row, 0) != TASK_BYTES) fail("postgresql: a task is cut");
            harness_delivered(harness, PQgetvalue(result, row, 0));
        }
        PQclear(result);
    }
    return taken;
}

/* Throws the notifications away that have come; whether there were any. */
static bool forget_notifications(PGconn *connection) {
    bool has_any = false;
    for (PGnotify *each; (each = PQnotifies(connection)) != NULL; has_any = true) PQfreemem(each);
    return has_any;
}

/* Ends the transaction, and waits a moment unless tasks were announced since the last look. */
static void wait_for_work(struct harness *harness, PGconn *connection) {
    send_statement(connection, "commit", 0, NULL, 0);
    send_sync(connection);
    read_tasks(harness, connection);
    if (forget_notifications(connection)) return;
    struct pollfd item = {.fd = PQsocket(connection), .events = POLLIN};
    poll(&item, 1, 10);
    if (!PQconsumeInput(connection)) fail("postgresql: %s", PQerrorMessage(connection));
}

static void consume(struct harness *harness) {
    PGconn *connection = open_when_serving(harness);
    const char *queue = harness->options->queue;
    char statement[400];
    snprintf(statement, sizeof statement, "LISTEN %s", queue);
    execute(connection, statement);
    snprintf(statement, sizeof statement,
             "DELETE FROM %s WHERE id = ANY (ARRAY(SELECT id FROM %s ORDER BY id LIMIT %u "
             "FOR UPDATE SKIP LOCKED)) RETURNING task", queue, queue, harness->options->hold);
    prepare_statement(connection, "begin", "BEGIN");
    prepare_statement(connection, "take", statement);
    prepare_statement(connection, "commit", "COMMIT");
    if (!PQenterPipelineMode(connection)) fail("postgresql: no pipeline mode");
    for (uint32_t held = 0;;) {
        /* What was announced until now is seen by the statements that follow. */
        forget_notifications(connection);
        if (held > 0) send_statement(connection, "commit", 0, NULL, 0);
        send_statement(connection, "begin", 0, NULL, 0);
        send_statement(connection, "take", 0, NULL, 0);
        send_sync(connection);
        uint32_t taken = read_tasks(harness, connection);
        harness_completed(harness, held);
        held = taken;
        if (held == 0) wait_for_work(harness, connection);
    }
}

int main(int argc, char **argv) {
    static const struct driver driver = {"postgresql", prepare, produce, consume};
    return harness_main(argc, argv, &driver);
}

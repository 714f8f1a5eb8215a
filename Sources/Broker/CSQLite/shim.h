// What Swift cannot call of SQLite: functions with a variable number of arguments.
#pragma once

/// As in sqlite3.h, which is GRDB's to include.
extern int sqlite3_config(int option, ...);

/// Keeps no statistics of memory (SQLITE_CONFIG_MEMSTATUS), which take a lock at every allocation.
static inline int gridcall_sqlite_keep_no_memory_statistics(void) { return sqlite3_config(9, 0); }

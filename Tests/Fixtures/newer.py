"""Makes a journal what a newer version might leave: `newer.py schema|fact JOURNAL`.

`schema` raises the number of its tables; `fact` appends a batch, whole and chained, with a fact of
a kind that nobody knows yet.
"""

import hashlib
import sqlite3
import struct
import sys

change, path = sys.argv[1:]
database = sqlite3.connect(path)
if change == "schema":
    database.execute("PRAGMA user_version = 99")
else:
    seq, epoch, at, chain = database.execute(
        "SELECT seq, epoch, at, chain FROM batch ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    fact = b"\xba\x06\x02\x08\x01"  # field 103, a message with one number
    facts = b"\x0a" + bytes([len(fact)]) + fact
    header = struct.pack(">QIqI", seq + 1, epoch, at, 1)
    link = hashlib.sha256(chain + header + facts).digest()
    database.execute(
        "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seq + 1, epoch, at, 1, facts, None, link),
    )
database.commit()
# The next start must find a log, as after a stop in the middle of work.
database.execute("PRAGMA wal_checkpoint(PASSIVE)")
database.close()

#!/usr/bin/env python3
"""Changes bytes of what the last release left, one at a time, and has `verify` look at it.

    Tests/Fixtures/changed_bytes.py EXECUTABLES [--every 97]

Each changed byte of database, WAL and head must be found and named (the batch, or the file), or be
shown to make no difference: then every row of the journal, read by Python's SQLite, says what it
said. That is so of room that SQLite keeps free, and of one of the two slots of the head.
Each changed byte of a backup must be found. Prints how many of each; exits 1 if one was missed.
"""

import argparse
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RELEASE = sorted((HERE / "releases").iterdir())[-1]
# Where SQLite cannot open the file at all, that is what is said.
NAMED = re.compile(r"batch \d+|journal\.sqlite|head|backup|SQLite error")


def verified(executables, *words):
    done = subprocess.run(
        [executables / "gridcall-broker", "verify", *words], capture_output=True, text=True
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def rows(data):
    """What the journal's rows say, read without our software from a copy."""
    with tempfile.TemporaryDirectory() as folder:
        for file in data.glob("journal.sqlite*"):
            shutil.copy(file, folder)
        database = sqlite3.connect(f"{folder}/journal.sqlite")
        try:
            return database.execute("SELECT * FROM batch ORDER BY seq").fetchall()
        finally:
            database.close()


def places(size, every, header):
    """Closely through the header, then every so manieth, so that all kinds of places are met."""
    return sorted({*range(0, min(header, size), max(1, every // 97)), *range(header, size, every)})


def change(executables, data, name, every, header):
    """Changes the file byte by byte; gives how many were named, how many made no difference,
    and what was missed."""
    whole, told = (data / name).read_bytes(), rows(data)
    named, unused, missed = 0, 0, []
    for place in places(len(whole), every, header):
        changed = bytearray(whole)
        changed[place] ^= (place * 37 | 1) & 0xFF
        (data / name).write_bytes(changed)
        code, said = verified(executables, "--data", data)
        if code != 0 and NAMED.search(said):
            named += 1
        elif code == 0 and rows(data) == told:
            unused += 1
        else:
            missed.append((place, code, said))
    (data / name).write_bytes(whole)
    return named, unused, missed


def change_backup(executables, backup, every):
    whole = backup.read_bytes()
    named, missed = 0, []
    for place in places(len(whole), every, 100):
        changed = bytearray(whole)
        changed[place] ^= (place * 37 | 1) & 0xFF
        backup.write_bytes(changed)
        code, said = verified(executables, "--backup", backup)
        if code == 1 and NAMED.search(said):
            named += 1
        else:
            missed.append((place, code, said))
    backup.write_bytes(whole)
    return named, 0, missed


def main():
    parser = argparse.ArgumentParser(description="Changes bytes and has verify find them.")
    parser.add_argument("executables", type=pathlib.Path)
    parser.add_argument("--every", type=int, default=97)
    options = parser.parse_args()
    executables, failed = options.executables.resolve(), False
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "data"
        shutil.copytree(RELEASE / "data", data)
        backup = pathlib.Path(shutil.copy(RELEASE / "day.gridcall-backup", folder))
        results = {
            name: change(executables, data, name, every, header)
            for name, every, header in (
                ("head", max(1, options.every // 32), 0),
                ("journal.sqlite-wal", 2 * options.every, 56),
            )
        }
        # As a broker leaves it that ends by itself: everything is in the database.
        with sqlite3.connect(data / "journal.sqlite") as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        results["journal.sqlite"] = change(
            executables, data, "journal.sqlite", options.every, 100
        )
        results["backup"] = change_backup(executables, backup, 2 * options.every)
    for name, (named, unused, missed) in results.items():
        print(f"{name}: {named} found and named, {unused} made no difference, {len(missed)} missed")
        for place, code, said in missed[:5]:
            print(f"  byte {place}: exit {code}, {said[:200]}")
        failed = failed or bool(missed)
    sys.exit(1 if failed else 0)


main()

#!/usr/bin/env python3
"""Records what a release leaves on disk, and what it answers, for the releases after it to open.

    Tests/Fixtures/record.py EXECUTABLES NAME

runs the programs in EXECUTABLES (a build of that release) through a small day with keys and writes
Tests/Fixtures/releases/NAME: the data directory of a broker that was killed, a terminal's spool and
tag, key files, the authorised keys, the secret, a backup, an export, and in `answers` what the
broker said about every call. Run it once for each release, before its formats change; what is
recorded is never recorded anew. Standard library only.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE_SECONDS = 60


class Street:
    """A broker, a worker and people with keys in a directory of their own."""

    def __init__(self, executables, place):
        self.executables, self.place = executables, place
        self.endpoint = f"ipc://{place}/broker"
        self.office = f"ipc://{place}/local"
        self.data = place / "data"
        self.processes = []
        shutil.copy(HERE / "catalogue.yaml", place / "catalogue.yaml")

    def environment(self, who):
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.place),
            "LANG": "C.UTF-8",
            "GRIDCALL_LANG": "en",
            "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
            "XDG_STATE_HOME": str(self.place / "state" / who),
        }

    def tool(self, *words):
        subprocess.run(
            [self.executables / "gridcall-broker", *words], check=True, cwd=self.place,
            stdout=subprocess.DEVNULL,
        )

    def admit(self, name, role, *more):
        self.tool("keygen", f"keys/{name}")
        self.tool(
            "authorize", f"keys/{name}.key", "--keys", "authorized-keys",
            "--role", role, "--name", name, *more,
        )  # fmt: skip

    def start(self, program, *words):
        log = self.place / f"{program}-{len(self.processes)}.log"
        process = subprocess.Popen(
            [self.executables / program, *words],
            cwd=self.place, env=self.environment(program), stderr=log.open("wb"),
        )  # fmt: skip
        self.processes.append(process)
        expected = {"gridcall-broker": "serving", "gridcall-worker": "connected"}[program]
        self.until(lambda: expected in log.read_text(), f"{program}: {expected}")
        return process

    def start_broker(self):
        return self.start(
            "gridcall-broker", "run", "--catalogue", "catalogue.yaml", "--data", "data",
            "--secret", "tags.key", "--bind", self.endpoint, "--bind-local", self.office,
            "--key", "keys/broker.key_secret", "--authorized-keys", "authorized-keys",
        )  # fmt: skip

    def said(self, who, *words, ends=0):
        """What `gridcall` prints for whoever has the key of that name."""
        done = subprocess.run(
            [
                self.executables / "gridcall", *words, "--broker", self.endpoint,
                "--key", f"keys/{who}.key_secret", "--server-key", "keys/broker.key",
            ],
            cwd=self.place, env=self.environment(who), capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != ends:
            raise SystemExit(f"gridcall {words}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    def filed(self, category, *more, ends=0):
        return self.said(
            "reporter", "submit", "--category", category, "--grid", "g-1", "--anyway",
            "--observed-at", "2026-11-20T09:00:00+08:00", *more, ends=ends,
        )  # fmt: skip

    def track(self, call):
        return json.loads(self.said("duty", "track", call, "--format", "json"))

    def until_part(self, call, department, state):
        def holds():
            return any(
                part["department"] == department and part["state"] == state
                for part in self.track(call)["parts"]
            )

        self.until(holds, f"{call}: {department} is {state}")

    @staticmethod
    def until(holds, what):
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            if time.monotonic() > end:
                raise SystemExit(f"never came: {what}")
            time.sleep(0.05)

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


def people(street):
    (street.place / "keys").mkdir()
    street.tool("keygen", "keys/broker")
    street.admit("reporter", "terminal")
    street.admit("machine", "worker", "--departments", "urban,market,safety,judicial")
    street.admit("officer", "officer", "--departments", "urban")
    street.admit("reviewer", "reviewer")
    street.admit("duty", "operator")
    street.admit("second", "operator")
    street.admit("audit", "auditor")


def worker(street, department, *words):
    return street.start(
        "gridcall-worker", "--department", department, "--broker", street.endpoint,
        "--key", "keys/machine.key_secret", "--server-key", "keys/broker.key",
        "--name", f"{department}-1", *words,
    )  # fmt: skip


def day(street):
    """Calls in every state that a street leaves behind; returns their case numbers."""
    texts = ("--address", "东街 12 号", "--reporter", "王小明", "--contact", "13900000001")
    calls = {}
    urban = worker(street, "urban", "--inbox")
    market = worker(street, "market", "--simulate", "0")
    calls["closed"] = street.filed("checked", "--description", "占道经营", *texts)
    street.until(lambda: street.track(calls["closed"])["state"] == "checking", "checking")
    street.said("reporter", "check", "pass", calls["closed"])
    calls["checking"] = street.filed("checked", "--description", "A shop on the pavement")
    calls["linked"] = street.filed("three", "--description", "三家联动", *texts)
    calls["delivered"] = street.filed("one", "--description", "in the inbox")
    calls["accepted"] = street.filed("one", "--description", "垃圾成堆", *texts)
    calls["reviewed"] = street.filed("reviewed", "--description", "违法建设")
    calls["duplicate"] = street.filed("one", "--description", "again in the inbox")
    calls["verifying"] = street.filed("verified", "--description", "is it so?")
    calls["voided"] = street.filed("one", "--description", "a mistake", *texts)
    for name in ("delivered", "accepted", "reviewed", "duplicate", "voided", "linked"):
        street.until_part(calls[name], "urban", "delivered")
    street.until_part(calls["linked"], "market", "completed")
    street.until(lambda: street.track(calls["checking"])["state"] == "checking", "checking")
    why = ("--reason", "as the notice of 20 November says")
    street.said("officer", "task", "accept", calls["accepted"])
    street.said("officer", "task", "extend", calls["accepted"], *why)
    street.said("duty", "extension", "approve", calls["accepted"])
    street.said("officer", "task", "suspend", calls["accepted"], "--until", "2027-06-01", *why)
    street.said("officer", "task", "accept", calls["reviewed"])
    street.said("officer", "task", "propose", calls["reviewed"], "--measure", "fine=60000")
    street.said("duty", "merge", calls["duplicate"], "--into", calls["delivered"], *why)
    street.said("duty", "void", calls["voided"], *why)
    street.said("reviewer", "supervise", calls["linked"], "--department", "safety", *why)
    street.said("duty", "pause-queue", "judicial", *why)
    street.said(
        "duty", "activity", "add", "--kind", "outreach", "--date", "2026-11-21",
        "--theme", "消防进社区", "--sessions", "2", "--people", "40",
    )  # fmt: skip
    for process in (urban, market):
        process.send_signal(signal.SIGTERM)
        process.wait()
    return calls


def answers(street, calls, target):
    target.mkdir()
    tracks = {name: street.track(call) for name, call in calls.items()}
    (target / "calls.json").write_text(
        json.dumps(tracks, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )
    stats = json.loads(street.said("audit", "stats", "--format", "json"))
    (target / "stats.json").write_text(json.dumps(stats, indent=1, sort_keys=True) + "\n")
    street.said("audit", "audit", "export", "--texts", "--output", str(target / "export.jsonl"))
    (target / "verify.txt").write_text(street.said("audit", "audit", "verify") + "\n")


def keep(street, target):
    """What a machine has after a power cut, without the locks and SQLite's shared memory."""
    ignored = shutil.ignore_patterns("lock", "*-shm", "*.lock")
    shutil.copytree(street.data, target / "data", ignore=ignored)
    shutil.copytree(street.place / "keys", target / "keys")
    for name in ("authorized-keys", "tags.key", "catalogue.yaml"):
        shutil.copy(street.place / name, target / name)
    state = street.place / "state" / "reporter" / "gridcall"
    # Named by the endpoint, which is another one wherever it is opened again.
    spool = next(path for path in state.iterdir() if path.is_dir())
    shutil.copytree(spool, target / "terminal" / "spool", ignore=ignored)
    for file in state.glob(f"{spool.name}.*"):
        shutil.copy(file, target / "terminal" / f"broker{file.suffix}")


def main():
    executables, name = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    target = HERE / "releases" / name
    target.mkdir(parents=True)
    place = pathlib.Path(tempfile.mkdtemp(prefix="gridcall-record-"))
    street = Street(executables, place)
    try:
        people(street)
        broker = street.start_broker()
        calls = day(street)
        street.tool("backup", "--data", "data", "--to", str(target / "day.gridcall-backup"))
        street.tool("snapshot", "--data", "data")
        calls["after"] = street.filed("three", "--description", "after the snapshot")
        answers(street, calls, target / "answers")
        broker.kill()
        broker.wait()
        street.filed("one", "--description", "stored while away 离线", ends=75)
        keep(street, target)
    except BaseException:
        shutil.rmtree(target)
        raise
    finally:
        street.end()
        shutil.rmtree(place)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Opens what every former release left (releases/*) with the programs of a build.

    Tests/Fixtures/upgrade.py EXECUTABLES

For each release: its broker's data opens, every call tells what was recorded and work goes on; its
terminal's stored call is filed and its receipts hold; its backup is restored; its peers, in the very
bytes of its conversation and as its Python peer, are understood. And data of a newer version is
refused with words and left byte for byte. Prints a line for each, exits 1 if one failed. The peers
need .build/python (Tests/EndToEnd/prepare.sh), everything else the standard library.
"""

import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

from record import HERE, Street, worker

ROOT = HERE.parents[1]
PYTHON = ROOT / ".build/python/bin/python"
SAME = """id caseNumber state category condition grid campaign urgency description address reporter
    contact observedAt filedAt closedAt mergedInto sameAs""".split()
SAME_OF_PARTS = "part department role state attempts stage acceptedAt worker".split()
NEWER = {
    "schema": "use the version that wrote it, or a newer one",
    "fact": "holds facts of a newer version: use that version",
}


def expect(holds, what):
    if not holds:
        raise AssertionError(what)


class Opened(Street):
    """A street of its own with a copy of what a release left."""

    def __init__(self, executables, release, place):
        super().__init__(executables, place)
        self.release = release
        shutil.copy(release / "catalogue.yaml", place)
        for part in ("data", "keys"):
            shutil.copytree(release / part, place / part)
        for file in ("authorized-keys", "tags.key", "day.gridcall-backup"):
            shutil.copy(release / file, place)
        self.data.chmod(0o700)
        # A repository keeps no modes.
        for file in (*place.glob("keys/*_secret"), place / "tags.key", place / "authorized-keys"):
            file.chmod(0o600)

    def answers(self):
        return json.loads((self.release / "answers/calls.json").read_text())

    def place_terminal(self):
        """Gives the reporter the release's spool and tag, which are named by the endpoint."""
        name = hashlib.sha256(self.endpoint.encode()).hexdigest()[:16]
        state = self.place / "state/reporter/gridcall"
        state.mkdir(parents=True)
        shutil.copytree(self.release / "terminal/spool", state / name)
        for file in (self.release / "terminal").glob("broker.*"):
            shutil.copy(file, state / f"{name}{file.suffix}")

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        expect(process.wait(60) == 0, "the broker ended otherwise than by itself")

    def checked(self, *words):
        return subprocess.run(
            [self.executables / "gridcall-broker", *words],
            cwd=self.place, capture_output=True, text=True,
        )  # fmt: skip


def same(street, left_out=()):
    """Every call tells what it told; times change clocks, and steps may follow."""
    for what, then in street.answers().items():
        if what in left_out:
            continue
        now = street.track(then["caseNumber"])
        for key in SAME:
            expect(now[key] == then[key], f"{what}: {key} was {then[key]}, is {now[key]}")
        parts = [[[part[key] for key in SAME_OF_PARTS] for part in call["parts"]]
                 for call in (now, then)]  # fmt: skip
        expect(parts[0] == parts[1], f"{what}: its parts are others: {parts}")
        steps = now["steps"][: len(then["steps"])]
        expect(steps == then["steps"], f"{what}: its story is another")


def data(street):
    broker = street.start_broker()
    same(street)
    then = json.loads((street.release / "answers/stats.json").read_text())["calls"]
    now = json.loads(street.said("audit", "stats", "--format", "json"))["calls"]
    expect(then == {key: now[key] for key in then}, f"the counts were {then}, are {now}")
    export = street.place / "export.jsonl"
    street.said("audit", "audit", "export", "--texts", "--output", str(export))
    lines = (street.release / "answers/export.jsonl").read_bytes().splitlines()[1:]
    expect(export.read_bytes().splitlines()[1 : len(lines) + 1] == lines, "the export differs")
    work(street)
    street.stop(broker)
    verify = street.checked("verify", "--data", "data")
    expect(verify.returncode == 0, verify.stderr)
    broker = street.start_broker()
    accepted = street.track(street.answers()["accepted"]["caseNumber"])
    expect(accepted["state"] == "closed", "what was done is not there after another start")
    street.stop(broker)


def work(street):
    """An officer goes on with what was begun, and a worker delivers what waited."""
    calls = {name: call["caseNumber"] for name, call in street.answers().items()}
    if street.track(calls["accepted"])["parts"][0]["suspendedUntil"]:
        street.said("officer", "task", "resume", calls["accepted"])
    street.said("officer", "task", "complete", calls["accepted"])
    urban = worker(street, "urban", "--inbox")
    street.until_part(calls["after"], "urban", "delivered")
    street.said("officer", "task", "accept", calls["after"])
    street.said("reporter", "check", "pass", calls["checking"])
    urban.send_signal(signal.SIGTERM)
    expect(urban.wait(60) == 0, "the worker ended otherwise than by itself")


def terminal(street):
    street.place_terminal()
    street.start_broker()
    waiting = street.said("reporter", "spool", "list", "--format", "json")
    expect("stored while away 离线" in waiting, f"the stored call is not there: {waiting}")
    street.said("reporter", "spool", "flush")
    listed = street.said("duty", "list", "--text", "离线", "--format", "json")
    expect(len(json.loads(listed)["calls"]) == 1, "the stored call was not filed")
    # The receipt of a call that ended: the same content under the same id.
    voided = street.answers()["voided"]
    number = street.filed(
        "one", "--description", "a mistake", "--address", "东街 12 号", "--reporter", "王小明",
        "--contact", "13900000001", "--id", voided["id"],
    )  # fmt: skip
    expect(number == voided["caseNumber"], f"another receipt: {number}")


def backup(street):
    shutil.rmtree(street.data)
    street.tool("verify", "--backup", "day.gridcall-backup")
    street.tool("restore", "day.gridcall-backup", "--data", "data")
    street.start_broker()
    same(street, left_out=["after"])


def keyless(street):
    """A fresh broker of the release's street for peers without keys; its endpoint."""
    shutil.rmtree(street.data)
    street.start(
        "gridcall-broker", "run", "--catalogue", "catalogue.yaml", "--data", "data",
        "--secret", "other.key", "--bind", street.office,
    )  # fmt: skip
    return street.office


def python(street, *words):
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "GRIDCALL_WIRE_PROTO": str(street.release / "wire.proto"),
    }
    done = subprocess.run(
        [PYTHON, *words], env=environment, capture_output=True, text=True, timeout=180
    )
    expect(done.returncode == 0, done.stdout + done.stderr)


def conversation(street):
    broker = keyless(street)
    python(street, HERE / "conversation.py", "replay", street.release, "--broker", broker)


def peer(street):
    broker = keyless(street)
    python(
        street, street.release / "peer/smoke_test.py", "--broker", broker,
        "--department", "urban", "--category", "one", "--grid", "g-1",
    )  # fmt: skip


def newer(change):
    def refused(street):
        journal = street.data / "journal.sqlite"
        subprocess.run([sys.executable, HERE / "newer.py", change, journal], check=True)
        before = {file.name: file.read_bytes() for file in street.data.iterdir()}
        started = street.checked(
            "run", "--catalogue", "catalogue.yaml", "--data", "data", "--secret", "tags.key",
            "--bind", street.office,
        )  # fmt: skip
        expect(started.returncode == 65, f"it ended with {started.returncode}")
        expect(NEWER[change] in started.stderr, started.stderr)
        after = {file.name: file.read_bytes() for file in street.data.iterdir()}
        after.pop("lock", None)
        expect(after == before, "it changed " + str([n for n in after if after[n] != before.get(n)]))
        made = street.checked("backup", "--data", "data", "--to", "newer.gridcall-backup")
        expect(made.returncode == 1 and NEWER[change] in made.stderr, made.stderr)

    return refused


def run(executables, release, name, check):
    place = pathlib.Path(tempfile.mkdtemp(prefix="gridcall-upgrade-"))
    street = Opened(executables, release, place)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            check(street)
    except (Exception, SystemExit):
        traceback.print_exc()
        for log in sorted(place.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text()[-2000:]}", file=sys.stderr)
        print(f"FAILED  {release.name}  {name}")
        return False
    finally:
        street.end()
        shutil.rmtree(place)
    print(f"passed  {release.name}  {name}")
    return True


def main():
    executables = pathlib.Path(sys.argv[1]).resolve()
    releases = sorted((HERE / "releases").iterdir())
    checks = {
        "data opens, tells the same, and work goes on": data,
        "a terminal's stored call is filed, its receipts hold": terminal,
        "a backup is restored": backup,
        "its conversation is understood": conversation,
        "its Python peer works": peer,
    }
    if not PYTHON.exists():
        print("left out: the peers, which need Tests/EndToEnd/prepare.sh")
        checks = dict(list(checks.items())[:3])
    results = [
        run(executables, release, name, check)
        for release in releases
        for name, check in checks.items()
    ]
    results += [
        run(executables, releases[-1], f"data of a newer version is refused ({change})", newer(change))
        for change in NEWER
    ]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

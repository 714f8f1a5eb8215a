"""Terminals under load: each keeps its own log of what was confirmed to it."""

import csv
import json
import os
import random
import signal
import subprocess
import threading
import time
import uuid

from stage import HERE

CATEGORIES = ["litter", "litter", "night-stall", "dispute"]
GRIDS = ["ch-101", "ch-102"]
# Exit codes that tell a person to try again, or that the call is stored.
NOT_NOW = {69, 74, 75, -signal.SIGKILL}


class Violation(Exception):
    """Something that no fault explains."""


def new_id(chance):
    """A UUID of version 7, with random bits from `chance`."""
    milliseconds = time.time_ns() // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | chance.getrandbits(12) << 64
    return str(uuid.UUID(int=value | 0b10 << 62 | chance.getrandbits(62)))


class Terminal:
    """A person at `gridcall`, one command after the other, with a spool of their own.

    Every confirmed id goes into `NAME.receipts`, as `ID CASE-NUMBER`; an id that the program says
    it has stored goes there as `ID -`: it must be filed in the end as well.
    """

    def __init__(self, stage, name, place, seed, news):
        self.stage = stage
        self.name = name
        self.place = place
        self.news = news
        self.chance = random.Random(f"{seed}/{name}")
        self.spool = stage.path("spools", name)
        self.control = stage.control(name)
        self.directory = self.spool
        self.receipts_path = stage.path(name + ".receipts")
        # The rows of every file that was imported to its end: name and number of rows.
        self.imported = []
        self.process = None
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.failure = None
        self.confirmed = 0
        os.makedirs(self.spool)
        if place == "office":
            stage.admit(name, "terminal")

    # One command

    def command(self, *arguments, patience=3):
        """Runs `gridcall` to its end; returns its exit code and what it printed."""
        options = ["--timeout", str(patience), "--spool", self.spool]
        if self.place == "office":
            options += ["--broker", self.stage.endpoint, *self.stage.key_options(self.name)]
        else:
            options += ["--broker", self.stage.local]
        command = [self.stage.program("gridcall"), *arguments, *options]
        with open(self.stage.path(self.name + ".log"), "ab") as log:
            with self.lock:
                self.process = subprocess.Popen(
                    self.stage.inside(self.place, command), stdout=subprocess.PIPE, stderr=log,
                    stdin=subprocess.DEVNULL, env=self.stage.environment(self))
            output, _ = self.process.communicate()
        return self.process.returncode, output.decode()

    def kill(self):
        """-9 to the command that runs; whether there was one."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                return False
            self.process.kill()
            return True

    # What it does all day

    def start(self):
        self.thread.start()

    def finish(self):
        """No new call; what was begun is brought to its end."""
        self.is_over.set()

    def _run(self):
        try:
            while not self.is_over.wait(self.chance.expovariate(8)):
                what = self.chance.random()
                if what < 0.5:
                    self.submit_until_confirmed()
                elif what < 0.85:
                    self.submit_once()
                else:
                    self.import_file()
        except BaseException as failure:
            self.failure = failure

    def _call(self):
        return [
            "submit", "--category", self.chance.choice(CATEGORIES), "--grid",
            self.chance.choice(GRIDS), "--description", "巡查发现，请处置", "--anyway", "--format",
            "json",
        ]

    def submit_once(self):
        """One try, under an id that the program chooses; what it says then holds."""
        code, output = self.command(*self._call())
        self._note(code, output)

    def submit_until_confirmed(self):
        """The same call under the same id until it is confirmed or stored, whatever happens."""
        name = new_id(self.chance)
        call = [*self._call(), "--id", name]
        while True:
            code, output = self.command(*call)
            told = self._note(code, output)
            if told is not None and told != name:
                raise Violation(f"{self.name}: asked for {name} and was told {told}")
            if told is not None:
                return
            time.sleep(0.2)

    def import_file(self):
        """A file of calls, imported again until every row was confirmed."""
        name = f"{self.name}-{len(self.imported) + 1}.csv"
        rows = self.chance.randint(10, 60)
        with open(self.stage.path(name), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["key", "seen", "category", "grid", "what"])
            for row in range(rows):
                table.writerow([
                    f"{self.name}/{len(self.imported)}/{row}", "2026-11-02 10:00:00",
                    self.chance.choice(CATEGORIES), self.chance.choice(GRIDS), f"第 {row} 行",
                ])
        while True:
            code, _ = self.command(
                "import", self.stage.path(name), "--mapping", os.path.join(HERE, "mapping.yaml"))
            if code == 0:
                self.imported.append((name, rows))
                return
            self._check(code, "import")
            time.sleep(0.2)

    def flush(self, seconds):
        """Sends what the spool holds until nothing waits; whether that came to be."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            code, _ = self.command("spool", "flush")
            if code == 0:
                return True
            self._check(code, "spool flush")
            time.sleep(0.5)
        return False

    # Its log

    def _note(self, code, output):
        """Writes down what a submit said; returns the id that is confirmed or stored."""
        self._check(code, "submit")
        if code not in (0, 75) or not output.strip():
            return None
        told = json.loads(output)
        if code == 75 and not told["stored"]:
            return None
        with open(self.receipts_path, "a", encoding="ascii") as receipts:
            receipts.write(f"{told['id']} {told['caseNumber'] or '-'}\n")
        if code == 0:
            self.confirmed += 1
            self.news.heard()
        return told["id"]

    def _check(self, code, what):
        if code != 0 and code not in NOT_NOW:
            raise Violation(
                f"{self.name}: `gridcall {what}` ended with {code}; its log is {self.name}.log")

    def receipts(self):
        """The pairs (id, case number or None) that it was told, by its log and by its spool."""
        pairs = []
        if os.path.exists(self.receipts_path):
            with open(self.receipts_path, encoding="ascii") as lines:
                for line in lines:
                    name, number = line.split()
                    pairs.append((name, None if number == "-" else number))
        return pairs

    def spool_list(self):
        """What `gridcall spool list --confirmed` tells."""
        code, output = self.command("spool", "list", "--confirmed", "--format", "json")
        if code != 0:
            raise Violation(f"{self.name}: `gridcall spool list` ended with {code}")
        return json.loads(output)["calls"]


class News:
    """When anybody was last told that a call is confirmed, and the longest time without."""

    def __init__(self):
        self.lock = threading.Lock()
        self.last = time.monotonic()
        self.longest = 0.0

    def heard(self, at=None):
        with self.lock:
            at = at or time.monotonic()
            self.longest = max(self.longest, at - self.last)
            self.last = max(self.last, at)

"""The plan of a whole run: who does what when, and what is kept of it."""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time

from . import driver, machine, report
from .driver import Driver, RunFailed
from .gridcall import GridCall, NotKnown
from .peers import ALL
from .server import Unavailable


class PeerRuns:
    """A peer as a contender: its server and its driver."""
    is_variant = False

    def __init__(self, server, drivers, hold):
        self.server = server
        self.driver = Driver(drivers, server.driver)
        self.hold = hold
        self.name, self.title, self.settings = server.name, server.title, server.settings
        self._queues = 0

    def version(self):
        version = self.server.version()
        if not self.driver.is_built:
            raise Unavailable("its driver was not built; is its client library installed?")
        return version

    def _queue(self):
        """A name not used before: every run has an empty queue."""
        self._queues += 1
        return f"tasks{self._queues}"

    def _run(self, mode, queue=None, **options):
        if self.hold and "window" in options:
            options["hold"] = self.hold
        options.setdefault("connect_seconds", 180)
        return self.driver.run(self.server, mode, queue or self._queue(), **options)

    @contextlib.contextmanager
    def serving(self, is_traced=False):
        """A fresh server, ended whatever happens."""
        self.server.create()
        self.server.start(is_traced)
        try:
            yield
        finally:
            self.server.stop()

    def load(self, window, warm_up, seconds):
        return self._run("load", window=window, warm_up=warm_up, seconds=seconds)

    def latency(self, rate, warm_up, seconds):
        return self._run("latency", rate=rate, warm_up=warm_up, seconds=seconds)

    def syncs(self, window):
        with self.serving(is_traced=True):
            run = self._run("load", window=window, warm_up=0.5, seconds=1)
        calls = self.server.syncs()
        return {"calls": calls, "tasks": run["submitted"],
                "syncs_per_task": sum(calls.values()) / max(1, run["submitted"])}

    def backlog(self, count):
        """Memory with so many tasks waiting, and a start over them after kill -9."""
        with self.serving():
            filled = self._run("fill", queue="backlog", window=1024, count=count)
            time.sleep(2)
            memory = self.server.memory()
            self.server.kill()
            started = self.server.start()
            drained = self._run("drain", queue="backlog", window=1024, count=count,
                                connect_seconds=600)
        first = drained["first_delivery_ns"]
        return {"memory_bytes": memory, "fill_seconds": filled["seconds"],
                "confirmed": filled["confirmed"],
                "first_delivery_seconds": (first - started) / 1e9 if first else None,
                "lost": drained["lost"], "repeated": drained["repeated"]}


class Comparison:
    """All measurements of one run; kept in a file after every step, since it takes long."""

    def __init__(self, options):
        self.options = options
        # Of this run alone, so that two runs do not take each other's files away.
        self.data = f"{options.data}/compare-{os.getpid()}"
        os.makedirs(self.data)
        self.path = f"{options.output}/results.json"
        self.results = {
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "machine": machine.describe(self.data),
            "options": {name: getattr(options, name) for name in (
                "windows", "rounds", "warm_up", "seconds", "sustained_seconds", "rate",
                "latency_seconds", "backlogs", "fill_seconds", "hold")},
            "minutes": None, "disk": [], "start_up": {}, "contenders": [],
        }
        self.contenders = []

    def remove_files(self):
        """Takes the servers' data away; what they logged stays where one of them failed."""
        if not any(entry["problems"] for entry in self.results["contenders"]):
            shutil.rmtree(self.data, ignore_errors=True)
        for contender, _ in self.contenders:
            if isinstance(contender, PeerRuns):
                shutil.rmtree(contender.server.directory, ignore_errors=True)

    def run(self):
        """Everything; returns the results, which say how long it took."""
        began = time.monotonic()
        self._find_contenders()
        self._note("the disk alone")
        self._try(None, lambda: self.results.update(disk=driver.disk_limits(
            self.options.drivers, self.data, self.options.disk_seconds)))
        for number in range(1, self.options.rounds + 1):
            for contender, entry in self.contenders:
                self._round(number, contender, entry)
        self._sustained()
        plain = [pair for pair in self.contenders if not pair[0].is_variant]
        for contender, entry in plain:
            for window in self.options.sync_windows:
                self._note(f"{contender.title}: fsync calls at window {window}")
                self._try(entry, lambda: entry["syncs"].update(
                    {str(window): contender.syncs(window)}))
        for count in self.options.backlogs:
            for contender, entry in plain:
                self._note(f"{contender.title}: {count} waiting")
                self._try(entry, lambda: entry["backlog"].update(
                    {str(count): self._backlog(contender, entry, count)}))
        self._start_up()
        self.results["minutes"] = round((time.monotonic() - began) / 60, 1)
        self._keep()
        return self.results

    def _sustained(self):
        """The largest window for longer: GridCall, and the peers that were the fastest there."""
        if self.options.sustained_seconds <= 0:
            return
        window = max(self.options.windows)
        peers = [pair for pair in self.contenders if isinstance(pair[0], PeerRuns)]
        peers.sort(key=lambda pair: report.throughput(pair[1], window) or 0, reverse=True)
        own = [pair for pair in self.contenders if not isinstance(pair[0], PeerRuns)]
        for contender, entry in own + peers[:self.options.sustained_peers]:
            self._note(f"{contender.title}: window {window} for "
                       f"{self.options.sustained_seconds:g} s")
            with contextlib.ExitStack() as stack:
                if self._serve(contender, entry, stack):
                    self._try(entry, lambda: entry.update(sustained=contender.load(
                        window, self.options.warm_up, self.options.sustained_seconds)))

    def _backlog(self, contender, entry, count):
        """A backlog, unless filling it alone would take too long: a server with an fsync for each
        task takes minutes for a million, and shows nothing by it that fewer do not show."""
        filled = [(int(known), figures.get("fill_seconds"))
                  for known, figures in entry["backlog"].items()]
        expected = max((count * seconds / known for known, seconds in filled if seconds),
                       default=0)
        if expected > self.options.fill_seconds:
            raise NotKnown(f"{count:,} waiting: filling in would take {expected:.0f} s")
        return contender.backlog(count)

    def _start_up(self):
        """Whole processes of GridCall, from outside."""
        own = [pair for pair in self.contenders if pair[0].name == "gridcall"]
        for contender, entry in own[:1 if self.options.start_ups > 0 else 0]:
            self._note("whole processes: --help, a cold submit")
            self._try(entry, lambda: self.results.update(
                start_up=contender.start_up(self.options.start_ups)))

    def _find_contenders(self):
        options = self.options
        found = [PeerRuns(peer(f"{self.data}/{peer.name}"), options.drivers, options.hold)
                 for peer in ALL]
        if options.binaries:
            found = [GridCall(options.binaries, self.data, options.hold, with_keys)
                     for with_keys in (False, True)] + found
        for contender in found:
            if options.only and contender.name not in options.only:
                continue
            entry = {"name": contender.name, "title": contender.title,
                     "settings": contender.settings, "version": None, "skipped": None,
                     "problems": [], "load": {}, "sustained": None, "latency": [], "syncs": {},
                     "backlog": {}}
            self.results["contenders"].append(entry)
            try:
                entry["version"] = contender.version()
                self.contenders.append((contender, entry))
            except (Unavailable, RunFailed, OSError) as problem:
                entry["skipped"] = str(problem)
                self._note(f"{contender.title} is skipped: {problem}")

    def _round(self, number, contender, entry):
        """All windows and the open loop of one contender, with nobody else at work."""
        with contextlib.ExitStack() as stack:
            if not self._serve(contender, entry, stack):
                return
            for window in self.options.windows:
                self._note(f"round {number}: {contender.title}, window {window}")
                self._try(entry, lambda: entry["load"].setdefault(str(window), []).append(
                    contender.load(window, self.options.warm_up, self.options.seconds)))
            if self.options.latency_seconds > 0:
                self._note(f"round {number}: {contender.title}, open loop")
                self._try(entry, lambda: entry["latency"].append(contender.latency(
                    self.options.rate, self.options.warm_up, self.options.latency_seconds)))

    def _serve(self, contender, entry, stack):
        """Has a peer's fresh server run until the stack is left; whether there is one. GridCall's
        own program starts its brokers itself."""
        if not isinstance(contender, PeerRuns):
            return True
        self._try(entry, lambda: stack.enter_context(contender.serving()))
        return contender.server.process is not None

    def _try(self, entry, step):
        """Does a step; one that fails is named in the results and the others go on."""
        try:
            step()
        except (RunFailed, NotKnown, Unavailable, OSError, subprocess.SubprocessError, KeyError,
                ValueError) as problem:
            is_own = isinstance(problem, (RunFailed, NotKnown, Unavailable))
            text = str(problem) if is_own else f"{type(problem).__name__}: {problem}"
            self._note(text)
            if entry is not None and text not in entry["problems"]:
                entry["problems"].append(text)
        self._keep()

    def _keep(self):
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(self.results, file, indent=1)

    @staticmethod
    def _note(text):
        print(text, file=sys.stderr, flush=True)

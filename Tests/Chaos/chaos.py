#!/usr/bin/env python3
"""Chaos: real processes under load, and everything that can happen to them, from one seed.

A broker, workers of every department and terminals run as they would in service, each started again
when it ends. Faults come in an order that the seed decides: kill -9, SIGSTOP past a lease, a full
disk, writes and fsyncs that fail, networks apart, packets lost, clocks moved, descriptors and
memory cut short. Then everything is mended and worked off, and every confirmed call must be there:
by id, from the terminals' own logs, once, with the case number that its receipt said.

Exit codes: 0 all is accounted for; 1 it is not, or a process ended without a fault that explains
it: the seed is printed and the directory is kept. 130 interrupted.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from account import Journal, check_receipts, check_terminal, export, plain
from faults import Faults
from scene import Scene
from stage import Stage, become_private
from terminals import Violation


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binaries", help="the directory with the programs")
    parser.add_argument("--seconds", type=float, default=60, help="of faults; working off follows")
    parser.add_argument("--seed", type=int, help="default: a new one, which is printed")
    parser.add_argument("--terminals", type=int, default=4)
    parser.add_argument("--rate", type=float, default=30, help="calls a second of a wire terminal")
    parser.add_argument("--drain", type=float, default=240, help="seconds to work everything off")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


class Performance:
    """One run: faults for a while, then the end of all faults, then the accounts."""

    def __init__(self, options, seed, directory):
        self.options = options
        self.seed = seed
        self.stage = Stage(
            options.binaries, directory, int(384 + options.seconds), options.inside)
        for lack in self.stage.missing:
            print(f"skipped: {lack}", flush=True)
        self.scene = Scene(self.stage, options, seed)
        self.faults = Faults(self.stage, self.scene, random.Random(f"{seed}/faults"))
        self.history = []
        self.requeued = self.checked = self.filed = 0
        self.drained = 0.0

    def run(self):
        self.scene.start()
        self.disturb()
        began = time.monotonic()
        self.mend()
        self.work_off(began + self.options.drain)
        self.drained = time.monotonic() - began
        self.settle()

    def disturb(self):
        pauses = random.Random(f"{self.seed}/pauses")
        began = time.monotonic()
        next_at = began + 2
        while time.monotonic() < began + self.options.seconds:
            self.scene.look_after()
            self.scene.check()
            self.faults.end_due()
            if time.monotonic() >= next_at:
                name = self.faults.step()
                if name:
                    self.history.append(f"{time.monotonic() - began:7.2f} {name}")
                next_at = time.monotonic() + pauses.uniform(0.2, 1.6)
            time.sleep(0.02)

    def mend(self):
        """No fault any more; whoever is asleep or away comes back."""
        self.faults.end_all()
        for service in self.scene.services:
            service.signal(signal.SIGCONT)
        for terminal in self.scene.terminals:
            terminal.finish()
        self.keep_until(120, "the broker serves", lambda: self.try_stats() is not None)
        # After a clock that jumped ahead no deadline speaks until somebody has looked at it.
        subprocess.run(
            self.stage.inside("street", [
                self.stage.program("gridcall"), "clock", "confirm", "--broker", self.stage.local]),
            env=self.stage.environment(), capture_output=True)

    def try_stats(self):
        try:
            return json.loads(self.scene.operator("stats", "--format", "json"))
        except Violation:
            return None

    def keep_until(self, seconds, what, holds):
        """Looks after the services until something holds."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise Violation(f"not within {seconds:.0f} s: {what}")
            self.scene.look_after()
            self.scene.check()
            time.sleep(0.1)

    def work_off(self, deadline):
        """Terminals end what they began, spools are sent, every call is closed."""
        def left():
            return max(1.0, deadline - time.monotonic())

        self.keep_until(
            left(), "the terminals have ended what they began",
            lambda: not any(terminal.thread.is_alive() for terminal in self.scene.terminals))
        self.scene.check()
        flushes = []
        for terminal in self.scene.terminals:
            thread = threading.Thread(
                target=lambda t=terminal: flushes.append((t.name, t.flush(left()))))
            thread.start()
            self.keep_until(left() + 30, "the spools are sent", lambda t=thread: not t.is_alive())
        if not all(sent for _, sent in flushes):
            raise Violation(f"spools that could not be sent: {flushes}")
        for wire in self.scene.wires:
            if wire.stop(left()) is None:
                raise Violation(f"{wire.name} has calls that were never answered")
        self.keep_until(left(), "every call is closed", self.is_all_closed)

    def is_all_closed(self):
        stats = self.try_stats()
        if stats is None:
            return False
        if any(department["stuck"] for department in stats["departments"]):
            self.requeue()
        return stats["calls"]["open"] == 0

    def requeue(self):
        """What is visibly stuck gets another turn, as an operator would give it."""
        listed = self.scene.operator("list", "--open", "--limit", "500", "--format", "json")
        for call in json.loads(listed)["calls"]:
            for part in call["parts"]:
                if part["state"] == "stuck":
                    self.requeued += 1
                    self.scene.operator(
                        "requeue", call["caseNumber"], "--part", str(part["part"]), tries=3)

    def settle(self):
        """The accounts; raises what is wrong with them."""
        journal = Journal(export(self.scene.operator, self.stage.directory))
        problems, ids = journal.check(), set()
        for terminal in self.scene.terminals:
            more, checked = check_terminal(journal, terminal)
            problems += more + self.doctor(terminal)
            ids |= checked
        for wire in self.scene.wires:
            receipts = self.wire_receipts(wire)
            problems += check_receipts(journal, wire.name, receipts)
            ids |= {plain(name) for name, _ in receipts}
        some = random.Random(self.seed).sample(sorted(ids), min(20, len(ids)))
        problems += self.track(some, journal)
        self.checked, self.filed = len(ids), len(journal.calls)
        for service in reversed(self.scene.services):
            code = service.stop()
            if service in self.scene.workers + [self.scene.broker] and code != 0:
                problems.append(f"{service.name} was told to end and ended with {code}")
        self.stage.tool("verify", "--data", self.stage.data)
        problems += [
            f"left in the data directory: {name}" for name in os.listdir(self.stage.data)
            if "corrupt" in name or "damaged" in name]
        if problems:
            raise Violation("\n  ".join([f"{len(problems)} problems", *problems[:20]]))

    def wire_receipts(self, wire):
        path, pairs = self.stage.path(wire.name + ".receipts"), []
        if os.path.exists(path):
            with open(path, encoding="ascii") as lines:
                pairs = [tuple(line.split()) for line in lines]
        return pairs

    def track(self, names, journal):
        """Problems with what `gridcall track` says of some of them."""
        known = {plain(name): (name, number) for name, number in journal.calls.items()}
        problems = []
        for name in names:
            call, number = known.get(name, (name, None))
            told = json.loads(self.scene.operator("track", call, "--format", "json"))
            told = told.get("call", told)
            if (told["caseNumber"], told["state"]) != (number, "closed"):
                problems.append(
                    f"track says {told['caseNumber']} {told['state']} of {call}, {number}")
        return problems

    def doctor(self, terminal):
        """Problems that `gridcall doctor` sees; after moved clocks that of the clock is none."""
        _, output = terminal.command("doctor", patience=10)
        return [
            f"{terminal.name}: doctor says {line}" for line in output.splitlines()
            if not line.startswith("ok ")
            and not (line.split()[1] == "clock" and self.faults.counts["broker's clock moved"])]

    # What it came to

    def table(self):
        scene = self.scene
        rows = [(name, str(self.faults.counts[name])) for _, name, _ in self.faults.kinds]
        syncs = scene.broker.control.counts()
        spools = [sum(counts) for counts in zip(*(t.control.counts() for t in scene.terminals))]
        rows += [
            ("", ""), ("writes, syncs of the broker that failed", f"{syncs[0]}, {syncs[1]}"),
            ("writes, syncs of terminals that failed", f"{spools[0]}, {spools[1]}"),
            ("syncs of the broker that were slow", str(syncs[2])),
            ("broker, workers, wire terminals started again", ", ".join(
                str(sum(service.starts - 1 for service in group))
                for group in ([scene.broker], scene.workers, scene.wires))),
            ("ends of the broker of its own, by code", ", ".join(
                f"{code}: {count}" for (name, code), count in sorted(scene.codes.items())
                if name == "broker") or "none"),
            ("parts stuck and queued again", str(self.requeued)),
            ("calls filed", str(self.filed)),
            ("confirmed ids checked", str(self.checked)),
            ("rows imported", str(sum(rows for t in scene.terminals for _, rows in t.imported))),
            ("longest time without a receipt", f"{scene.news.longest:.1f} s"),
            ("worked off after the last fault", f"{self.drained:.1f} s"),
        ]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:{width}}  {value}".rstrip() for name, value in rows)


def main():
    options = parse()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 31)
        sys.argv += ["--seed", str(options.seed)]
    if not options.inside:
        print(f"seed {options.seed}: {options.seconds:g} s of faults", flush=True)
        become_private(sys.argv[1:])
        print("skipped: full disk and networks (unshare is impossible here)", flush=True)
    options.binaries = os.path.realpath(options.binaries)
    directory = os.path.realpath(tempfile.mkdtemp(prefix="gridcall-chaos-"))
    performance = None
    try:
        performance = Performance(options, options.seed, directory)
        performance.run()
    except (Violation, subprocess.CalledProcessError) as violation:
        tell_failure(options, performance, directory, violation)
        return 1
    except KeyboardInterrupt:
        shutil.rmtree(directory, ignore_errors=True)
        return 130
    finally:
        if performance is not None:
            performance.scene.stop()
    print(performance.table())
    print(f"seed {options.seed}: every confirmed call is accounted for", flush=True)
    shutil.rmtree(directory, ignore_errors=True)
    return 0


def tell_failure(options, performance, directory, violation):
    """Says what is wrong, and with what it can be seen again."""
    print(f"seed {options.seed}: {violation}", flush=True)
    if performance is not None:
        print("\n".join(["what was done last:", *performance.history[-15:]]), flush=True)
        performance.faults.end_all()
        performance.scene.stop()
        # The small disk is gone with this process.
        shutil.copytree(performance.stage.data, os.path.join(directory, "data"))
    print(f"what there was is kept in {directory}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

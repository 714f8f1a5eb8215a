#!/usr/bin/env python3
"""A street's day: reporters, officers, reviewers and operators work through the commands.

Every person has a key of their own, and every command is a process of its own. At the end the
numbers of `gridcall stats` must equal those that Examples/audit/recount.py counts from
`gridcall audit export`, and every confirmed call must have ended.
"""

import argparse
import collections
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time

from office import DEPARTMENTS, Office, Refused
from people import Operator, Officer, Reporter, Reviewer

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binaries", help="the directory with the programs")
    parser.add_argument("--reporters", type=int, default=160)
    parser.add_argument("--officers", type=int, default=2, help="of each department")
    parser.add_argument("--calls", type=int, default=500, help="of the day")
    parser.add_argument("--sweep", type=int, default=3, help="calls of each reporter in the sweep")
    parser.add_argument("--at-once", type=int, default=16, help="commands that run at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=15, help="until it is given up")
    return parser.parse_args()


def hire(office, options):
    """Everybody, with a key; nobody has begun."""
    def chance(name):
        return random.Random(f"{options.seed}/{name}")

    grids = [f"gl-{community}0{grid}" for community in range(1, 27) for grid in range(1, 4)]
    reporters = []
    for number in range(options.reporters):
        name = f"reporter-{number + 1}"
        office.admit(name, "terminal")
        reporters.append(Reporter(office, name, chance(name), grids[number % len(grids)]))
    for number in range(options.calls):
        reporters[number % len(reporters)].plan_call()
    others = []
    for department in DEPARTMENTS:
        for number in range(options.officers):
            name = f"officer-{department}-{number + 1}"
            office.admit(name, "officer", "--departments", department)
            others.append(
                Officer(office, name, chance(name), department, number, options.officers))
    office.admit("reviewer", "reviewer")
    others.append(Reviewer(office, "reviewer", chance("reviewer")))
    office.admit("operator", "operator")
    others.append(Operator(office, "operator", chance("operator")))
    office.admit("auditor", "auditor")
    return reporters, others


def work(people, step):
    """Everybody does `step` until it says there is no more; a failure ends the day."""
    failures = []

    def run(person):
        try:
            step(person)
        except BaseException as failure:  # a thread's failure is the day's
            failures.append(failure)

    threads = [threading.Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    return threads, failures


def stats(office):
    return json.loads(office.gridcall("operator", "stats", "--format", "json"))


def day(office, reporters, others, options):
    """Files all calls while the others work, and ends when no call is open."""
    over = threading.Event()

    def until_over(person):
        while not over.is_set():
            if not person.work():
                over.wait(0.5)

    def report(reporter):
        reporter.file_day()
        reporter.sweep(options.sweep)
        until_over(reporter)

    threads, failures = work(others, until_over)
    more, failed = work(reporters, report)
    give_up = time.monotonic() + options.minutes * 60
    wanted = options.calls + options.sweep * options.reporters
    try:
        while not failures and not failed:
            calls = stats(office)["calls"]
            print(f"  {calls['filed']} filed, {calls['open']} open", flush=True)
            if calls["filed"] >= wanted and calls["open"] == 0:
                break
            if time.monotonic() > give_up:
                raise SystemExit(f"{calls['open']} calls are still open")
            over.wait(3)
    finally:
        over.set()
        for thread in threads + more:
            thread.join()
    if failures or failed:
        raise SystemExit(str((failures + failed)[0]))


def recount(office):
    """Counts the day again from the journal, by a script that knows nothing of the broker."""
    numbers = os.path.join(office.directory, "stats.json")
    export = os.path.join(office.directory, "export.jsonl")
    office.gridcall("auditor", "audit", "export", "--output", export)
    with open(numbers, "w", encoding="utf-8") as file:
        json.dump(stats(office), file)
    example = os.path.join(ROOT, "Examples", "audit")
    for script, arguments in ("verify.py", [export]), ("recount.py", [export, numbers]):
        subprocess.run([sys.executable, os.path.join(example, script), *arguments], check=True)


def account(office, reporters):
    """Every receipt's call is there and has ended; how they ended."""
    ends = collections.Counter()
    for reporter in reporters:
        known = reporter.calls_by_id()
        for call in reporter.receipts:
            if call not in known:
                raise SystemExit(f"{reporter.name}: the confirmed call {call} is not there")
            ends[known[call]["state"]] += 1
    return ends


def main():
    options = parse()
    catalogue = os.path.join(ROOT, "deploy", "catalogues", "gulou.yaml")
    office = Office(options.binaries, catalogue, options.at_once)
    began = time.monotonic()
    try:
        reporters, others = hire(office, options)
        office.start()
        print(
            f"{options.reporters} reporters, {len(others) - 2} officers, a reviewer and an "
            f"operator, each with a key; {options.calls} calls and a sweep of "
            f"{options.sweep * options.reporters}", flush=True)
        day(office, reporters, others, options)
        ends = account(office, reporters)
        recount(office)
        tell(office, others, ends, time.monotonic() - began)
    finally:
        office.stop()


def tell(office, others, ends, took):
    deeds = collections.Counter()
    for person in others:
        deeds.update(person.deeds)
    times = sorted(office.seconds)
    print("calls: " + ", ".join(f"{count} {state}" for state, count in sorted(ends.items())))
    print("deeds: " + ", ".join(f"{count} {deed}" for deed, count in deeds.most_common()))
    print(
        f"{office.commands} commands in {took:.0f} s; one takes {statistics.median(times):.3f} s "
        f"(median), {times[len(times) * 99 // 100]:.3f} s (p99)")


if __name__ == "__main__":
    main()

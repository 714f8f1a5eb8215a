"""Whether every confirmed call is there, once, as its receipt said; by id, from the export."""

import collections
import json
import os
import re
import subprocess
import sys

from stage import ROOT
from terminals import Violation

EXAMPLES = os.path.join(ROOT, "Examples", "audit")


class Journal:
    """What an export says of every call and every part."""

    def __init__(self, path):
        self.calls = {}
        self.serials = {}
        self.closed = collections.Counter()
        self.stuck = set()
        # Outcomes that counted for a part since its work began, anew after a rework.
        self.completed = collections.Counter()
        self.problems = []
        with open(path, encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                for step in json.loads(line)["steps"]:
                    self._take(step)

    def _take(self, step):
        fact = step["fact"]
        if fact == "callFiled":
            name, number = step["id"], step["caseNumber"]
            if name in self.calls:
                self.problems.append(f"{name} is filed twice: {self.calls[name]} and {number}")
            if step["call"] in self.serials:
                self.problems.append(f"the number {number} is given twice")
            self.calls[name] = number
            self.serials[step["call"]] = name
        elif fact == "callClosed":
            self.closed[step["call"]] += 1
        elif fact in ("assignmentCompleted", "assignmentReturned", "assignmentWithdrawn"):
            self.completed[step["call"], step["part"]] += 1
            self.stuck.discard((step["call"], step["part"]))
        elif fact == "assignmentReworked":
            del self.completed[step["call"], step["part"]]
        elif fact == "assignmentStuck":
            self.stuck.add((step["call"], step["part"]))
        elif fact == "assignmentRequeued":
            self.stuck.discard((step["call"], step["part"]))

    def check(self):
        """Problems that need no receipt to be seen."""
        stuck = {call for call, _ in self.stuck}
        problems = list(self.problems)
        problems += [
            f"{self.calls[self.serials[call]]}: {count} outcomes counted for part {part}"
            for (call, part), count in self.completed.items() if count != 1]
        problems += [
            f"{self.calls[name]} was closed {self.closed[call]} times and is not stuck"
            for call, name in self.serials.items()
            if self.closed[call] != 1 and call not in stuck]
        return problems


def plain(name):
    return name.replace("-", "").lower()


def check_receipts(journal, whose, receipts):
    """Problems with receipts (id, case number or None for a stored call)."""
    known = {plain(name): number for name, number in journal.calls.items()}
    problems = []
    for name, number in receipts:
        filed = known.get(plain(name))
        if filed is None:
            problems.append(f"{whose}: {name} was confirmed as {number} and is not in the journal")
        elif number is not None and filed != number:
            problems.append(f"{whose}: {name} was confirmed as {number} and is {filed}")
    return problems


def check_terminal(journal, terminal):
    """Problems of one terminal: its log, its spool, its imports; and the ids that were checked."""
    spooled = terminal.spool_list()
    problems = [
        f"{terminal.name}: {call['id']} is still {call['state']} in the spool"
        for call in spooled if call["state"] != "confirmed"]
    receipts = terminal.receipts() + [
        (call["id"], call["caseNumber"]) for call in spooled if call["state"] == "confirmed"]
    problems += check_receipts(journal, terminal.name, receipts)
    problems += check_imports(terminal, spooled)
    problems += [
        f"{terminal.name}: the spool has a damaged file {name}"
        for directory, _, names in os.walk(terminal.spool)
        if os.path.basename(directory) == "damaged"
        for name in names]
    return problems, {plain(name) for name, _ in receipts}


def check_imports(terminal, spooled):
    """Every row of every file that was imported to its end has a receipt, all of them different."""
    origins = collections.defaultdict(set)
    for call in spooled:
        if call["origin"]:
            name, row = os.path.basename(call["origin"]).rsplit(":", 1)
            origins[name].add((row, plain(call["id"])))
    problems = []
    for name, rows in terminal.imported:
        ids = {call for _, call in origins[name]}
        if len(ids) != rows or len({row for row, _ in origins[name]}) != rows:
            problems.append(f"{name} has {rows} rows, and {len(ids)} of them were confirmed")
    return problems


def export(operator, directory):
    """Exports, verifies with verify.py and counts again with recount.py; the export's path."""
    numbers, path = os.path.join(directory, "stats.json"), os.path.join(directory, "export.jsonl")
    with open(numbers, "w", encoding="utf-8") as file:
        file.write(operator("stats", "--format", "json"))
    verified = operator("audit", "verify")
    link = re.search(r"\b[0-9a-f]{64}\b", verified)
    if link is None:
        raise Violation(f"`gridcall audit verify` tells no link: {verified}")
    operator("audit", "export", "--texts", "--output", path)
    for command in (["verify.py", path, "--chain", link[0]], ["recount.py", path, numbers]):
        script = [sys.executable, os.path.join(EXAMPLES, command[0]), *command[1:]]
        done = subprocess.run(script, capture_output=True, text=True)
        if done.returncode != 0:
            raise Violation(f"{command[0]}: {done.stdout}{done.stderr}")
    return path

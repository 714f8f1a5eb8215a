#!/usr/bin/env python3
"""Counts the instructions of a call's life through core and codec, and compares them with a
baseline, so that a slow-down is seen where clocks tell nothing.

usage: instructions.py BINARIES [--configuration debug|release] [--record] [--tolerance PERCENT]

`gridcall-bench hot-path` runs under callgrind; it does the same in each run, so two runs of one
program differ by far less than the tolerance. Compilers differ more: the baseline has an entry for
each configuration, processor and compiler, and without one there is nothing to compare with, which
is said. Exits 1 if a call takes more instructions than the baseline and the tolerance allow, and
names the functions that grew the most; --record writes the baseline anew.
"""
import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BASELINE = f"{ROOT}/Benchmarks/instructions.json"
# As Swift mangles its name; nothing before and after its rounds is counted.
MEASURED = "*14measuredRounds*"
# Functions with less of all instructions than this are not remembered.
SMALLEST_SHARE = 0.002
SHOWN = 12


class Failure(Exception):
    """Something that stands in the way of counting."""


def count(binaries, rounds):
    """Instructions of each function, its own ones, and how many calls they took care of."""
    with tempfile.TemporaryDirectory() as directory:
        program, file = f"{directory}/gridcall-bench", f"{directory}/callgrind.out"
        # valgrind of Debian 12 cannot read the compiler's debug information, and needs names only.
        run(["strip", "--strip-debug", "-o", program, f"{binaries}/gridcall-bench"])
        command = ["valgrind", "--tool=callgrind", f"--toggle-collect={MEASURED}",
                   f"--callgrind-out-file={file}", program, "hot-path", "--rounds", str(rounds)]
        # Swift's tables are otherwise scattered anew in each process.
        environment = dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1")
        output = run(command, environment)
        with open(file, encoding="utf-8", errors="replace") as costs:
            return own_costs(costs), json.loads(output)["calls"]


def run(command, environment=None):
    """What a program prints; its complaint is a failure."""
    try:
        return subprocess.run(command, env=environment, capture_output=True, text=True,
                              check=True).stdout
    except FileNotFoundError:
        raise Failure(f"{command[0]} is not installed") from None
    except subprocess.CalledProcessError as error:
        raise Failure("\n".join(error.stderr.strip().splitlines()[-5:])) from None


def own_costs(lines):
    """What each function executed itself, from a file of callgrind (its manual, "Callgrind Format
    Specification"): a line of costs belongs to the last `fn=`, but for the one after `calls=`,
    which is what the called function took."""
    names, costs, function, is_callee = {}, {}, None, False
    for line in lines:
        if line.startswith(("fn=", "cfn=")):
            # A name is spelled out where it comes first, also that of a function that is called.
            kind, _, rest = line.rstrip("\n").partition("=")
            number, _, name = rest.partition(" ")
            if name:
                # One that calls itself is told apart from its callers by a number: f, f'2.
                names[number] = re.sub(r"'\d+$", "", name)
            if kind == "fn":
                function = names.get(number, number)
        elif line.startswith("calls="):
            is_callee = True
        elif function is not None and re.match(r"[+\-*\d]", line):
            if not is_callee:
                costs[function] = costs.get(function, 0) + int(line.split()[1])
            is_callee = False
    return costs


def entry_of(costs, calls):
    """What the baseline remembers: all instructions for a call, and those of its functions."""
    total = sum(costs.values())
    if total == 0:
        raise Failure("nothing was counted: is the measured function still called so?")
    large = {name: cost for name, cost in costs.items() if cost >= SMALLEST_SHARE * total}
    ordered = sorted(large.items(), key=lambda item: (-item[1], item[0]))
    return {"instructions_per_call": round(total / calls),
            "functions": {name: round(cost / calls) for name, cost in ordered}}


def growth(before, now):
    """How much more each function executes for a call than it did, the largest first. One that is
    only in the baseline or only in this run may be one that was inlined."""
    names = set(before["functions"]) | set(now["functions"])
    differences = {name: now["functions"].get(name, 0) - before["functions"].get(name, 0)
                   for name in names}
    return sorted(differences.items(), key=lambda item: (-item[1], item[0]))


def compare(before, now, tolerance):
    """What is to be said, and whether the baseline is exceeded."""
    was, is_now = before["instructions_per_call"], now["instructions_per_call"]
    change = 100 * (is_now / was - 1)
    text = f"{is_now:,} instructions for a call, {change:+.1f} % against the baseline of {was:,}"
    if 100 * is_now < was * (100 - tolerance):
        return text + "; fewer: record it, so that they stay so (make instructions-record)", False
    if 100 * is_now <= was * (100 + tolerance):
        return text, False
    lines = [f"{text}, which is more than the {tolerance:g} % allowed. Own instructions for a "
             "call that were added:"]
    lines += [f"{difference:+10,}  {name}" for name, difference in growth(before, now)[:SHOWN]
              if difference > 0]
    return "\n".join(lines), True


def demangled(text):
    """Names of Swift's as they are written; as they are where there is no compiler."""
    try:
        return subprocess.run(["swift", "demangle", "--simplified"], input=text, text=True,
                              capture_output=True, check=True).stdout.rstrip("\n")
    except (OSError, subprocess.CalledProcessError):
        return text


def compiler():
    try:
        said = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise Failure("swift is not installed") from None
    found = re.search(r"Swift version (\S+)", said.stdout)
    return found.group(1) if found else "unknown"


def read_baseline(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def main():
    parser = argparse.ArgumentParser(description="Compares instructions with a baseline.")
    parser.add_argument("binaries", help="where the programs are")
    parser.add_argument("--configuration", default="debug", choices=["debug", "release"])
    parser.add_argument("--baseline", default=BASELINE)
    parser.add_argument("--tolerance", type=float, default=3, help="percent")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--record", action="store_true", help="write the baseline anew")
    options = parser.parse_args()
    try:
        key = f"{options.configuration}, {platform.machine()}, Swift {compiler()}"
        now = entry_of(*count(options.binaries, options.rounds))
    except Failure as failure:
        sys.exit(f"instructions.py: {failure}")
    baseline = read_baseline(options.baseline)
    if options.record:
        baseline[key] = now
        with open(options.baseline, "w", encoding="utf-8") as file:
            json.dump(baseline, file, indent=1, sort_keys=False)
            file.write("\n")
        print(f"{key}: {now['instructions_per_call']:,} instructions for a call, recorded")
    elif key not in baseline:
        print(f"{key}: {now['instructions_per_call']:,} instructions for a call; there is no "
              "baseline to compare with (make instructions-record)")
    else:
        text, is_exceeded = compare(baseline[key], now, options.tolerance)
        print(f"{key}: {demangled(text)}")
        sys.exit(1 if is_exceeded else 0)


if __name__ == "__main__":
    main()

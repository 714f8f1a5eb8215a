#!/usr/bin/env python3
"""Measures a broker with many connections, many open calls and many calls; prints Markdown.

usage: scale.py BINARIES [options]; `make bench-scale` runs it with all it needs.

Runs `gridcall-bench scale crowd`, `open` and `through` one after the other. What they measured is
left as scale.json and scale.md in --output, written after every step. It should have the machine
to itself; --quick shows only that everything works.
"""
import argparse
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STEPS = ["crowd", "open", "through"]


def arguments():
    parser = argparse.ArgumentParser(description="Measures a broker at a large scale.")
    parser.add_argument("binaries", help="where the release programs of GridCall are")
    parser.add_argument("--data", default=f"{ROOT}/.build/bench", help="on a real disk")
    parser.add_argument("--output", default=f"{ROOT}/.build/bench-results")
    parser.add_argument("--only", help="steps, separated by commas: " + ", ".join(STEPS))
    parser.add_argument("--terminals", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=100)
    parser.add_argument("--processes", type=int, default=4, help="that share the terminals")
    parser.add_argument("--open-rate", type=float, default=500, help="sessions opened a second")
    parser.add_argument("--rate", type=float, default=1_000, help="calls a second of the crowd")
    parser.add_argument("--crowd-seconds", type=float, default=20)
    parser.add_argument("--levels", default="1000,100000,1000000", help="open calls")
    parser.add_argument("--seconds", type=float, default=5, help="of full load at each level")
    parser.add_argument("--calls", type=int, default=5_000_000, help="through one broker")
    parser.add_argument("--quick", action="store_true", help="small numbers")
    if parser.parse_args().quick:
        parser.set_defaults(terminals=500, workers=10, crowd_seconds=3, levels="1000,10000",
                            seconds=1, calls=50_000)
    options = parser.parse_args()
    options.only = options.only.split(",") if options.only else STEPS
    unknown = set(options.only) - set(STEPS)
    if unknown:
        parser.error("no such step: " + ", ".join(sorted(unknown)))
    return options


def command(step, options):
    return {
        "crowd": ["--terminals", options.terminals, "--workers", options.workers, "--processes",
                  options.processes, "--open-rate", options.open_rate, "--rate", options.rate,
                  "--seconds", options.crowd_seconds],
        "open": ["--levels", options.levels, "--seconds", options.seconds],
        "through": ["--calls", options.calls],
    }[step]


def measure(step, options):
    print(f"scale {step}", file=sys.stderr)
    words = [f"{options.binaries}/gridcall-bench", "scale", step, "--catalogue",
             f"{ROOT}/Benchmarks/scale.yaml", "--data", options.data]
    words += [str(word) for word in command(step, options)]
    run = subprocess.run(words, stdout=subprocess.PIPE, check=False)
    if run.returncode != 0:
        sys.exit(run.returncode)
    return json.loads(run.stdout)


def table(header, rows):
    lines = [header, ["---:"] * len(header)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def mebibytes(count):
    return f"{count / 2**20:,.0f}"


def crowd(result):
    rows = []
    for figures in (result["alone"], result["crowd"]):
        receipts = figures["receipt_microseconds"]
        rows.append([
            f"{figures['terminals']:,}", f"{figures['workers']:,}",
            f"{figures['connect_seconds']:.1f}", f"{figures['sessions']:,}",
            mebibytes(figures["resident_bytes_before"]),
            mebibytes(figures["resident_bytes_connected"]), f"{figures['descriptors']:,}",
            f"{receipts.get('p50', 0) / 1e3:.2f}", f"{receipts.get('p99', 0) / 1e3:.2f}",
            f"{figures['calls']:,}", f"{figures['unreceipted']:,}", f"{figures['lost']:,}",
            f"{figures['repeated']:,}", f"{figures['disconnects']:,}"])
    return f"## Connections, {result['per_second']:,.0f} calls a second\n\n" + table(
        ["terminals", "workers", "connected after s", "sessions", "MiB before", "MiB connected",
         "open files", "receipt p50 ms", "p99 ms", "calls", "no receipt", "lost", "repeated",
         "reconnects"], rows)


def open_calls(result):
    parts = ["loop", "journal", "views", "archive"]
    rows = [
        [f"{level['open']:,}", f"{level['fill_seconds']:.1f}", mebibytes(level["resident_bytes"]),
         f"{level['closed_per_second']:,.0f}", f"{level['rate_ratio']:.2f}"]
        + [f"{level['microseconds_per_call'].get(part, 0):.2f}" for part in parts]
        + [f"{level['microseconds_together']:.2f}", f"{level['microseconds_ratio']:.2f}"]
        for level in result["levels"]]
    return "## Open calls; microseconds of processor time a call\n\n" + table(
        ["open", "filled in s", "MiB", "closed/s", "of the first"] + parts
        + ["together", "of the first"], rows)


def through(result):
    sizes = ", ".join(f"{name} {mebibytes(count)}"
                      for name, count in sorted(result["file_bytes"].items()))
    start = "from a snapshot" if result["has_snapshot"] else "without a snapshot"
    return f"## {result['calls']:,} calls through one broker\n\n" + table(
        ["seconds", "calls/s", "views level after s", "MiB", "MiB idle", "bytes a call",
         "first dispatch after kill -9, s", "MiB then"],
        [[f"{result['seconds']:.1f}", f"{result['calls_per_second']:,.0f}",
          f"{result['level_seconds']:.1f}", mebibytes(result["resident_bytes"]),
          mebibytes(result["resident_bytes_idle"]), f"{result['bytes_per_call']:,.0f}",
          f"{result['first_dispatch_seconds']:.2f}",
          mebibytes(result["resident_bytes_after_start"])]]
    ) + f"\n\nMiB on disk: {sizes}. The start was {start}."


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    options = arguments()
    os.makedirs(options.output, exist_ok=True)
    reports = {"crowd": crowd, "open": open_calls, "through": through}
    results, sections = {}, []
    for step in options.only:
        results[step] = measure(step, options)
        sections.append(reports[step](results[step]))
        write(f"{options.output}/scale.json", json.dumps(results, indent=1) + "\n")
        write(f"{options.output}/scale.md", "\n\n".join(sections) + "\n")
        print(sections[-1] + "\n", flush=True)


main()

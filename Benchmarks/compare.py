#!/usr/bin/env python3
"""Measures GridCall beside other servers that confirm a task only when it is on disk.

usage: compare.py [BINARIES] [options]; `make bench` runs it with all it needs.

Every server is started with strict settings in a directory of its own below --data, on a port of
its own; what is not installed is skipped and named. Prints Markdown; results.json, results.md and
the charts are left in --output. A whole run takes about half an hour and should have the machine
to itself; --quick takes some minutes and shows only that everything works.
"""
import argparse
import os
import signal
import sys

from comparison import machine, plot, report
from comparison.gridcall import ROOT
from comparison.measurement import Comparison
from comparison.peers import ALL, Nats


def numbers(text):
    return [int(part) for part in text.split(",") if part]


def arguments():
    parser = argparse.ArgumentParser(
        description="Measures GridCall beside other durable servers.")
    parser.add_argument("binaries", nargs="?", help="where the release programs of GridCall are")
    parser.add_argument("--data", default=f"{ROOT}/.build/bench", help="on a real disk")
    parser.add_argument("--output", help="default: .build/bench-results")
    parser.add_argument("--drivers", default=f"{ROOT}/.build/bench-peers")
    parser.add_argument("--nats-server", default=f"{ROOT}/.build/bench-python/bin/nats-server")
    parser.add_argument("--only", help="names, separated by commas: gridcall, gridcall-keys, "
                        + ", ".join(peer.name for peer in ALL))
    parser.add_argument("--windows", type=numbers, default=[1, 64, 1024])
    parser.add_argument("--sync-windows", type=numbers, default=[1, 1024])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm-up", type=float, default=1)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--sustained-seconds", type=float, default=60,
                        help="how long the largest window is kept up; 0: not at all")
    parser.add_argument("--sustained-peers", type=int, default=2,
                        help="how many of the fastest peers keep it up beside GridCall")
    parser.add_argument("--rate", type=int, default=1000, help="tasks a second in the open loop")
    parser.add_argument("--latency-seconds", type=float, default=10, help="0: no open loop")
    parser.add_argument("--disk-seconds", type=float, default=2)
    parser.add_argument("--backlogs", type=numbers, default=[500_000, 1_000_000])
    parser.add_argument("--fill-seconds", type=float, default=100,
                        help="a larger backlog is left out where filling it would take longer")
    parser.add_argument("--start-ups", type=int, default=50, help="processes to time; 0: none")
    parser.add_argument("--hold", type=int, default=0,
                        help="tasks that a consumer may hold; 0: as many as the window")
    parser.add_argument("--quick", action="store_true", help="one short round, small backlogs")
    if parser.parse_args().quick:
        parser.set_defaults(rounds=1, warm_up=0.5, seconds=1, sustained_seconds=3,
                            latency_seconds=2, disk_seconds=0.3, backlogs=[5_000, 10_000],
                            start_ups=5)
    options = parser.parse_args()
    options.only = options.only.split(",") if options.only else []
    options.data = os.path.abspath(options.data)
    options.output = os.path.abspath(options.output or f"{ROOT}/.build/bench-results")
    return options


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    options = arguments()
    os.makedirs(options.output, exist_ok=True)
    if machine.file_system(options.data).startswith(("tmpfs", "ramfs")):
        sys.exit("--data must lie on a real disk: in memory fsync does nothing")
    Nats.program = options.nats_server
    # A run that is told to end leaves no server behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    comparison = Comparison(options)
    try:
        results = comparison.run()
    finally:
        comparison.remove_files()
    text = report.markdown(results)
    write(f"{options.output}/results.md", text)
    for name, chart in plot.all_charts(results).items():
        write(f"{options.output}/{name}", chart)
    print(text)


if __name__ == "__main__":
    main()

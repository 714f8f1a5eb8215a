#!/usr/bin/env python3
"""Times whole processes from outside: `true`, `gridcall --help` and a cold `gridcall submit`.

usage: start-up.py BINARIES [RUNS] [--json]

Each round runs all of them once, so that a machine that slows down slows all alike; medians are
compared. The submit goes to a broker of its own with a fresh data directory and is receipted, so it
includes the broker's fsync.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WARM_UP = 5


def seconds(command, environment):
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def start_broker(binaries, directory, endpoint):
    log = open(os.path.join(directory, "broker.log"), "w+")
    broker = subprocess.Popen(
        [f"{binaries}/gridcall-broker", "--catalogue", f"{ROOT}/deploy/catalogues/gulou.yaml",
         "--data", f"{directory}/data", "--bind", endpoint], stdout=log, stderr=log)
    deadline = time.monotonic() + 20
    while "serving" not in open(log.name).read():
        if broker.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"the broker does not serve:\n{open(log.name).read()}")
        time.sleep(0.05)
    return broker


def main():
    words = [word for word in sys.argv[1:] if word != "--json"]
    binaries = words[0]
    runs = int(words[1]) if len(words) > 1 else 50
    with tempfile.TemporaryDirectory() as directory:
        endpoint = f"ipc://{directory}/broker.sock"
        environment = dict(
            os.environ, GRIDCALL_BROKER=endpoint, XDG_STATE_HOME=f"{directory}/state")
        commands = {
            "true": ["true"],
            "gridcall --help": [f"{binaries}/gridcall", "--help"],
            "gridcall submit": [
                f"{binaries}/gridcall", "submit", "--category", "litter", "--grid", "gl-101",
                "--description", "路边垃圾"],
        }
        broker = start_broker(binaries, directory, endpoint)
        try:
            times = {name: [] for name in commands}
            for round_number in range(WARM_UP + runs):
                for name, command in commands.items():
                    taken = seconds(command, environment)
                    if round_number >= WARM_UP:
                        times[name].append(taken)
        finally:
            broker.terminate()
            broker.wait()
    if "--json" in sys.argv:
        print(json.dumps({name: statistics.median(taken) * 1e3 for name, taken in times.items()}))
        return
    print("| process | median ms | p90 ms |\n|---|---:|---:|")
    for name, taken in times.items():
        p90 = sorted(taken)[len(taken) * 9 // 10]
        print(f"| `{name}` | {statistics.median(taken) * 1e3:.1f} | {p90 * 1e3:.1f} |")


main()

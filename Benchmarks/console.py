#!/usr/bin/env python3
"""Measures the web console before a broker with a million calls; prints Markdown.

usage: console.py BINARIES [options]; `make bench-console` runs it with all it needs.

Three steps on one broker and one console, `--only` some of them: `pages` times first pages, lists
and searches; `dispatch` compares the broker's open loop with one page open and with many; `memory`
watches the console's memory while pages come and go. What was measured is left as console.json and
console.md in --output, written after every step. It should have the machine to itself; --quick
shows only that everything works.
"""
import argparse
import json
import os
import signal
import sys

from browsing import answers, dispatch, memory
from browsing.report import filled
from browsing.street import ROOT, Failure, Street, until
from comparison import machine

STEPS = {"pages": (answers.measure_pages, answers.pages_section),
         "dispatch": (dispatch.measure_dispatch, dispatch.dispatch_section),
         "memory": (memory.measure_memory, memory.memory_section)}


def arguments():
    parser = argparse.ArgumentParser(description="Measures the web console.")
    parser.add_argument("binaries", help="where the release programs of GridCall are")
    parser.add_argument("--data", default=f"{ROOT}/.build/bench", help="on a real disk")
    parser.add_argument("--output", default=f"{ROOT}/.build/bench-results")
    parser.add_argument("--only", help="steps, separated by commas: " + ", ".join(STEPS))
    parser.add_argument("--calls", type=int, default=1_000_000, help="in the views")
    parser.add_argument("--same-text", type=int, default=0,
                        help="of these, so many with one and the same text, from `gridcall-bench "
                        "load`, which is quicker; the others have Chinese texts, imported")
    parser.add_argument("--waiting", type=int, default=2_000, help="calls besides that stay open")
    parser.add_argument("--runs", type=int, default=15, help="requests for each address")
    parser.add_argument("--pages", type=int, default=200, help="that are open at once")
    parser.add_argument("--no-again", action="store_true",
                        help="lists only listen and are not asked for again when calls change")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1_000, help="calls a second, open loop")
    parser.add_argument("--seconds", type=float, default=10, help="of each open loop")
    parser.add_argument("--minutes", type=float, default=10, help="of the memory's watch")
    parser.add_argument("--memory-rate", type=float, default=200, help="calls a second meanwhile")
    parser.add_argument("--memory-every", type=float, default=10, help="seconds between samples")
    parser.add_argument("--turnover", type=int, default=5, help="pages replaced each second")
    parser.add_argument("--quick", action="store_true", help="small numbers")
    if parser.parse_args().quick:
        parser.set_defaults(calls=10_000, waiting=200, runs=3, pages=20, rounds=1, seconds=2,
                            minutes=0.1, memory_every=1, turnover=2)
    options = parser.parse_args()
    options.only = options.only.split(",") if options.only else list(STEPS)
    unknown = set(options.only) - set(STEPS)
    if unknown:
        parser.error("no such step: " + ", ".join(sorted(unknown)))
    if not 0 <= options.same_text <= options.calls:
        parser.error("--same-text is 0 to --calls")
    if not 2 <= options.pages <= 600:
        parser.error("--pages is 2 to 600")
    return options


def say(text):
    print(text, file=sys.stderr, flush=True)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def run(street, options):
    """Fills the street, takes the steps, and prints and writes after each."""
    results = {"machine": machine.describe(options.data), "options": vars(options)}
    sections = ["# The web console\n\n" + machine.sentence(results["machine"], [])]

    def tell(name, result, section):
        results[name] = result
        sections.append(section(result))
        write(f"{options.output}/console.json",
              json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        write(f"{options.output}/console.md", "\n\n".join(sections) + "\n")
        print(sections[-1] + "\n", flush=True)

    print(sections[0] + "\n", flush=True)
    say(f"filling: {options.calls:,} calls")
    street.start_broker()
    tell("filled", street.fill(
        options.calls - options.same_text, options.same_text, options.waiting), filled)
    street.start_console()
    until("the console is ready", lambda: answers.is_ready(street.port))
    for step in options.only:
        say(f"console {step}")
        measure, section = STEPS[step]
        tell(step, measure(street, options), section)


def main():
    options = arguments()
    os.makedirs(options.output, exist_ok=True)
    # A run that is told to end leaves no process behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    street = Street(options.binaries, options.data)
    try:
        run(street, options)
    except Failure as failure:
        sys.exit(f"console.py: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        street.close()


if __name__ == "__main__":
    main()

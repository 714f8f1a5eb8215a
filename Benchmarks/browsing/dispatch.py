"""The second step: what open pages cost the broker."""
import json
import statistics
import sys
import time

from .pages import open_pages
from .report import table, troubles, verdict
from .street import processor_seconds

RATIO_TARGET = 1.2
WARM_UP, LEAD = 1.0, 3.0


def counters(street, browsers):
    return {"console": processor_seconds(street.console), "broker":
            processor_seconds(street.broker), "readers": time.process_time(),
            **browsers.counted()}


def open_loop(street, options, browsers):
    """One open loop through the broker; latencies, and what everybody spent meanwhile."""
    started = time.monotonic() + LEAD
    calls = round(options.rate * (WARM_UP + options.seconds))
    words = ["--broker", street.endpoint, "--calls", calls, "--started-at", int(started * 1e9),
             "--rate", options.rate, "--warm-up", WARM_UP]
    worker = street.start("gridcall-bench", "receive", *words, log="receive", piped=True)
    terminal = street.start("gridcall-bench", "open-loop", *words, log="open-loop", piped=True)
    time.sleep(max(0, started + WARM_UP - time.monotonic()))
    before, began = counters(street, browsers), time.monotonic()
    time.sleep(max(0, started + WARM_UP + options.seconds - time.monotonic()))
    after, seconds = counters(street, browsers), time.monotonic() - began
    receipts = json.loads(street.finish(terminal, "open-loop", 120))
    deliveries = json.loads(street.finish(worker, "receive", 120))
    spent = {name: (after[name] - before[name]) / seconds for name in before}
    return {"pages": len(browsers.pages), "calls": calls, "lost": calls - deliveries["distinct"],
            "problems": browsers.problems(),
            "delivery_us": deliveries["latency"]["latency"], "receipt_us": receipts["latency"],
            "console_cores": spent["console"], "broker_cores": spent["broker"],
            "readers_cores": spent["readers"], "asked_again_per_second": spent["asked"],
            "events_per_page_second": spent["events"] / len(browsers.pages),
            "bytes_per_page_second": spent["bytes"] / len(browsers.pages)}


def measure_dispatch(street, options):
    """Rounds with one page and with many, by turns, which of them first by turns too."""
    runs = []
    for number in range(options.rounds):
        for count in [1, options.pages][::1 if number % 2 == 0 else -1]:
            browsers = open_pages(street, options, count)
            try:
                time.sleep(1)
                runs.append(open_loop(street, options, browsers))
            finally:
                browsers.close()
            print(f"  {count} pages: p99 {runs[-1]['delivery_us']['p99'] / 1e3:.2f} ms",
                  file=sys.stderr, flush=True)
            street.wait_until_level(is_open=options.waiting + 50)
    return {"rounds": options.rounds, "per_second": options.rate, "asks_again":
            not options.no_again, "runs": runs,
            "one": medians([run for run in runs if run["pages"] == 1]),
            "many": medians([run for run in runs if run["pages"] != 1])}


def medians(runs):
    """Of every number of some runs the median."""
    first = runs[0]
    return {name: medians([run[name] for run in runs]) if isinstance(first[name], dict)
            else statistics.median(run[name] for run in runs)
            for name in first if name != "problems"}


def dispatch_section(result):
    rows = []
    for name in ("one", "many"):
        run = result[name]
        rows.append([f"{run['pages']:,.0f}"]
                    + [f"{run['delivery_us'][key] / 1e3:.2f}" for key in ("p50", "p99", "p999")]
                    + [f"{run['receipt_us']['p99'] / 1e3:.2f}", f"{run['console_cores']:.2f}",
                       f"{run['broker_cores']:.2f}", f"{run['readers_cores']:.2f}",
                       f"{run['events_per_page_second']:.1f}",
                       f"{run['bytes_per_page_second'] / 1024:.1f}",
                       f"{run['asked_again_per_second']:.0f}", f"{run['lost']:.0f}"])
    again = ("Lists are asked for again as a browser does that" if result["asks_again"]
             else "Lists only listen")
    ratio = ratio_of(result)
    return (f"## Dispatch at {result['per_second']:,.0f} calls a second\n\nMedians of "
            f"{result['rounds']} rounds by turns; milliseconds from a call's moment to the worker. "
            f"{again}; the pages' readers run on the same cores.\n\n" + table(
                ["pages", "p50", "p99", "p99.9", "receipt p99", "console's cores",
                 "broker's cores", "readers' cores", "events/s a page", "KiB/s a page",
                 "lists again/s", "lost"], rows)
            + f"\n\np99 with many pages is {ratio:.2f} times that with one; target "
            f"{RATIO_TARGET}: {verdict(ratio <= RATIO_TARGET)}. By round: with one "
            f"{p99_by_round(result, True)}; with many {p99_by_round(result, False)} ms."
            + troubles([run["problems"] for run in result["runs"]]))


def p99_by_round(result, is_one):
    return ", ".join(f"{run['delivery_us']['p99'] / 1e3:.2f}" for run in result["runs"]
                     if (run["pages"] == 1) == is_one)


def ratio_of(result):
    return result["many"]["delivery_us"]["p99"] / max(1, result["one"]["delivery_us"]["p99"])

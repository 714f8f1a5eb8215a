"""The third step: the console's memory."""
import random
import statistics
import time

from .pages import metric, open_pages
from .report import mebibytes, table, troubles, verdict
from .street import resident_bytes

GROWTH_TARGET = 1.05


def measure_memory(street, options):
    """The console's memory while pages come and go and calls are filed."""
    chance = random.Random(7)
    street.start_workers(["bench"])
    browsers = open_pages(street, options, options.pages)
    seconds = options.minutes * 60
    terminal = street.start(
        "gridcall-bench", "open-loop", "--broker", street.endpoint, "--calls",
        round(options.memory_rate * seconds), "--rate", options.memory_rate, "--started-at",
        time.monotonic_ns(), log="memory-load", piped=True)
    samples, began, turned = [], time.monotonic(), 0
    try:
        while (now := time.monotonic() - began) < seconds:
            if now >= len(samples) * options.memory_every:
                samples.append([now, resident_bytes(street.console), len(browsers.pages)])
            if now >= turned + 1:
                turned += 1
                browsers.replace(options.turnover, chance, options.pages)
            time.sleep(0.05)
        samples.append([time.monotonic() - began, resident_bytes(street.console),
                        len(browsers.pages)])
        opened, asked, problems = browsers.opened, browsers.asked, browsers.problems()
        refused = metric(street.port, "gridcall_console_requests_refused_total")
    finally:
        browsers.close()
    street.finish(terminal, "memory-load", 120)
    street.stop_workers()
    return {"minutes": options.minutes, "calls": round(options.memory_rate * seconds),
            "pages_opened": opened, "asked_again": asked, "refused": refused, "problems": problems,
            "samples": samples, **flatness(samples)}


def flatness(samples):
    """Medians of the first and the last minute, of thirds where the whole is short; slopes."""
    end = samples[-1][0]
    part = min(60, end / 3)
    first = statistics.median(rss for at, rss, _ in samples if at <= part)
    last = statistics.median(rss for at, rss, _ in samples if at >= end - part)
    half = [sample for sample in samples if sample[0] >= end / 2]
    return {"first_bytes": first, "last_bytes": last, "growth": last / first,
            "most_bytes": max(rss for _, rss, _ in samples), "bytes_per_minute": slope(samples),
            "bytes_per_minute_second_half": slope(half)}


def slope(samples):
    """Bytes a minute, by least squares."""
    if len(samples) < 2:
        return 0
    line = statistics.linear_regression(
        [at / 60 for at, _, _ in samples], [rss for _, rss, _ in samples])
    return line.slope


def memory_section(result):
    return (f"## The console's memory over {result['minutes']:g} minutes\n\n"
            f"{result['pages_opened']:,} pages were opened, {result['samples'][-1][2]} at once; "
            f"lists were asked for again {result['asked_again']:,} times; {result['calls']:,} "
            f"calls were filed; {result['refused']:,.0f} requests refused."
            f"{troubles([result['problems']])}\n\n" + table(
                ["first minute MiB", "last minute MiB", "most MiB", "ratio", "MiB a minute",
                 "in the second half", "target", ""],
                [[mebibytes(result["first_bytes"]), mebibytes(result["last_bytes"]),
                  mebibytes(result["most_bytes"]), f"{result['growth']:.3f}",
                  f"{result['bytes_per_minute'] / 2**20:+.3f}",
                  f"{result['bytes_per_minute_second_half'] / 2**20:+.3f}",
                  f"{GROWTH_TARGET}", verdict(result["growth"] <= GROWTH_TARGET)]]))

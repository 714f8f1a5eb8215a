#!/usr/bin/env python3
"""Draws the CSV of `gridcall-bench soak` as an SVG and says whether the broker stayed as it was.

usage: soak-report.py CSV [--svg FILE] [--warm-up SECONDS]

Prints Markdown: of each figure the medians of the first and the last quarter of the load, their
ratio, and the slope of a straight line through the medians of its minutes (Theil and Sen: the median
of all slopes between two of them), which others' work on the machine does not bend. The first quarter
of an hour is left out, in which SQLite's caches fill (docs/reliability.md says how large they are).
Python's standard library and nothing else.
"""

import argparse
import csv
import math
import statistics

MIB = 1 << 20
WIDTH, PANEL, LEFT, RIGHT, TOP, GAP = 960, 110, 92, 24, 46, 40
INK, PALE, LINES = "#222", "#ddd", ["#1565c0", "#c62828", "#2e7d32"]


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv")
    parser.add_argument("--svg", help="write the plot here")
    parser.add_argument("--warm-up", type=float, default=900, help="seconds that the table omits")
    return parser.parse_args()


def read(path):
    """Columns by their names; only lines that are whole."""
    with open(path, encoding="ascii", newline="") as file:
        rows = [row for row in csv.DictReader(file) if None not in row.values()]
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def rates(times, totals):
    """What was added a second, from one line to the next."""
    pairs = zip(zip(times, totals), zip(times[1:], totals[1:]))
    return [0.0] + [(after - before) / (end - start) for (start, before), (end, after) in pairs]


def under_load(columns):
    """Drops the warm-up and what came after the load, when nothing new was filed."""
    times = columns["seconds"]
    columns["filed_per_second"] = rates(times, columns["filed"])
    columns["closed_per_second"] = rates(times, columns["closed"])
    columns["broker_cpu_percent"] = [
        100 * value for value in rates(times, columns["broker_cpu_seconds"])]
    usual = statistics.median(columns["filed_per_second"])
    last = max(i for i, rate in enumerate(columns["filed_per_second"]) if rate > usual / 2)
    return {name: values[1:last + 1] for name, values in columns.items()}


def of_minutes(times, values):
    """The median of each minute: (hours, value)."""
    minutes = {}
    for time, value in zip(times, values):
        minutes.setdefault(int(time // 60), []).append(value)
    return [((minute + 0.5) / 60, statistics.median(each)) for minute, each in minutes.items()]


def slope_per_hour(points):
    slopes = [
        (after - before) / (end - start)
        for i, (start, before) in enumerate(points) for end, after in points[i + 1:]]
    return statistics.median(slopes) if slopes else 0.0


FIGURES = [
    # name, column, divisor, digits
    ("calls filed a second", "filed_per_second", 1, 0),
    ("calls closed a second", "closed_per_second", 1, 0),
    ("memory (RSS), MiB", "rss_bytes", MIB, 1),
    ("of it the process's own (anonymous), MiB", "anonymous_bytes", MIB, 1),
    ("descriptors", "descriptors", 1, 0),
    ("threads", "threads", 1, 0),
    ("sessions", "sessions", 1, 0),
    ("processor, % of one core", "broker_cpu_percent", 1, 1),
    ("open calls (backlog)", "open", 1, 0),
    ("views behind, batches", "views_lag_batches", 1, 0),
    ("receipt p50, ms", "receipt_p50_us", 1000, 2),
    ("receipt p99, ms", "receipt_p99_us", 1000, 2),
    ("dispatch p50, ms", "dispatch_p50_us", 1000, 2),
    ("dispatch p99, ms", "dispatch_p99_us", 1000, 2),
    ("machine busy, %", "machine_busy_percent", 1, 0),
]


def table(load, warm_up):
    lines = [
        "| figure | first quarter | last quarter | ratio | slope per hour |", "|---|---:|---:|---:|---:|"]
    times = load["seconds"]
    kept = [i for i, time in enumerate(times) if time >= warm_up] or range(len(times))
    for name, column, divisor, digits in FIGURES:
        values = [load[column][i] / divisor for i in kept]
        quarter = max(1, len(values) // 4)
        first, last = (statistics.median(part) for part in (values[:quarter], values[-quarter:]))
        ratio = f"{last / first:.2f}" if first else "–"
        slope = slope_per_hour(of_minutes([times[i] for i in kept], values))
        lines.append(
            f"| {name} | {first:,.{digits}f} | {last:,.{digits}f} | {ratio} | {slope:+,.{digits}f} |")
    return lines


def summary(columns, load):
    minutes = load["seconds"][-1] / 60
    filed = columns["filed"][-1]
    journal = columns["journal_bytes"][-1]
    return [
        f"{minutes:.0f} minutes of load; {filed:,.0f} calls filed, {columns['closed'][-1]:,.0f} "
        f"closed, {columns['open'][-1]:,.0f} open at the end; {columns['peers_started'][-1]:,.0f} "
        f"peers came, {columns['peers_killed'][-1]:,.0f} of them killed. "
        f"Journal {journal / MIB:,.0f} MiB ({journal / filed:,.0f} bytes a call), all files "
        f"{columns['data_bytes'][-1] / MIB:,.0f} MiB.", ""]


# -- The plot ---------------------------------------------------------------------------------------


PANELS = [
    ("calls a second", [("filed", "filed_per_second", 1), ("closed", "closed_per_second", 1)]),
    ("memory, MiB", [("RSS", "rss_bytes", MIB), ("anonymous", "anonymous_bytes", MIB)]),
    ("descriptors, threads, sessions", [
        ("descriptors", "descriptors", 1), ("threads", "threads", 1), ("sessions", "sessions", 1)]),
    ("processor of the broker, % of a core; the whole machine, %", [
        ("broker", "broker_cpu_percent", 1), ("machine", "machine_busy_percent", 1)]),
    ("open calls", [("open", "open", 1), ("queued", "queued", 1)]),
    ("receipt, ms", [("p50", "receipt_p50_us", 1000), ("p99", "receipt_p99_us", 1000)]),
    ("dispatch, ms", [("p50", "dispatch_p50_us", 1000), ("p99", "dispatch_p99_us", 1000)]),
    ("journal, MiB", [("journal", "journal_bytes", MIB)]),
]


def nice(most):
    """A round number that is not less."""
    if most <= 0:
        return 1.0
    power = 10 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= most)


def number(value):
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:g}"


def text(x, y, words, anchor="start", size=12, colour=INK):
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{words}</text>'


class Scale:
    """From 0 on, or for latencies by powers of ten."""

    def __init__(self, values, is_logarithmic):
        self.is_logarithmic = is_logarithmic
        if is_logarithmic:
            self.low = 10 ** math.floor(math.log10(max(values[0], 1e-3)))
            most = 10 ** math.ceil(math.log10(max(values[-1], 1e-3)))
            self.decades = max(1, round(math.log10(most / self.low)))
            self.ticks = [self.low * 10 ** n for n in range(self.decades + 1)]
        else:
            # A few outliers, such as a moment in which others used all of the machine, do not set it.
            self.most = nice(max(values[int(0.995 * (len(values) - 1))], 1e-9))
            self.ticks = [0, self.most / 2, self.most]

    def share(self, value):
        """How far up a value lies, 0 to a little above 1."""
        if self.is_logarithmic:
            return max(0.0, math.log10(max(value, self.low) / self.low) / self.decades)
        return min(value / self.most, 1.04)


def panel(top, title, lines, load, hours):
    """One panel: its frame, its scale and a line for each column."""
    right, bottom = WIDTH - RIGHT, top + PANEL
    values = [[value / divisor for value in load[column]] for _, column, divisor in lines]
    scale = Scale(sorted(value for each in values for value in each), title.endswith(", ms"))
    parts = [text(LEFT, top - 6, title, size=13)]
    for tick in scale.ticks:
        y = bottom - scale.share(tick) * PANEL
        parts.append(f'<path d="M{LEFT} {y:g}H{right}" stroke="{PALE}"/>')
        parts.append(text(LEFT - 6, y + 4, number(tick), "end"))
    for (name, _, _), each, colour, place in zip(lines, values, LINES, range(len(lines))):
        points = " ".join(
            f"{LEFT + time / 3600 / hours * (right - LEFT):.1f},"
            f"{bottom - scale.share(value) * PANEL:.1f}"
            for time, value in zip(load["seconds"], each))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.2"/>')
        parts.append(text(right - 110 * (len(lines) - 1 - place), top - 6, name, "end", 12, colour))
    return parts


def draw(load):
    hours = max(load["seconds"][-1] / 3600, 1e-3)
    height = TOP + len(PANELS) * (PANEL + GAP) + 8
    minutes = [step for step in (1, 2, 5, 10, 15, 30, 60, 120) if hours * 60 / step <= 12][0]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif">', f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        text(LEFT, 18, "GridCall under load: the broker over time, in minutes", size=15)]
    for place, (title, lines) in enumerate(PANELS):
        top = TOP + place * (PANEL + GAP)
        parts += panel(top, title, lines, load, hours)
        for tick in range(0, int(hours * 60) + 1, minutes):
            x = LEFT + tick / 60 / hours * (WIDTH - RIGHT - LEFT)
            parts.append(text(x, top + PANEL + 15, str(tick), "middle", 11))
    return "\n".join([*parts, "</svg>", ""])


def main():
    options = parse()
    columns = read(options.csv)
    load = under_load(columns)
    print("\n".join(summary(columns, load) + table(load, options.warm_up)))
    if options.svg:
        with open(options.svg, "w", encoding="utf-8") as file:
            file.write(draw(load))


if __name__ == "__main__":
    main()

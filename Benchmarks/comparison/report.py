"""The results in words: Markdown tables and the targets they are held against."""
import statistics

from . import machine


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def throughput(entry, window):
    return median([run["per_second"] for run in entry["load"].get(str(window), [])])


def relay_throughput(results, window):
    runs = [run for entry in results["contenders"] for run in entry["load"].get(str(window), [])]
    return median([run.get("relay_per_second") for run in runs])


def latency_ms(entry, quantile):
    value = median([run["delivery_us"].get(quantile) for run in entry["latency"]])
    return None if value is None else value / 1e3


def backlog(entry, count, name):
    return entry["backlog"].get(str(count), {}).get(name)


def memory_mib(entry, count):
    value = backlog(entry, count, "memory_bytes")
    return None if value is None else value / 2**20


def markdown(results):
    entries = [entry for entry in results["contenders"] if entry["skipped"] is None]
    sections = [
        machine.sentence(results["machine"], results["disk"]),
        _main_table(results, entries), _backlog_table(results, entries),
        _sync_table(entries), _disk_table(results["disk"]),
        _targets(results, entries), _remarks(results["contenders"]),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _main_table(results, entries):
    windows = results["options"]["windows"]
    header = ["durable before confirm", "version"] + [f"W={window}" for window in windows]
    header += [f"at {results['options']['rate']:,}/s p50 / p99 / p99.9 ms"]
    rows = []
    for entry in entries:
        latencies = [_fixed(latency_ms(entry, name), 2) for name in ("p50", "p99", "p999")]
        rows.append([entry["title"], entry["version"]]
                    + [_whole(throughput(entry, window)) for window in windows]
                    + [" / ".join(latencies) if entry["latency"] else "–"])
    relay = [_whole(relay_throughput(results, window)) for window in windows]
    if any(cell != "–" for cell in relay):
        rows.append(["*bare libzmq relay, nothing stored*", ""] + relay + ["–"])
    return ("## Whole lives of a task per second, and latency\n\n"
            f"{results['options']['rounds']} runs of each by turns, medians. A window W is the "
            "number of unconfirmed submits; a task of 200 bytes is submitted, on disk before its "
            "confirmation, handed to another process, completed, and its removal on disk. Latency: "
            "from the moment a task was due in an open loop to its delivery in the other "
            "process.\n\n" + table(header, rows, left=2))


def _backlog_table(results, entries):
    counts = results["options"]["backlogs"]
    if not counts:
        return ""
    header = ["waiting"]
    for count in counts:
        header += [f"{count:,}: memory MiB", "kill -9 → first delivery s", "lost", "repeated"]
    rows = []
    for entry in entries:
        if entry["backlog"]:
            row = [entry["title"]]
            for count in counts:
                row += [_whole(memory_mib(entry, count)),
                        _fixed(backlog(entry, count, "first_delivery_seconds"), 2),
                        _whole(backlog(entry, count, "lost")),
                        _whole(backlog(entry, count, "repeated"))]
            rows.append(row)
    if not rows:
        return ""
    return ("## Tasks that wait\n\nMemory is that of all processes of the server, shared pages "
            "counted once (Pss). Lost: confirmed tasks that did not come out after kill -9 and a "
            "start.\n\n" + table(header, rows))


def _sync_table(entries):
    rows, windows = [], sorted({window for entry in entries for window in entry["syncs"]}, key=int)
    for entry in entries:
        if entry["syncs"]:
            row = [entry["title"]]
            for window in windows:
                row.append(_fixed(entry["syncs"].get(window, {}).get("syncs_per_task"), 4))
            rows.append(row + [entry["settings"]])
    if not rows:
        return ""
    header = ["fsync and fdatasync for each task"] + [f"W={window}" for window in windows]
    return ("## Strictness\n\nCalls of fsync, fdatasync, sync_file_range and msync, counted with "
            "strace in short runs of their own. One task at a time cannot be confirmed strictly "
            "with less than one call.\n\n" + table(header + ["settings"], rows, left=1, right=1))


def _disk_table(disk):
    if not disk:
        return ""
    rows = [[f"{line['bytes']:,} bytes, {'growing' if line['is_growing'] else 'overwriting'}",
             _whole(line["syncs_per_second"]), _whole(line["tasks_per_second"]),
             _whole(line["p50_us"]), _whole(line["p99_us"])] for line in disk]
    return "## The disk alone\n\n" + table(
        ["write and fdatasync", "a second", "tasks a second", "p50 µs", "p99 µs"], rows)


def _targets(results, entries):
    """What GridCall is held against, where both sides were measured."""
    own = next((entry for entry in entries if entry["name"] == "gridcall"), None)
    peers = [entry for entry in entries if not entry["name"].startswith("gridcall")]
    if own is None:
        return ""
    rows = []

    def add(name, measured, wanted, is_at_least, digits):
        if measured is None or wanted is None:
            return
        ratio = measured / wanted if wanted else None
        is_met = measured >= wanted if is_at_least else measured <= wanted
        rows.append([name, _fixed(measured, digits),
                     f"{'≥' if is_at_least else '≤'} {_fixed(wanted, digits)}",
                     _fixed(ratio, 2), "yes" if is_met else "no"])

    for window in results["options"]["windows"]:
        best = max((throughput(peer, window) or 0 for peer in peers), default=0) or None
        factor, words = (1.25, "1.25 × best peer") if window == 1024 else (1, "best peer")
        add(f"calls/s at W={window}, {words}", throughput(own, window),
            None if best is None else factor * best, True, 0)
    relay = relay_throughput(results, 1024)
    add("calls/s at W=1024, a quarter of the relay", throughput(own, 1024),
        None if relay is None else relay / 4, True, 0)
    for quantile, name in (("p50", "p50"), ("p99", "p99")):
        known = [latency_ms(peer, quantile) for peer in peers]
        best = min((value for value in known if value is not None), default=None)
        add(f"latency {name} ms, best peer", latency_ms(own, quantile), best, False, 2)
    add("memory with 1,000,000 open, MiB", memory_mib(own, 1_000_000), 250, False, 0)
    add("restart with them, s", backlog(own, 1_000_000, "first_delivery_seconds"), 1.5, False, 2)
    if not rows:
        return ""
    return "## Targets\n\n" + table(["target", "measured", "wanted", "ratio", "met"], rows)


def _remarks(entries):
    lines = [f"- {entry['title']} is skipped: {entry['skipped']}." for entry in entries
             if entry["skipped"]]
    for entry in entries:
        lines += [f"- {entry['title']}: {problem}." for problem in entry["problems"]]
    return "## Not measured\n\n" + "\n".join(lines) if lines else ""


def table(header, rows, left=1, right=0):
    """A Markdown table whose first `left` and last `right` columns hold words."""
    numbers = len(header) - left - right
    rule = ["---"] * left + ["---:"] * numbers + ["---"] * right
    lines = [header, rule] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _whole(value):
    return "–" if value is None else f"{value:,.0f}"


def _fixed(value, digits):
    return "–" if value is None else f"{value:,.{digits}f}"

"""The results in words: Markdown tables and the targets they are held against."""
import statistics

from . import machine


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def throughput(entry, window):
    return median([run["per_second"] for run in entry["load"].get(str(window), [])])


def level_throughput(entry, window):
    """Calls per second of the whole run until the views showed them all."""
    runs = entry["load"].get(str(window), [])
    return median([run.get("per_second_until_level") for run in runs])


def sustained(entry, name="per_second"):
    return (entry["sustained"] or {}).get(name)


def relay_throughput(results, window):
    runs = [run for entry in results["contenders"] for run in entry["load"].get(str(window), [])]
    return median([run.get("relay_per_second") for run in runs])


def sustained_relay(results):
    return median([sustained(entry, "relay_per_second") for entry in results["contenders"]])


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
    taken = results["minutes"]
    date = results["date"] + (f", a run of {taken:.0f} minutes" if taken else "")
    sections = [
        f"{date}: {machine.sentence(results['machine'], results['disk'])}",
        _main_table(results, entries), _backlog_table(results, entries),
        _sync_table(entries), _disk_table(results["disk"]),
        _targets(results, entries), _remarks(results["contenders"]),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _main_table(results, entries):
    options = results["options"]
    windows = options["windows"]
    header = ["durable before confirm", "version"] + [f"W={window}" for window in windows]
    header += [f"W={max(windows)} for {options['sustained_seconds']:g} s",
               f"at {options['rate']:,}/s p50 / p99 / p99.9 ms"]
    rows = []
    for entry in entries:
        latencies = [_fixed(latency_ms(entry, name), 2) for name in ("p50", "p99", "p999")]
        rows.append([entry["title"], entry["version"]]
                    + [_whole(throughput(entry, window)) for window in windows]
                    + [_whole(sustained(entry))]
                    + [" / ".join(latencies) if entry["latency"] else "–"])
        level = [level_throughput(entry, window) for window in windows]
        level.append(sustained(entry, "per_second_until_level"))
        if any(value is not None for value in level):
            rows.append([f"{entry['title']}, until the views are level", ""]
                        + [_whole(value) for value in level] + ["–"])
    relay = [relay_throughput(results, window) for window in windows]
    relay.append(sustained_relay(results))
    if any(value is not None for value in relay):
        rows.append(["*bare libzmq relay, nothing stored*", ""]
                    + [_whole(value) for value in relay] + ["–"])
    return ("## Whole lives of a task per second, and latency\n\n"
            f"{options['rounds']} runs of each by turns, medians. A window W is the "
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
            "counted once (Pss; of GridCall's one process all that is resident). Lost: confirmed "
            "tasks that did not come out after kill -9 and a start.\n\n" + table(header, rows))


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
            "strace in short runs of their own; for GridCall those for the journal's log. One "
            "task at a time cannot be confirmed strictly with less than one call.\n\n"
            + table(header + ["settings"], rows, left=1, right=1))


def _disk_table(disk):
    if not disk:
        return ""
    rows = [[f"{line['bytes']:,} bytes, {'growing' if line['is_growing'] else 'overwriting'}",
             _whole(line["syncs_per_second"]), _whole(line["tasks_per_second"]),
             _whole(line["p50_us"]), _whole(line["p99_us"])] for line in disk]
    return "## The disk alone\n\n" + table(
        ["write and fdatasync", "a second", "tasks a second", "p50 µs", "p99 µs"], rows)


class _Targets:
    """Rows of measured figures and what is wanted; one that was not measured is left out."""

    def __init__(self):
        self.rows = []

    def at_least(self, name, measured, wanted, digits=0):
        self._add(name, measured, wanted, digits, "≥", lambda: measured >= wanted)

    def at_most(self, name, measured, wanted, digits=0):
        self._add(name, measured, wanted, digits, "≤", lambda: measured <= wanted)

    def _add(self, name, measured, wanted, digits, sign, is_met):
        if measured is None or wanted is None:
            return
        ratio = _fixed(measured / wanted, 2) if wanted else "–"
        self.rows.append([name, _fixed(measured, digits), f"{sign} {_fixed(wanted, digits)}", ratio,
                          "yes" if is_met() else "**no**"])


def _targets(results, entries):
    """What GridCall is held against, where both sides were measured."""
    own = next((entry for entry in entries if entry["name"] == "gridcall"), None)
    if own is None:
        return ""
    peers = [entry for entry in entries if not entry["name"].startswith("gridcall")]
    targets = _Targets()
    _rate_targets(targets, results, own, peers)
    for quantile in ("p50", "p99"):
        best = _best(min, [latency_ms(peer, quantile) for peer in peers])
        targets.at_most(f"latency {quantile} ms, best peer", latency_ms(own, quantile), best, 2)
    targets.at_most("memory with 1,000,000 open, MiB", memory_mib(own, 1_000_000), 250)
    targets.at_most("restart with them to the first dispatch, s",
                    backlog(own, 1_000_000, "first_delivery_seconds"), 1.5, 2)
    for count in results["options"]["backlogs"]:
        targets.at_most(f"lost of {count:,} after kill -9", backlog(own, count, "lost"), 0)
    start_up = results["start_up"]
    targets.at_most("a cold `gridcall submit`, ms", start_up.get("gridcall submit"), 25, 1)
    targets.at_most("`gridcall --help`, ms", start_up.get("gridcall --help"), 10, 1)
    if not targets.rows:
        return ""
    header = ["target", "measured", "wanted", "ratio", "met"]
    return "## Targets\n\n" + table(header, targets.rows)


def _rate_targets(targets, results, own, peers):
    largest = max(results["options"]["windows"])
    for window in results["options"]["windows"]:
        best = _best(max, [throughput(peer, window) for peer in peers])
        factor, words = (1.25, "1.25 × best peer") if window == largest else (1, "best peer")
        targets.at_least(f"calls/s at W={window}, {words}", throughput(own, window),
                         None if best is None else factor * best)
    seconds = f"{results['options']['sustained_seconds']:g} s"
    best = _best(max, [sustained(peer) for peer in peers])
    targets.at_least(f"calls/s at W={largest} for {seconds}, 1.25 × best peer", sustained(own),
                     None if best is None else 1.25 * best)
    relay = sustained_relay(results)
    targets.at_least(f"calls/s at W={largest} for {seconds}, a quarter of the relay",
                     sustained(own), None if relay is None else relay / 4)
    targets.at_least(f"calls/s at W={largest} for {seconds} until the views are level",
                     sustained(own, "per_second_until_level"), 50_000)


def _best(choose, values):
    """The best of those that were measured; none of none."""
    return choose((value for value in values if value is not None), default=None)


def _remarks(entries):
    lines = [f"- {entry['title']} is skipped: {entry['skipped']}." for entry in entries
             if entry["skipped"]]
    for entry in entries:
        lines += [f"- {entry['title']}: {problem}." for problem in entry["problems"]]
        calls = entry["syncs"].get("1", {}).get("syncs_per_task")
        if calls is not None and calls < 1:
            lines.append(f"- {entry['title']} is **not strict**: {calls:.2f} calls of fsync for "
                         "each task at window 1.")
    return "## Not measured, or not as it should be\n\n" + "\n".join(lines) if lines else ""


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

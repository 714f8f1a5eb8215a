"""GridCall itself, measured by its own benchmark program, gridcall-bench.

What a program does not know yet is left out and named: `quick` has long been there and prints
Markdown, which is read where it has no `--json`.
"""
import json
import os
import subprocess

from .driver import RunFailed, output_of

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# What a broker grants a worker at most.
MOST_CREDIT = 4096


class NotKnown(Exception):
    """Something that this build of gridcall-bench cannot measure."""


class GridCall:
    """One way to run GridCall: without keys, or with CURVE on."""

    def __init__(self, binaries, data, hold, with_keys=False):
        self.program = f"{binaries}/gridcall-bench"
        self.client = f"{binaries}/gridcall"
        self.data = data
        self.hold = hold
        self.with_keys = with_keys
        self.name = "gridcall-keys" if with_keys else "gridcall"
        self.title = "GridCall, with keys" if with_keys else "GridCall"
        self.settings = ("as users get it" + (", CURVE on" if with_keys else "")
                         + "; journal and views")
        self._help = {}
        # What `curve` of an older build measured, by window, until it is asked for.
        self._keyed = {}

    def version(self):
        return output_of([self.client, "--version"]).strip()

    def _knows(self, command, option=""):
        if command not in self._help:
            # A program asked for help with an unknown command prints that of the whole.
            result = subprocess.run([self.program, "help", command], capture_output=True,
                                    text=True, check=False)
            self._help[command] = result.stdout
        text = self._help[command]
        return f"gridcall-bench {command}" in text and option in text

    def _run(self, command, *options):
        return output_of([self.program, command, "--data", self.data, "--catalogue",
                          f"{ROOT}/Benchmarks/catalogue.yaml", *options], directory=ROOT)

    def _json(self, command, *options):
        if not self._knows(command):
            raise NotKnown(f"gridcall-bench has no `{command}`")
        keys = ["--keys"] if self.with_keys else []
        return json.loads(self._run(command, *keys, *options))

    # --- what is measured ---

    def load(self, window, warm_up, seconds):
        """Calls closed per second, and what the relay passed beside it."""
        credit = min(self.hold or window, MOST_CREDIT)
        times = ["--warm-up", str(warm_up), "--seconds", str(seconds)]
        if self._knows("quick", "--json"):
            rows = self._json("quick", "--json", "--no-syncs", "--windows", str(window),
                              "--rounds", "1", "--credit", str(credit), *times)
            return {"per_second": rows[0]["closed_per_second"],
                    "relay_per_second": rows[0]["relay_per_second"],
                    "confirmation_us": rows[0]["receipt_microseconds"]}
        if self.with_keys:
            return self._load_of_older_curve(window, times)
        tables = read_tables(self._run("quick", "--windows", str(window), "--rounds", "1", *times))
        row = tables[0][0]
        return {"per_second": number(row["closed/s"]), "relay_per_second": number(row["relay/s"]),
                "confirmation_us": {"p50": 1e3 * number(row["receipt p50 ms"]),
                                    "p99": 1e3 * number(row["p99 ms"])}}

    def _load_of_older_curve(self, window, times):
        """An older `curve` measures all windows at once: each result is given out once."""
        if not self._keyed.get(window):
            for row in read_tables(self._run("curve", "--rounds", "1", *times))[0]:
                self._keyed.setdefault(int(row["window"]), []).append(number(row["with keys"]))
        return {"per_second": self._keyed[window].pop(0)}

    def syncs(self, window):
        """Calls of fdatasync and calls closed, in a short traced run."""
        if self.with_keys:
            raise NotKnown("counted without keys")
        options = ["--windows", str(window), "--rounds", "1", "--warm-up", "0.5", "--seconds", "1"]
        if self._knows("quick", "--json"):
            row = self._json("quick", "--json", *options)[0]
            per_batch, per_call = row.get("journal_syncs_per_batch"), row["calls_per_batch"]
        else:
            row = read_tables(self._run("quick", *options))[1][0]
            per_batch = number(row["journal fdatasync/batch"])
            per_call = number(row["calls/batch"])
        if per_batch is None:
            raise NotKnown("strace is not installed")
        return {"syncs_per_task": per_batch / per_call if per_call else 0.0}

    def latency(self, rate, warm_up, seconds):
        """An open loop; quantiles in microseconds, as the drivers give them."""
        result = self._json("latency", "--rate", str(rate), "--warm-up", str(warm_up),
                            "--seconds", str(seconds))
        return {"per_second": result["per_second"], "lost": result["lost"],
                "delivery_us": result["delivery_microseconds"],
                "confirmation_us": result["receipt_microseconds"]}

    def backlog(self, count):
        """Memory with so many open calls, and a start over them after kill -9."""
        if self.with_keys:
            raise NotKnown("measured without keys")
        if not self._knows("backlog") and self._knows("restart"):
            return self._backlog_of_restart(count)
        result = self._json("backlog", "--calls", str(count))
        return {"memory_bytes": result["resident_bytes"],
                "first_delivery_seconds": result.get("first_dispatch_seconds"),
                "lost": result["lost"], "repeated": result["repeated"]}

    def _backlog_of_restart(self, count):
        """`restart` starts again and again over open calls and counts no loss."""
        text = self._run("restart", "--open", str(count), "--rounds", "1")
        row = read_tables(text)[0][0]
        return {"memory_bytes": number(row["memory then, MiB"]) * 2**20,
                "first_delivery_seconds": number(row["until the first dispatch, s"]),
                "lost": None, "repeated": None}


def number(text):
    """A number as a person writes it: "1,234", "12.3 %"; None where it is none."""
    try:
        return float(text.replace(",", "").replace("%", "").strip())
    except ValueError:
        return None


def read_tables(markdown):
    """All tables of a text, each a list of rows by column; of equal columns the first counts."""
    tables, header = [], None
    for line in markdown.splitlines():
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if header is None:
            header = cells
            tables.append([])
        elif not all(set(cell) <= set("-: ") for cell in cells):
            row = {}
            for name, cell in zip(header, cells):
                row.setdefault(name, cell)
            tables[-1].append(row)
    if not tables or not tables[0]:
        raise RunFailed("gridcall-bench printed no table")
    return tables

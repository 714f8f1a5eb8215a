"""GridCall itself, measured by its own benchmark program, gridcall-bench."""
import json
import os
import sys

from .driver import output_of

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# What a broker grants a worker at most.
MOST_CREDIT = 4096


class NotKnown(Exception):
    """Something that is not measured of a contender, with the reason."""


class GridCall:
    """One way to run GridCall: without keys, or with CURVE on."""

    def __init__(self, binaries, data, hold, with_keys=False):
        self.binaries = binaries
        self.program = f"{binaries}/gridcall-bench"
        self.data = data
        self.hold = hold
        self.with_keys = with_keys
        # Strictness, memory and restart are those of the same broker, and measured without keys.
        self.is_variant = with_keys
        self.name = "gridcall-keys" if with_keys else "gridcall"
        self.title = "GridCall, with keys" if with_keys else "GridCall"
        self.settings = ("as users get it" + (", CURVE on" if with_keys else "")
                         + "; journal and views")

    def version(self):
        return output_of([f"{self.binaries}/gridcall", "--version"]).strip()

    def _json(self, command, *options):
        keys = ["--keys"] if self.with_keys else []
        return json.loads(output_of(
            [self.program, command, "--data", self.data, "--catalogue",
             f"{ROOT}/Benchmarks/catalogue.yaml", *keys, *options], directory=ROOT))

    def load(self, window, warm_up, seconds):
        """Calls closed per second, also until the views had come level, and beside those without
        keys what the bare relay passed."""
        relay = ["--no-relay"] if self.with_keys else []
        row = self._quick(window, warm_up, seconds, "--no-syncs", *relay)
        return {"per_second": row["closed_per_second"],
                "per_second_until_level": row["closed_per_second_until_level"],
                "relay_per_second": row.get("relay_per_second"),
                "confirmation_us": row["receipt_microseconds"]}

    def _quick(self, window, warm_up, seconds, *options):
        credit = min(self.hold or window, MOST_CREDIT)
        return self._json("quick", "--json", "--windows", str(window), "--rounds", "1",
                          "--credit", str(credit), "--warm-up", str(warm_up),
                          "--seconds", str(seconds), *options)[0]

    def syncs(self, window):
        """Calls of fdatasync by the journal for each call closed, in a short traced run."""
        row = self._quick(window, 0.5, 1, "--no-relay")
        if row.get("journal_syncs_per_batch") is None:
            raise NotKnown("strace is not installed")
        per_call = row["calls_per_batch"]
        return {"syncs_per_batch": row["journal_syncs_per_batch"],
                "syncs_per_task": row["journal_syncs_per_batch"] / per_call if per_call else 0.0}

    def latency(self, rate, warm_up, seconds):
        """An open loop; quantiles in microseconds, as the drivers give them."""
        result = self._json("latency", "--rate", str(rate), "--warm-up", str(warm_up),
                            "--seconds", str(seconds))
        return {"per_second": result["per_second"], "lost": result["lost"],
                "delivery_us": result["delivery_microseconds"],
                "confirmation_us": result["receipt_microseconds"]}

    def backlog(self, count):
        """Memory with so many open calls, and a start over them after kill -9."""
        result = self._json("backlog", "--calls", str(count))
        return {"memory_bytes": result["resident_bytes"], "fill_seconds": result["fill_seconds"],
                "first_delivery_seconds": result.get("first_dispatch_seconds"),
                "lost": result["lost"], "repeated": result["repeated"]}

    def start_up(self, runs):
        """Whole processes: median milliseconds by what is run."""
        return json.loads(output_of(
            [sys.executable, f"{ROOT}/Benchmarks/start-up.py", self.binaries, str(runs), "--json"],
            directory=ROOT))

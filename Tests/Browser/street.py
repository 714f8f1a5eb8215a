"""A street of real processes: a broker, departments' workers and the console in front of them."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "Examples" / "nyc311"
DEPARTMENTS = ("urban", "market", "safety", "judicial")


class Failure(Exception):
    """A process did not do what the scene needs."""


def until(what, holds, seconds=30, pause=0.02):
    """The first true result of `holds`; the limit is only there to end a test that would hang."""
    deadline = time.monotonic() + seconds
    while True:
        result = holds()
        if result:
            return result
        if time.monotonic() > deadline:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(pause)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Street:
    """One street in a directory of its own; with `keys` each process has a key, as on a network."""

    def __init__(self, binaries, catalogue, keys):
        self.binaries = Path(binaries)
        self.catalogue = catalogue
        self.directory = Path(tempfile.mkdtemp(prefix="gridcall-browser-"))
        self.endpoint = f"tcp://127.0.0.1:{free_port()}"
        self.keys = self.directory / "keys" if keys else None
        self.processes = []
        self.broker = None
        self.console = None
        self.address = None
        if keys:
            self.make_keys()

    def make_keys(self):
        self.keys.mkdir(mode=0o700)
        for name in ("broker", "terminal", "operator", *DEPARTMENTS):
            self.run("gridcall-broker", "keygen", self.keys / name)
        for name in ("terminal", "operator"):
            self.authorize(name, "--role", name)
        for name in DEPARTMENTS:
            self.authorize(name, "--role", "worker", "--departments", name)

    def authorize(self, name, *options):
        self.run(
            "gridcall-broker", "authorize", self.keys / f"{name}.key", "--keys",
            self.keys / "authorized-keys", "--name", name, *options)

    def key_options(self, name):
        if not self.keys:
            return []
        return ["--key", self.keys / f"{name}.key_secret", "--server-key", self.keys / "broker.key"]

    def environment(self):
        kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        return kept | {
            "XDG_STATE_HOME": str(self.directory / "state"), "GRIDCALL_BROKER": self.endpoint,
            "LANG": "C.UTF-8", "GRIDCALL_LANG": "en"}

    def run(self, program, *arguments):
        """What the program writes; it must end well."""
        done = subprocess.run(
            [self.binaries / program, *arguments], env=self.environment(), timeout=120,
            capture_output=True, encoding="utf-8")
        if done.returncode != 0:
            raise Failure(f"{program} {arguments[0]}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    def start(self, program, *arguments, log):
        with open(self.directory / f"{log}.log", "ab") as errors, \
                open(self.directory / f"{log}.out", "ab") as output:
            process = subprocess.Popen(
                [self.binaries / program, *arguments], env=self.environment(), stdout=output,
                stderr=errors)
        self.processes.append(process)
        return process

    def log(self, name):
        return (self.directory / f"{name}.log").read_text(encoding="utf-8")

    def start_broker(self):
        options = []
        if self.keys:
            options = [
                "--key", self.keys / "broker.key_secret",
                "--authorized-keys", self.keys / "authorized-keys"]
        self.broker = self.start(
            "gridcall-broker", "--catalogue", self.catalogue, "--data", self.directory / "data",
            "--bind", self.endpoint, *options, log="broker")

    def stop_broker(self):
        self.broker.send_signal(signal.SIGTERM)
        self.broker.wait(timeout=30)

    def start_worker(self, department, *options):
        return self.start(
            "gridcall-worker", "--department", department, "--broker", self.endpoint,
            *self.key_options(department), *options, log=f"worker-{department}")

    def start_console(self, *options):
        """Starts the console on a port that the system chooses, which its log tells."""
        listen = [] if "--listen" in options else ["--listen", "127.0.0.1:0"]
        (self.directory / "console.log").unlink(missing_ok=True)
        console = self.console = self.start(
            "gridcall-console", "--broker", self.endpoint, *listen,
            *self.key_options("operator"), *options, log="console")

        def address():
            if console.poll() is not None:
                raise Failure("the console ended: " + self.log("console"))
            found = re.search(r" serving address=(\S+)", self.log("console"))
            return found and found.group(1)

        self.address = until("the console serves", address).rstrip("/")

    def close_console(self):
        self.console.send_signal(signal.SIGTERM)
        self.console.wait(timeout=30)

    def gridcall(self, command, *arguments, key="operator"):
        return self.run("gridcall", command, *arguments, *self.key_options(key))

    def stats(self):
        return json.loads(self.gridcall("stats", "--format", "json"))

    def submit(self, category, grid, description, *options):
        """Files a call as a reporter would; its case number."""
        return self.gridcall(
            "submit", "--category", category, "--grid", grid, "--description", description,
            "--anyway", *options, key="terminal").strip()

    def start_replay(self, speed):
        """Begins to replay the real day; see Examples/nyc311."""
        return self.start(
            "gridcall", "import", EXAMPLE / "nyc311-2013-12-25.csv", "--mapping",
            EXAMPLE / "mapping.yaml", "--speed", str(speed), *self.key_options("terminal"),
            log="import")

    def close(self):
        """Ends everything, the broker last, so that workers hand back what they hold."""
        for process in [p for p in self.processes if p is not self.broker] + [self.broker]:
            if process and process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
